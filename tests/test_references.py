"""The table of references names what the models have; and the search for cycles finds them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from hooks import API_VERSION
from hooks.composite import Composite
from hooks.contract import Manifest, Observed, Parent, SyncRequest
from hooks.kinds import KINDS
from hooks.manifests import object_schema
from hooks.references import REFERENCE_FIELDS, Reference, plural, references, users, way

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.singular)

NAMES = st.sampled_from("abcdefg")
GRAPHS = st.dictionaries(NAMES, st.lists(NAMES, unique=True, max_size=3))


def named(schema: Manifest, path: str = "") -> Iterator[str]:
    """Where a field has the name of an object of ours in it."""
    properties = schema.get("properties", {})
    if "of this namespace." in properties.get("name", {}).get("description", ""):
        yield path
    for name, each in properties.items():
        yield from named(each, f"{path}.{name}".lstrip("."))
    if "items" in schema:
        yield from named(schema["items"], f"{path}[]")


@every_kind
def test_the_table_has_every_field_that_refers(kind: Composite) -> None:
    """Else what it names would not be asked for, and could be deleted while it is in use."""
    spec = object_schema(kind)["properties"]["spec"]
    fields = [field.path for field in REFERENCE_FIELDS if field.kind == kind.kind]
    assert sorted(named(spec)) == sorted(fields)


def test_what_is_not_served_is_no_kind_of_ours() -> None:
    """It is never asked for: a kind whose objects nobody would see could not be referred to."""
    kinds = {kind.kind for kind in KINDS}
    assert [field for field in REFERENCE_FIELDS if field.served != (field.target in kinds)] == []


@every_kind
def test_kinds_have_the_plural_that_is_asked_for(kind: Composite) -> None:
    assert plural(kind.kind) == kind.plural


def test_every_reference_is_found_with_its_place() -> None:
    flows = [
        {"from": [{"connector": {"name": "in"}}, {"otlp": {}}], "to": [{"pipeline": {"name": "b"}}]}
    ]
    spec = {"flows": flows, "configurations": [{"name": "flags", "env": {}}]}
    assert list(references({"kind": "Pipeline", "spec": spec})) == [
        Reference("Connector", "in", "spec.flows[0].from[0].connector"),
        Reference("Pipeline", "b", "spec.flows[0].to[0].pipeline"),
        Reference("Configuration", "flags", "spec.configurations[0]"),
    ]


@pytest.mark.parametrize(
    "spec",
    [
        None,
        7,
        {"flows": {"from": []}},
        {"flows": [None, {"from": 1, "to": [[], {"connector": "x"}, {"connector": {"name": 3}}]}]},
        {"configurations": [{"name": ""}, {"name": "x" * 254}, "x"]},
    ],
)
def test_whatever_is_stored_is_read(spec: Any) -> None:
    assert list(references({"kind": "Pipeline", "spec": spec})) == []


@given(GRAPHS, NAMES, NAMES)
def test_a_way_is_found_if_there_is_one(graph: dict[str, list[str]], start: str, end: str) -> None:
    found = way(graph, start, end)
    assert (found is not None) == (end in reachable(graph, start))
    if found:
        assert (found[0], found[-1]) == (start, end)
        assert all(after in graph[before] for before, after in pairwise(found))
        assert len(set(found[1:])) == len(found) - 1  # nowhere twice


def reachable(graph: dict[str, list[str]], start: str) -> set[str]:
    """Everything within as many steps as there are names."""
    found: set[str] = set()
    for _ in range(8):
        found = {name for each in (start, *found) for name in graph.get(each, ())} | found
    return found


@given(GRAPHS, st.sets(NAMES))
def test_what_is_deleted_goes_unless_it_is_still_used(
    graph: dict[str, list[str]], leaving: set[str]
) -> None:
    """Whatever the order: by those that stay, and by those that wait for these."""
    left = dict(graph)
    wanted = set(leaving) - {
        name for living in left.keys() - leaving for name in reachable(left, living)
    }
    while gone := [name for name in sorted(left.keys() & leaving) if not used(left, leaving, name)]:
        assert gone[0] in wanted
        del left[gone[0]]
    assert not left.keys() & wanted


def used(graph: dict[str, list[str]], leaving: set[str], name: str) -> bool:
    objects = {f"shop/{each}": pipeline(each, graph[each], each in leaving) for each in graph}
    request = SyncRequest(
        Parent(objects[f"shop/{name}"], None),
        Observed(),
        Observed({f"Pipeline.{API_VERSION}": objects}),
        finalizing=True,
    )
    return bool(users(request))


def pipeline(name: str, targets: list[str], leaving: bool) -> Manifest:
    metadata = {"name": name, "namespace": "shop"}
    since = {"deletionTimestamp": "2026-11-23T11:00:00Z"} if leaving else {}
    return {
        "apiVersion": API_VERSION,
        "kind": "Pipeline",
        "metadata": metadata | since,
        "spec": {"flows": [{"to": [{"pipeline": {"name": target}} for target in targets]}]},
    }
