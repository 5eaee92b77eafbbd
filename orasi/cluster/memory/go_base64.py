"""What Go says of a text that is no base64, where a built-in kind has bytes."""

import string

_DIGITS = frozenset((string.ascii_letters + string.digits + "+/").encode())
_PADDING = ord("=")


def illegal_base64(text: str) -> str:
    """Go's sentence about *text*; "" if it can be read."""
    at = _illegal_byte(text.encode())
    return "" if at is None else f"illegal base64 data at input byte {at}"


def _illegal_byte(data: bytes) -> int | None:
    told = [(at, byte) for at, byte in enumerate(data) if byte not in b"\r\n"]
    digits = next((n for n, (_, byte) in enumerate(told) if byte not in _DIGITS), len(told))
    in_four = digits % 4
    if digits == len(told):
        return len(data) - in_four if in_four else None
    at, byte = told[digits]
    if byte != _PADDING or in_four < 2:
        return at
    end = digits + 4 - in_four
    if in_four == 2 and digits + 1 == len(told):
        return len(data)
    if in_four == 2 and told[digits + 1][1] != _PADDING:
        return told[digits + 1][0] - 1
    return told[end][0] if end < len(told) else None
