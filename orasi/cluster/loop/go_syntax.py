"""Values as Go prints them: with %#v in messages of Metacontroller, with %v as keys of lists."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

_EXPONENTS = 6  # the digits before the point from which on %v writes a power of ten


def go_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def go_items(items: Iterable[str] | None) -> str:
    """What is after the type of a list or a map; None is one that was never made."""
    return "(nil)" if items is None else f"{{{', '.join(items)}}}"


def go_texts(texts: Sequence[str] | None) -> str:
    return "[]string" + go_items(None if texts is None else map(go_text, texts))


def go_plain(value: Any) -> str:
    """A value of JSON as %v prints it."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return _plain_float(value)
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{go_plain(item)}' for key, item in sorted(value.items()))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(go_plain, value))}]"
    return str(value)


def _plain_float(value: float) -> str:
    digits = Decimal(repr(value)).normalize()
    exponent = digits.adjusted()
    if -5 < exponent < _EXPONENTS:
        return f"{digits:f}"
    return f"{digits.scaleb(-exponent):f}e{exponent:+03d}"
