"""A configuration as YAML with comments that say where each part comes from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from hooks.safe_yaml import Dumper

# Texts that every reader of YAML, of whichever version, takes for texts without quotes.
PLAIN = re.compile(r"[a-zA-Z][-a-zA-Z0-9_./]*", re.ASCII)
UNLIMITED = 2**31 - 1
WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


class Writer(Dumper):
    """Writes texts that stay texts."""


def _text(dumper: Writer, value: str) -> yaml.Node:
    plain = PLAIN.fullmatch(value) and value.lower() not in WORDS
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


Writer.add_representer(str, _text)


@dataclass(frozen=True)
class Part:
    """Something below a section, and a comment of one line for it."""

    name: str
    comment: str
    value: Any


def document(sections: Mapping[str, Iterable[Part]]) -> str:
    """YAML of *sections* in their order, and of their parts by name; empty ones are left out."""
    return "".join(section(name, sorted(parts, key=by_name)) for name, parts in sections.items())


def by_name(part: Part) -> str:
    return part.name


def section(name: str, parts: list[Part]) -> str:
    if not parts:
        return ""
    return f"{name}:\n" + "".join(
        f"{indented(f'# {part.comment}')}{indented(dumped({part.name: part.value}))}"
        for part in parts
    )


def dumped(value: Any) -> str:
    """Block style, sorted, each text in one line."""
    text: str = yaml.dump(value, Dumper=Writer, allow_unicode=True, width=UNLIMITED)
    return text


def indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
