"""JSON values: their types, and when two are the same."""

from typing import Any

ABSENT: Any = object()
"""Stands for a value that is not there, where None is a value."""


def unchanged(value: Any, old: Any) -> bool:
    """Equality of JSON, where true is not 1, as it is in Python."""
    if value is old:
        return True
    if isinstance(value, dict) and isinstance(old, dict):
        return value.keys() == old.keys() and all(unchanged(value[key], old[key]) for key in value)
    if isinstance(value, list) and isinstance(old, list):
        return len(value) == len(old) and all(map(unchanged, value, old))
    return type(value) is type(old) and bool(value == old)


TYPE_NAMES = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def type_name(value: Any) -> str:
    """What JSON Schema calls the type of *value*."""
    return TYPE_NAMES[type(value)]
