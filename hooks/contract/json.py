"""JSON in and out: bytes to plain values, and back to the same bytes for the same values."""

import json
import math
import re
from typing import Any

from pydantic_core import from_json

from hooks.errors import MalformedRequest

Manifest = dict[str, Any]
"""One Kubernetes object as data, in the shape of its JSON."""

# What a number must have to be valid JSON and yet decode to infinity, as 1e400 does.
HUGE_NUMBER = re.compile(rb"\d[eE]\+?\d{3}|\d{200}")

# What Go's encoder writes longer than Python's: < > & and the two line separators, as \uXXXX.
GO_ESCAPES = {"<": 5, ">": 5, "&": 5, "\u2028": 3, "\u2029": 3}


def decode(body: bytes) -> Any:
    """The value of a JSON document.

    Raises MalformedRequest on anything that JSON is not (NaN, lone surrogates, trailing bytes),
    on numbers beyond a double, and on more than 200 levels.
    """
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise MalformedRequest(f"The body is not JSON: {error}.") from None
    if HUGE_NUMBER.search(body) and has_infinity(value):
        raise MalformedRequest("The body is not JSON: a number is too large.")
    return value


def has_infinity(value: Any) -> bool:
    if isinstance(value, dict):
        return any(has_infinity(item) for item in value.values())
    if isinstance(value, list):
        return any(has_infinity(item) for item in value)
    return isinstance(value, float) and math.isinf(value)


def encode(value: Any) -> bytes:
    """JSON with sorted keys. Raises ValueError on NaN and infinity."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def encoded_size(value: Any) -> int:
    """Bytes of *value* as Go encodes it: Metacontroller keeps whole children in an annotation."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return len(text.encode()) + sum(text.count(char) * more for char, more in GO_ESCAPES.items())
