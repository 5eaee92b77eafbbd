"""Where something stands in a JSON value, and lists of such places that fit into a condition."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from hooks.model import excerpt

Path = tuple[str | int, ...]

PLAIN_KEY = re.compile(r"[-_$a-zA-Z0-9]+", re.ASCII)
LONGEST_PATH = 200
LONGEST_FAILURE = 300
# Of a condition's 1024 characters; the rest is for what is said around the list.
ROOM = 800


def leaves(value: Any) -> Iterator[tuple[Path, Any]]:
    """Everything in *value* that has nothing in it, by its path, in the order of sorted keys."""
    places: list[tuple[Path, Any]] = [((), value)]
    while places:
        path, value = places.pop()
        if isinstance(value, dict | list) and value:
            places += reversed(parts(path, value))
        else:
            yield path, value


def parts(path: Path, value: dict[str, Any] | list[Any]) -> list[tuple[Path, Any]]:
    if isinstance(value, dict):
        return [((*path, key), value[key]) for key in sorted(value)]
    return [((*path, at), item) for at, item in enumerate(value)]


def shown(root: str, path: Path) -> str:
    """`spec.values.a[0]["b c"]`; the middle of a long one is left out."""
    text = root + "".join(map(step, path))
    if len(text) <= LONGEST_PATH:
        return text
    return f"{text[: LONGEST_PATH // 2]}…{text[-LONGEST_PATH // 2 :]}"


def step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if PLAIN_KEY.fullmatch(key) else f"[{excerpt(key)}]"


def listed(failures: Sequence[str]) -> str:
    """As many of *failures* as there is room for, at least one, and how many more there are."""
    found: list[str] = []
    for failure in failures:
        text = failure if len(failure) <= LONGEST_FAILURE else f"{failure[:LONGEST_FAILURE]}…"
        if sum(map(len, found)) + len(text) > ROOM:
            break
        found.append(text)
    more = len(failures) - len(found)
    return "; ".join(found) + (f"; and {more} more." if more else ".")
