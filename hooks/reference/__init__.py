"""docs/reference: a page for each kind, one of all conditions, and where to find them.

Made from what the CRDs are made from, so that no page can say anything else.
"""

from collections.abc import Iterable, Iterator, Mapping

from hooks.composite import Composite
from hooks.contract import Manifest
from hooks.reference.conditions import conditions_page
from hooks.reference.kind import kind_page
from hooks.reference.markdown import code, link, page, prose, table
from hooks.reference.sources import Sources

FOLDER = "docs/reference"


def pages(
    kinds: Iterable[Composite], definitions: Mapping[str, Manifest], sources: Sources
) -> Iterator[tuple[str, str]]:
    """Path and text of each page; *definitions* are the CustomResourceDefinitions by kind."""
    kinds = tuple(kinds)
    for kind in kinds:
        yield f"{FOLDER}/{kind.singular}.md", kind_page(kind, definitions[kind.kind], sources)
    yield f"{FOLDER}/conditions.md", conditions_page(kinds)
    yield f"{FOLDER}/README.md", contents(kinds)


def contents(kinds: Iterable[Composite]) -> str:
    return page(
        "# Reference",
        table(
            ("Kind", "In short", "What it is"),
            (
                [
                    link(kind.kind, f"{kind.singular}.md"),
                    code(kind.short_name),
                    prose(kind.description),
                ]
                for kind in kinds
            ),
        ),
        f"{link('Conditions', 'conditions.md')}: every reason that an object can give, what it "
        "means, and what to do.",
    )
