"""Where something stands in a JSON value, and lists of such places that fit into a condition."""

import re
from collections.abc import Sequence

from hooks.model import excerpt

Path = tuple[str | int, ...]

PLAIN_KEY = re.compile(r"[-_$a-zA-Z0-9]+", re.ASCII)
LONGEST_PATH = 200
LONGEST_FAILURE = 300
# Of a condition's 1024 characters; the rest is for what is said around the list.
ROOM = 800


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
