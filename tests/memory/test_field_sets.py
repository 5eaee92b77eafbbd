"""Trees of fields are sets of paths: what holds of sets holds of them."""

from collections.abc import Iterable, Iterator
from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from orasi.cluster.memory.field_sets import ITSELF, Fields, joined, less, overlap

Path = tuple[str, ...]

ELEMENTS = st.sampled_from(["f:a", "f:b", 'k:{"name":"x"}', 'v:"y"'])
PATHS = st.frozensets(st.lists(ELEMENTS, min_size=1, max_size=4).map(tuple))


def tree(paths: Iterable[Path]) -> Fields:
    found: dict[str, Any] = {}
    for path in paths:
        node = found
        for element in path:
            node = node.setdefault(element, {})
        node[ITSELF] = {}
    return bare(found)


def bare(node: dict[str, Any]) -> dict[str, Any]:
    """A field with nothing below it needs no mark."""
    return {
        element: {} if below == {ITSELF: {}} else bare(below) for element, below in node.items()
    }


def paths(fields: Fields, start: Path = ()) -> Iterator[Path]:
    for element, below in fields.items():
        if element == ITSELF:
            yield start
        elif below:
            yield from paths(below, (*start, element))
        else:
            yield (*start, element)


@given(PATHS, PATHS)
def test_they_are_joined_lessened_and_compared_as_sets_are(
    some: frozenset[Path], others: frozenset[Path]
) -> None:
    left, right = tree(some), tree(others)
    assert frozenset(paths(left)) == some
    assert joined(left, right) == tree(some | others)
    assert less(left, right) == tree(some - others)
    assert overlap(left, right) == bool(some & others)
    assert (left, right) == (tree(some), tree(others)), "an argument was changed"
