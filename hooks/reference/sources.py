"""What the reference is made from besides the table of kinds: examples and golden cases."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hooks.composite import Composite
from hooks.contract import Manifest

FIRST_SENTENCE = re.compile(r"(.+?\.)(?:\s|$)")
# How objects are named by their content.
HASH = re.compile(r"-[0-9a-f]{10}$")


class Loader(yaml.CSafeLoader):
    """Golden cases shorten long texts by a tag of their own, which do not matter here."""


Loader.add_multi_constructor("!", lambda *_: None)


@dataclass(frozen=True)
class Example:
    """A file that a new user applies."""

    path: str  # in the repository
    text: str

    def objects(self) -> list[Manifest]:
        return [each for each in yaml.load_all(self.text, Loader) if each]

    @property
    def about(self) -> str:
        """The first sentence of the comment that it begins with; "" without."""
        lines = []
        for line in self.text.splitlines():
            if not line.startswith("#"):
                break
            lines.append(line.removeprefix("#").strip())
        found = FIRST_SENTENCE.match(" ".join(lines))
        return found[1] if found else ""


@dataclass(frozen=True)
class Sources:
    examples: tuple[Example, ...] = ()
    cases: Mapping[str, tuple[Manifest, ...]] = field(default_factory=dict)  # by kind in lower case

    def examples_of(self, kind: Composite) -> list[Example]:
        """The fullest first: with the fewest objects of other kinds, and then the longest."""

        def order(example: Example) -> tuple[int, int, str]:
            others = sum(each["kind"] != kind.kind for each in example.objects())
            return others, -len(example.text), example.path

        found = [
            example
            for example in self.examples
            if any(each["kind"] == kind.kind for each in example.objects())
        ]
        return sorted(found, key=order)

    def child_names(self, kind: Composite, api_version: str, child: str) -> list[str]:
        """How children of one kind are called in the golden cases, in terms of the parent."""
        names = {
            f"<name>{HASH.sub('-<hash>', name.removeprefix(parent))}"
            for parent, each in answered(self.cases.get(kind.singular, ()))
            if (each["apiVersion"], each["kind"]) == (api_version, child)
            and (name := each["metadata"]["name"]).startswith(f"{parent}-")
        }
        return sorted(names)


def answered(cases: Iterable[Manifest]) -> Iterable[tuple[str, Manifest]]:
    """The name of the parent, and a child, for every child that is written out in an answer."""
    for case in cases:
        body: Any = case.get("response", {}).get("body")  # a new case has none yet
        children = body.get("children") if isinstance(body, dict) else None
        for child in children if isinstance(children, list) else ():
            yield case["request"]["parent"]["metadata"]["name"], child


def read(root: Path) -> Sources:
    """Those of the repository at *root*."""
    cases: dict[str, tuple[Manifest, ...]] = {}
    for path in sorted(root.glob("tests/golden/*/*.yaml")):
        case = yaml.load(path.read_text(), Loader)  # noqa: S506
        cases[path.parent.name] = (*cases.get(path.parent.name, ()), case)
    examples = (
        Example(path.relative_to(root).as_posix(), path.read_text())
        for path in sorted(root.glob("examples/*.yaml"))
    )
    return Sources(tuple(examples), cases)
