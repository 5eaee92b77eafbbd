"""docs/reference: a page for each kind and decorator, one of all conditions, and where they are.

Made from what the CRDs are made from, so that no page can say anything else.
"""

from collections.abc import Iterable, Iterator, Mapping

from hooks.composite import Composite
from hooks.contract import Manifest
from hooks.decorator import Decorator
from hooks.reference.conditions import conditions_page
from hooks.reference.decorator import decorator_page
from hooks.reference.kind import kind_page
from hooks.reference.markdown import code, link, page, prose, table
from hooks.reference.sources import Sources

FOLDER = "docs/reference"


def pages(
    kinds: Iterable[Composite],
    decorators: Iterable[Decorator],
    definitions: Mapping[str, Manifest],
    sources: Sources,
) -> Iterator[tuple[str, str]]:
    """Path and text of each page; *definitions* are the CustomResourceDefinitions by kind."""
    kinds, decorators = tuple(kinds), tuple(decorators)
    for kind in kinds:
        yield f"{FOLDER}/{kind.singular}.md", kind_page(kind, definitions[kind.kind], sources)
    for each in decorators:
        yield f"{FOLDER}/{each.singular}.md", decorator_page(each, sources)
    yield f"{FOLDER}/conditions.md", conditions_page(kinds)
    yield f"{FOLDER}/README.md", contents(kinds, decorators)


def contents(kinds: Iterable[Composite], decorators: Iterable[Decorator]) -> str:
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
        "What is attached to objects of others:",
        table(
            ("Decorator", "Of", "What it is"),
            (
                [
                    link(each.kind, f"{each.singular}.md"),
                    each.object_kind,
                    prose(each.description),
                ]
                for each in decorators
            ),
        ),
        f"{link('Conditions', 'conditions.md')}: every reason that an object can give, what it "
        "means, and what to do.",
    )
