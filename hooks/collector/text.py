"""A configuration as YAML with comments that say where each part comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hooks.safe_yaml import dumped


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


def indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
