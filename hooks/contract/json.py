"""JSON in and out: bytes to plain values, and back to the same bytes for the same values."""

import json
import re
from typing import Any

from pydantic_core import from_json, to_json

from hooks.errors import MalformedRequest

Manifest = dict[str, Any]
"""One Kubernetes object as data, in the shape of its JSON."""

# What Go's encoder writes longer than Python's: < > & and the two line separators, as \uXXXX.
GO_ESCAPES = {b"<": 5, b">": 5, b"&": 5, "\u2028".encode(): 3, "\u2029".encode(): 3}

# As deep as the decoder goes; and as Go's does, and what a request wraps around an object.
MOST_LEVELS = 200
DEEPEST = 10_000 + 10

# A text without an end is one up to the end: no character is looked at twice.
BRACKETS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)


def decode(body: bytes) -> Any:
    """The value of a JSON document; what is deeper than 200 levels is left out of it.

    The API server stores such values, and a refusal would block the deletion of their owner.
    Raises MalformedRequest on anything that JSON is not (NaN, lone surrogates, trailing bytes).
    """
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        shallow = without_depths(body) if "recursion limit" in str(error) else None
        if shallow is None:
            raise MalformedRequest(f"The body is not JSON: {error}.") from None
    return decode(shallow)


def without_depths(body: bytes) -> bytes | None:
    """*body* with what is in its objects and arrays at level 200 left out; what that says is not
    looked at. None if it is no deeper, or its brackets have no end."""
    kept, start, depth = [], 0, 0
    for token in BRACKETS.finditer(body):
        match token[0]:
            case b"[" | b"{":
                depth += 1
                if depth == MOST_LEVELS:
                    kept.append(body[start : token.end()])
                    start = -1
            case b"]" | b"}":
                if depth == MOST_LEVELS:
                    start = token.start()
                depth -= 1
        if depth > DEEPEST:
            return None
    return b"".join([*kept, body[start:]]) if kept and depth == 0 else None


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
    text = to_json(value)  # a third of the time that Python's own takes
    return len(text) + sum(text.count(char) * more for char, more in GO_ESCAPES.items())
