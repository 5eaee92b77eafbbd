"""The keywords of JSON Schema that limit a value, each with the words of the API server."""

import base64
import ipaddress
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from hooks import quantity
from orasi.cluster.memory.problems import (
    Problem,
    as_json,
    invalid,
    not_into_go,
    required,
    too_long,
    too_many,
    unsupported,
    wrong_type,
)
from orasi.cluster.values import same

Check = Callable[[str, Any, Any], Iterator[Problem]]
"""Of (path, value, limit). Values of types that the keyword is not meant for pass."""


def join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


@cache
def go_pattern(text: str) -> re.Pattern[str]:
    r"""*text* with Go's meaning: `$` is the very end (not before a last newline), \w is ASCII."""
    dollar_outside_classes = r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|\$"
    python = re.sub(dollar_outside_classes, lambda match: match[1] or r"\Z", text)
    try:
        return re.compile(python, re.ASCII)
    except re.error as error:
        raise ValueError(f"error parsing regexp: {error}") from error


def _base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _date_time(text: str) -> datetime:
    date.fromisoformat(text[:10])
    if text[10:11] not in ("T", "t"):
        raise ValueError("a date alone is no date-time")
    return datetime.fromisoformat(text)


def _micro_time(text: str) -> datetime:
    if not re.fullmatch(r".{19}\.\d{6}(Z|[+-]\d\d:\d\d)", text):
        raise ValueError("it has to have microseconds")
    return _date_time(text)


FORMATS: dict[str, Callable[[str], object]] = {
    "byte": _base64,
    "date": date.fromisoformat,
    "date-time": _date_time,
    "ipv4": ipaddress.IPv4Address,
    "ipv6": ipaddress.IPv6Address,
    "micro-time": _micro_time,
    "uuid": UUID,
}
"""Each raises ValueError for a text that is not of its format. Kubernetes ignores unknown ones."""

BITS = {"int32": 32, "int64": 64}


def _format(path: str, value: Any, limit: str) -> Iterator[Problem]:
    if limit in BITS and isinstance(value, int):
        end = 1 << BITS[limit] - 1
        if not -end <= value < end:
            yield invalid(path, value, not_into_go(f"number {value}", path, limit))
        return
    parse = FORMATS.get(limit)
    if parse is None or not isinstance(value, str):
        return
    try:
        parse(value)
    except ValueError:
        yield wrong_type(path, value, limit)


def _required(path: str, value: Any, names: list[str]) -> Iterator[Problem]:
    if isinstance(value, dict):
        yield from (required(join(path, name)) for name in names if name not in value)


def _enum(path: str, value: Any, allowed: list[Any]) -> Iterator[Problem]:
    if not any(same(value, one) for one in allowed):
        yield unsupported(path, value, allowed)


def _max_length(path: str, value: Any, limit: int) -> Iterator[Problem]:
    if isinstance(value, str) and len(value) > limit:
        yield too_long(path, limit)


def _at_most(container: type[list[Any]] | type[dict[str, Any]]) -> Check:
    def check(path: str, value: Any, limit: int) -> Iterator[Problem]:
        if isinstance(value, container) and len(value) > limit:
            yield too_many(path, len(value), limit)

    return check


def _should(
    types: type | tuple[type, ...], phrase: str, holds: Callable[[Any, Any], object]
) -> Check:
    """A check that says `… in body should {phrase}`."""

    def check(path: str, value: Any, limit: Any) -> Iterator[Problem]:
        if isinstance(value, types) and not isinstance(value, bool) and not holds(value, limit):
            shown = len(value) if isinstance(value, list | dict) else value
            yield invalid(path, shown, f"{path} in body should {phrase.format(limit)}")

    return check


def _quantity(path: str, value: Any, _finest: int) -> Iterator[Problem]:
    try:
        quantity.parse(value if isinstance(value, str) else as_json(value))
    except ValueError as error:
        yield invalid(path, value, str(error))


NUMBER = (int, float)
CHECKS: dict[str, Check] = {
    "enum": _enum,
    "format": _format,
    "quantity": _quantity,
    "required": _required,
    "maxLength": _max_length,
    "maxItems": _at_most(list),
    "maxProperties": _at_most(dict),
    "minLength": _should(str, "be at least {} chars long", lambda v, n: len(v) >= n),
    "minItems": _should(list, "have at least {} items", lambda v, n: len(v) >= n),
    "minProperties": _should(dict, "have at least {} properties", lambda v, n: len(v) >= n),
    "pattern": _should(str, "match '{}'", lambda v, text: go_pattern(text).search(v)),
    "multipleOf": _should(NUMBER, "be a multiple of {}", lambda v, n: v % n == 0),
    "maximum": _should(NUMBER, "be less than or equal to {}", lambda v, n: v <= n),
    "minimum": _should(NUMBER, "be greater than or equal to {}", lambda v, n: v >= n),
    "exclusiveMaximum": _should(NUMBER, "be less than {}", lambda v, n: v < n),
    "exclusiveMinimum": _should(NUMBER, "be greater than {}", lambda v, n: v > n),
}
