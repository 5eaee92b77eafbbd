"""JSON values: their types, and when two are the same."""

from typing import Any

ABSENT: Any = object()
"""Stands for a value that is not there, where None is a value."""


def same(value: Any, old: Any) -> bool:
    """Equal as Go's DeepEqual sees it: 1, 1.0 and true are three different values."""
    return value is old or (bool(value == old) and _alike(value, old))


def _alike(value: Any, old: Any) -> bool:
    """Whether equal values are of the same types as well."""
    if value is old:
        return True
    if isinstance(value, dict):
        return all(_alike(item, old[key]) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_alike, value, old))
    return type(value) is type(old)


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
