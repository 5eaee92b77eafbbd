"""JSON values: their types, and when two are the same."""

import json
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


GO_INTEGERS = 2**63  # from which on, and below their negative, an integer is a float for Go
_LONGEST = len(str(-GO_INTEGERS))


def go_number(text: str) -> int | float:
    """The integer that *text* is, as Go's JSON decoder has it."""
    value = int(text) if len(text) <= _LONGEST else float(text)
    return value if -GO_INTEGERS <= value < GO_INTEGERS else float(value)


def from_json(text: str | bytes) -> Any:
    """Raises ValueError."""
    return json.loads(text, parse_int=go_number)


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
