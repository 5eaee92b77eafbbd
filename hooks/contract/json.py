"""JSON in and out: bytes to plain values, and back to the same bytes for the same values."""

import json
from typing import Any

from pydantic_core import from_json

from hooks.errors import MalformedRequest

Manifest = dict[str, Any]
"""One Kubernetes object as data, in the shape of its JSON."""

# What Go's encoder writes longer than Python's: < > & and the two line separators, as \uXXXX.
GO_ESCAPES = {"<": 5, ">": 5, "&": 5, "\u2028": 3, "\u2029": 3}


def decode(body: bytes) -> Any:
    """The value of a JSON document.

    Raises MalformedRequest on anything that JSON is not (NaN, lone surrogates, trailing bytes),
    and on more than 200 levels.
    """
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise MalformedRequest(f"The body is not JSON: {error}.") from None


def encode(value: Any) -> bytes:
    """JSON with sorted keys.

    Raises MalformedRequest on infinity: no hook computes with floats, so it comes from a number
    of the request that is valid JSON but too large, such as 1e400.
    """
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        )
    except ValueError:
        raise MalformedRequest("A number in the request is too large.") from None
    return text.encode()


def encoded_size(value: Any) -> int:
    """Bytes of *value* as Go encodes it: Metacontroller keeps whole children in an annotation."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return len(text.encode()) + sum(text.count(char) * more for char, more in GO_ESCAPES.items())
