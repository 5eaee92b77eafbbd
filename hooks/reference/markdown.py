"""Markdown as GitHub shows it: every text is read as it was meant."""

import re
from collections.abc import Iterable, Sequence

# What would be markup outside of code. "$" begins a formula on GitHub, "<" a tag that is dropped.
MARKUP = re.compile(r"([\\<&*_$\[~])")


def prose(text: str) -> str:
    """A description as Markdown: `code` is code, and nothing else is markup."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else MARKUP.sub(r"\\\1", part) for part in parts)


def code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def link(text: str, target: str) -> str:
    return f"[{text}]({target})"


def anchor(heading: str) -> str:
    """What GitHub makes of a *heading* to link to."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are Markdown of one line; a "|" is escaped here, also within code."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines
    )


def block(language: str, text: str) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text.rstrip()}\n{fence}\n"


def page(*parts: str) -> str:
    """*parts* with a blank line between; empty ones are left out."""
    return "\n".join(f"{part.rstrip()}\n" for part in parts if part)
