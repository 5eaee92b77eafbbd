"""What of some values a format cannot say."""

import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from hooks.configuration.model import Format
from hooks.model import excerpt
from hooks.paths import Path, leaves

INT64 = range(-(2**63), 2**63)
DEEPEST = 64

# As a shell and every other program reads names of variables.
VARIABLE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)

FLAT: frozenset[Format] = frozenset({"env", "properties"})
WITHOUT_NULL: frozenset[Format] = FLAT | {"toml"}

Mistake = tuple[Path, str]
"""Where something stands, and what is wrong with it, as the rest of a sentence."""


def mistakes(values: dict[str, Any], format: Format) -> Iterator[Mistake]:  # noqa: A002
    """What cannot be said in *format*, in the order of the sorted keys."""
    if too_deep(values):
        yield (), f"nests deeper than {DEEPEST} levels"
        return
    yield from unsayable(values, format)
    if format in FLAT:
        yield from nested(values, format)
    if format == "env":
        yield from no_variables(values)


def too_deep(value: Any) -> bool:
    """Whether *value* has more levels than may be."""
    level = [value]
    for _ in range(DEEPEST):
        level = [part for each in level for part in contents(each)]
    return any(isinstance(each, dict | list) for each in level)


def contents(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def unsayable(values: Any, format: Format) -> Iterator[Mistake]:  # noqa: A002
    """Numbers that other programs do not read alike, and nulls where the format knows none."""
    for path, value in leaves(values):
        if value is None and format in WITHOUT_NULL:
            yield path, f"is null, which {format} cannot say: leave it out"
        elif is_too_large(value):
            yield path, f"is a number of more than 64 bits: {excerpt(value)}"


def is_too_large(value: Any) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and value not in INT64


def nested(values: dict[str, Any], format: Format) -> Iterator[Mistake]:  # noqa: A002
    for key in sorted(values):
        if isinstance(values[key], dict | list):
            type_ = "an object" if isinstance(values[key], dict) else "an array"
            yield (key,), f"is {type_}, which {format} cannot say: write a text, number or boolean"


def no_variables(values: dict[str, Any]) -> Iterator[Mistake]:
    for key in sorted(values):
        if not VARIABLE.fullmatch(key):
            yield (
                (key,),
                "is no name of a variable: letters, digits and '_', and no digit at the beginning",
            )
        if isinstance(values[key], str) and "\0" in values[key]:
            yield (key,), "has a NUL character, which no variable can have"
