"""One line of the table of reasons."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Texts are sentences in Markdown, of which only `code` is used."""

    types: tuple[str, ...]  # of the conditions that have it; the first is what to look at
    status: str  # "True", "False", "Unknown"
    reason: str
    meaning: str
    remedy: str  # the next thing to do, for whoever has been woken by it
