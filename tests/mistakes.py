"""The page of mistakes: what an author writes, and the words that come back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from hooks import API_VERSION
from tests.scenarios.world import Manifest

PAGE = Path(__file__).parent.parent / "docs" / "mistakes.md"
NAME = "web"
REFUSED, TAKEN = "Refused when it is applied", "Taken, and not Ready"
PART = re.compile(
    r"^## (?P<section>.+)$"
    r"|^### (?P<title>(?P<kind>\w+): .+)\n(?:\n[^`#].*(?:\n.+)*\n)?"
    r"\n```yaml\n(?P<written>(?:.*\n)+?)```\n\n```text\n(?P<said>(?:.*\n)+?)```$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Mistake:
    section: str
    title: str  # "Pipeline: a misspelt field"
    kind: str
    written: str  # YAML: objects, of which one that begins with its spec is called web
    said: str

    @property
    def objects(self) -> list[Manifest]:
        """The last one is the mistake."""
        own = {"apiVersion": API_VERSION, "kind": self.kind, "metadata": {"name": NAME}}
        return [{**own, **each} for each in yaml.safe_load_all(self.written)]

    def __str__(self) -> str:
        return re.sub(r"\W+", "-", self.title)


def mistakes(section: str) -> list[Mistake]:
    return [each for each in everything() if each.section == section]


def everything() -> Iterator[Mistake]:
    section = ""
    for part in PART.finditer(PAGE.read_text()):
        if part["section"]:
            section = part["section"]
        else:
            yield Mistake(section, part["title"], part["kind"], part["written"], part["said"])


def rewrite(mistake: Mistake, said: str) -> None:
    """Put what is said now into the page."""
    before = f"### {mistake.title}\n"
    head, rest = PAGE.read_text().split(before)
    PAGE.write_text(head + before + rest.replace(f"```text\n{mistake.said}", f"```text\n{said}", 1))
