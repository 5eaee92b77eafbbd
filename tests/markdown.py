"""Markdown as a reader sees it: headings, links and tables, by a parser of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("commonmark").enable("table")


@dataclass
class Table:
    heading: str  # what it stands under
    rows: list[list[str]] = field(default_factory=list)  # without the header

    def column(self, number: int) -> list[str]:
        return [row[number] for row in self.rows]


def shown(token: Token) -> str:
    """The text that a reader sees; a line break is one."""
    children = token.children or []
    return "".join(
        "\n" if each.type == "html_inline" and each.content == "<br>" else each.content
        for each in children
        if each.type in ("text", "code_inline", "html_inline", "text_special")
    )


def headings(text: str) -> list[str]:
    tokens = PARSER.parse(text)
    return [
        shown(tokens[at + 1]) for at, token in enumerate(tokens) if token.type == "heading_open"
    ]


def anchors(text: str) -> set[str]:
    """What GitHub lets one link to: the headings, in lower case and without punctuation."""
    return {
        "".join(
            "-" if each == " " else each
            for each in heading.lower()
            if each.isalnum() or each in " -_"
        )
        for heading in headings(text)
    }


def links(text: str) -> list[str]:
    return [
        str(child.attrs["href"])
        for token in PARSER.parse(text)
        for child in token.children or ()
        if child.type == "link_open"
    ]


def html(text: str) -> set[str]:
    """Raw HTML, comments apart."""
    tokens = PARSER.parse(text)
    inline = {
        child.content
        for token in tokens
        for child in token.children or ()
        if child.type == "html_inline"
    }
    blocks = {token.content for token in tokens if token.type == "html_block"}
    return inline | {each for each in blocks if not re.fullmatch(r"<!--.*-->\n", each)}


def tables(text: str) -> Iterator[Table]:
    heading = ""
    tokens = iter(PARSER.parse(text))
    for token in tokens:
        if token.type == "heading_open":
            heading = shown(next(tokens))
        elif token.type == "table_open":
            table = Table(heading)
            for inner in tokens:
                if inner.type == "table_close":
                    break
                if inner.type == "tr_open":
                    table.rows.append([])
                elif inner.type == "inline":
                    table.rows[-1].append(shown(inner))
            del table.rows[0]
            yield table


def blocks(text: str) -> list[str]:
    return [token.content for token in PARSER.parse(text) if token.type == "fence"]


def dangling(path: Path) -> list[str]:
    """The links of the file at *path* that lead to no file, or to no heading in it."""
    found = []
    for target in links(path.read_text()):
        if "://" in target:
            continue
        name, _, heading = target.partition("#")
        other = (path.parent / name).resolve() if name else path
        if not other.exists() or (heading and heading not in anchors(other.read_text())):
            found.append(target)
    return found
