"""Characters that no child can have.

Under server-side apply the API server reads what is applied as YAML, which has no control
characters, and takes U+0085 for a line break. JSON escapes those below U+0020 only.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic_core import to_json

from hooks.contract import Manifest
from hooks.paths import leaves, listed, shown
from hooks.progress import named

UNREADABLE = re.compile("[\x7f-\x9f\ufffe\uffff]")
LINE_END = "\n"


def inapplicable(sources: Mapping[str, Any], children: Iterable[Manifest]) -> str | None:
    """Which characters keep *children* from being applied, in sentences; None if none do.

    They are told where they are in *sources*, each by its name: that is where they can be mended.
    """
    spoilt = [child for child in children if unreadable(child)]
    if not spoilt:
        return None
    found = [each for name, value in sources.items() for each in mentions(name, value)]
    found = found or [each for child in spoilt for each in mentions(f"{named(child)} ", child)]
    once = list(dict.fromkeys(found))  # a key is met with each part of its value
    return f"{listed(once)} Nothing that is applied may have U+007F to U+009F, U+FFFE or U+FFFF."


def unreadable(value: Any) -> bool:
    """Whether *value*, which is JSON, has such a character anywhere."""
    text = to_json(value).decode()
    # Most texts are ASCII, of which Python knows without looking.
    return ("\x7f" in text) if text.isascii() else UNREADABLE.search(text) is not None


def escaped(text: str) -> str:
    r"""*text* of a format with texts in double quotes and JSON's \uXXXX, with those escaped."""
    return UNREADABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def mentions(root: str, value: Any) -> Iterator[str]:
    """Where in *value* such characters are: the first one of each text and key."""
    for path, leaf in leaves(value):
        for at, text in enumerate((*path, leaf)):
            found = UNREADABLE.search(text) if isinstance(text, str) else None
            if found:
                yield f"{shown(root, path[: at + 1])} has U+{ord(found[0]):04X} {position(found)}"
                break


def position(found: re.Match[str]) -> str:
    before = found.string[: found.start()]
    return f"at line {before.count(LINE_END) + 1} column {len(before) - before.rfind(LINE_END)}"
