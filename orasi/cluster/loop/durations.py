"""Durations as Go reads and writes them: "90s" is "1m30s"."""

import re
from decimal import Decimal

_SECOND = 10**9
_SMALLER = {"ms": 10**6, "µs": 10**3, "ns": 1}
_UNITS = {"h": 3600 * _SECOND, "m": 60 * _SECOND, "s": _SECOND, **_SMALLER, "us": 10**3}
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(h|ms|m|s|us|µs|ns)")


def nanoseconds(text: str) -> int:
    total = sum(int(Decimal(number) * _UNITS[unit]) for number, unit in _PART.findall(text))
    return -total if text.startswith("-") else total


def as_go_writes_it(text: str) -> str:
    """The same duration in the words that Go has for it."""
    total = nanoseconds(text)
    return "-" * (total < 0) + _written(abs(total))


def _written(total: int) -> str:
    if 0 < total < _SECOND:
        unit = next(unit for unit, size in _SMALLER.items() if total >= size)
        return f"{_plain(total, _SMALLER[unit])}{unit}"
    minutes, rest = divmod(total, 60 * _SECOND)
    seconds = f"{_plain(rest, _SECOND)}s"
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{seconds}"
    return f"{minutes}m{seconds}" if minutes else seconds


def _plain(total: int, size: int) -> str:
    return f"{(Decimal(total) / size).normalize():f}"
