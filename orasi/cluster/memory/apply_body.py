"""The body of an Apply: JSON as Go's clients write it, and YAML as the API server reads it."""

import json
import re

from orasi.cluster.api import ApiError, Manifest
from orasi.cluster.memory.problems import as_json, bad_request

UNREADABLE = re.compile("[\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""What YAML may not have, and JSON does not write as an escape."""

LINE_END = "\x85"
"""JSON writes all others as escapes."""

FOLDED = re.compile(f" *(?:{LINE_END} *)+")

BROKEN = re.compile(rf'{LINE_END}(?:(?:---|\.\.\.)[ {LINE_END}]|(?:[^"\\]|\\.)*":)')
"""A line within a text that would begin or end a document, and a key of several lines."""


def as_read(manifest: Manifest) -> Manifest:
    """*manifest* as it arrives: ends of lines within a text are folded. Raises ApiError (400)."""
    text = as_json(manifest)
    if UNREADABLE.search(text):
        raise unreadable("control characters are not allowed")
    if BROKEN.search(text):
        raise unreadable("line 1: found unexpected end of a line")
    if LINE_END not in text:
        return manifest
    read: Manifest = json.loads(FOLDED.sub(folded, text))
    return read


def unreadable(why: str) -> ApiError:
    return bad_request(f"error decoding YAML: error converting YAML to JSON: yaml: {why}")


def folded(lines: re.Match[str]) -> str:
    """One end of a line is a space, of several the first is none."""
    return r"\n" * (lines[0].count(LINE_END) - 1) or " "
