"""Server-side apply and field managers."""

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from orasi.cluster.api import ApiError, Manifest, VirtualClock
from orasi.cluster.memory import Memory
from tests.memory.documents import (
    CONFIG_MAPS,
    DEFINITIONS,
    DOCUMENTS,
    SCHEMA,
    config_map,
    definition,
    document,
)
from tests.memory.workloads import DEPLOYMENTS, container, deployment


def owners(manifest: Manifest) -> dict[str, Any]:
    """FieldsV1 by manager, or "manager/subresource"."""
    return {
        "/".join(filter(None, (entry["manager"], entry.get("subresource")))): entry["fieldsV1"]
        for entry in manifest["metadata"].get("managedFields", [])
    }


def test_applying_creates_what_is_not_there(memory: Memory) -> None:
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "1"}
    meta = {"labels": {"a": "b"}, "ownerReferences": [reference], "finalizers": ["orasi.io/wait"]}
    manifest = document(content="Hi", tags=["t"], flows=[{"name": "f"}], metadata=meta)
    created = memory.apply(DOCUMENTS, manifest, field_manager="metacontroller")
    assert created["spec"]["flows"] == [{"name": "f", "to": "lake"}]
    assert created["metadata"]["managedFields"] == [
        {
            "manager": "metacontroller",
            "operation": "Apply",
            "apiVersion": "test.orasi.io/v1",
            "time": "2026-01-01T00:00:00Z",
            "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:metadata": {
                    "f:finalizers": {'v:"orasi.io/wait"': {}},
                    "f:labels": {"f:a": {}},
                    "f:ownerReferences": {'k:{"uid":"1"}': {}},
                },
                "f:spec": {
                    "f:content": {},
                    "f:flows": {'k:{"name":"f"}': {".": {}, "f:name": {}}},
                    "f:tags": {'v:"t"': {}},
                },
            },
        }
    ]


def test_applying_the_same_again_stores_nothing(memory: Memory, clock: VirtualClock) -> None:
    manifest = document(content="Hi", values={"a": {"b": [1]}})
    stored = memory.apply(DOCUMENTS, manifest, field_manager="metacontroller")
    clock.sleep_until(VirtualClock.START + 60)
    assert memory.apply(DOCUMENTS, manifest, field_manager="metacontroller") is stored


def test_what_its_only_owner_leaves_out_is_removed(memory: Memory) -> None:
    meta = {"labels": {"mine": "1", "ours": "1"}}
    first = document(content="Hi", tags=["a", "b"], flows=[{"name": "x"}], metadata=meta)
    memory.apply(DOCUMENTS, first, field_manager="metacontroller")
    shared = document(tags=["b"], metadata={"labels": {"ours": "1"}})
    memory.apply(DOCUMENTS, shared, field_manager="another")
    result = memory.apply(DOCUMENTS, document(content="Hi"), field_manager="metacontroller")
    assert result["spec"] == {"content": "Hi", "hidden": False, "tags": ["b"]}
    assert result["metadata"]["labels"] == {"ours": "1"}


def test_an_update_takes_the_fields_that_it_changes(memory: Memory) -> None:
    manifest = document(content="Hi", tags=["a"], hidden=True)
    memory.apply(DOCUMENTS, manifest, field_manager="metacontroller")
    person = memory.as_manager("kubectl-edit")
    edited = person.patch(DOCUMENTS, "default", "lorem", {"spec": {"content": "Ho"}})
    assert owners(edited) == {
        "metacontroller": {"f:spec": {"f:hidden": {}, "f:tags": {'v:"a"': {}}}},
        "kubectl-edit": {"f:spec": {"f:content": {}}},
    }
    restored = memory.apply(DOCUMENTS, manifest, field_manager="metacontroller")
    assert restored["spec"]["content"] == "Hi"
    assert list(owners(restored)) == ["metacontroller"]


def test_the_status_has_owners_of_its_own(memory: Memory) -> None:
    stored = memory.apply(DOCUMENTS, document(content="Hi"), field_manager="a")
    manager = memory.as_manager("b")
    reported = manager.update_status(DOCUMENTS, {**stored, "status": {"ready": True}})
    assert owners(reported) == {
        "a": {"f:spec": {"f:content": {}}},
        "b/status": {"f:status": {".": {}, "f:ready": {}}},
    }
    sent = {**document(content="Hi"), "status": {"ready": False}}
    assert memory.apply(DOCUMENTS, sent, field_manager="a") is reported


@pytest.mark.parametrize(
    ("live", "applied", "result"),
    [("abc", "db", "adbc"), ("acb", "ca", "cba"), ("ba", "cab", "cab")],
)
def test_foreign_items_of_a_keyed_list_stay_in_their_place(
    memory: Memory, live: str, applied: str, result: str
) -> None:
    memory.create(DOCUMENTS, document(content="Hi", flows=[{"name": name} for name in live]))
    manifest = document(flows=[{"name": name, "to": "lake"} for name in applied])
    found = memory.apply(DOCUMENTS, manifest, field_manager="metacontroller")
    assert "".join(flow["name"] for flow in found["spec"]["flows"]) == result


def test_items_with_the_same_key_are_owned_as_one_and_stay(memory: Memory) -> None:
    twins = [{"name": "A", "value": "1"}, {"name": "B"}, {"name": "A", "value": "2"}]
    body = deployment(pod={"containers": [container(env=twins)]})
    memory.apply(DEPLOYMENTS, deployment(), field_manager="a")
    stored = memory.as_manager("b").update(DEPLOYMENTS, body)
    spec = owners(stored)["b"]["f:spec"]["f:template"]["f:spec"]
    assert spec["f:containers"]['k:{"name":"web"}']["f:env"] == {
        ".": {},
        'k:{"name":"A"}': {},
        'k:{"name":"B"}': {".": {}, "f:name": {}},
    }
    more = deployment(pod={"containers": [container(env=[{"name": "C"}])]})
    applied = memory.apply(DEPLOYMENTS, more, field_manager="a")
    (found,) = applied["spec"]["template"]["spec"]["containers"]
    assert found["env"] == [*twins, {"name": "C"}]


def test_what_an_apply_empties_is_null(memory: Memory) -> None:
    """Which nothing but the content of free values may be."""
    memory.apply(DOCUMENTS, document(content="Hi", values={"a": {"b": 1}}), field_manager="a")
    emptied = document(content="Hi", values={"a": {}})
    found = memory.apply(DOCUMENTS, emptied, field_manager="a")
    assert found["spec"]["values"] == {"a": None}
    with pytest.raises(ApiError, match=r"spec\.values in body must be of type object: .null"):
        memory.apply(DOCUMENTS, document(content="Hi", values={}), field_manager="a")


def test_a_dry_run_answers_and_stores_nothing(memory: Memory) -> None:
    answer = memory.apply(DOCUMENTS, document(content="Hi"), field_manager="a", dry_run=True)
    assert answer["spec"] == {"content": "Hi", "hidden": False}
    assert memory.list(DOCUMENTS) == ()


@pytest.mark.parametrize(
    ("manifest", "complaint"),
    [
        (config_map(nonsense=1), ".nonsense: field not declared in schema"),
        (
            config_map(a=1, b=2),
            "errors:\n  .a: field not declared in schema\n  .b: field not declared in schema",
        ),
        (
            config_map(metadata={"annotations": {"n": 1}}),
            ".metadata.annotations.n: expected string, got &value.valueUnstructured{Value:1}",
        ),
        (
            config_map(metadata={"labels": 7}),
            ".metadata.labels: expected map, got &{7}",
        ),
        (
            config_map(metadata={"finalizers": "a"}),
            ".metadata.finalizers: expected list, got &{a}",
        ),
    ],
)
def test_fields_that_the_schema_does_not_have_cannot_be_applied(
    memory: Memory, manifest: Manifest, complaint: str
) -> None:
    with pytest.raises(ApiError) as refused:
        memory.apply(CONFIG_MAPS, manifest, field_manager="metacontroller")
    start = "failed to create typed patch object (default/lorem; /v1, Kind=ConfigMap): "
    assert (refused.value.code, str(refused.value)) == (500, start + complaint)


def test_a_second_controller_cannot_be_added(memory: Memory) -> None:
    pods = [
        {"apiVersion": "v1", "kind": "Pod", "name": name, "uid": name, "controller": True}
        for name in "ab"
    ]
    first, second = (config_map(metadata={"ownerReferences": [pod]}) for pod in pods)
    memory.apply(CONFIG_MAPS, first, field_manager="a")
    with pytest.raises(ApiError, match=r'Found "true" in references for Pod/a and Pod/b'):
        memory.apply(CONFIG_MAPS, second, field_manager="b")


@pytest.mark.parametrize(
    ("tag", "path"),
    [
        ("a\bb\f", r'v:"a\u0008b\u000c"'),
        ("<&>\u2028", r'v:"\u003c\u0026\u003e\u2028"'),
        ('\\b"\t', r'v:"\\b\"\t"'),
    ],
)
def test_paths_are_escaped_as_go_escapes_them(memory: Memory, tag: str, path: str) -> None:
    created = memory.create(DOCUMENTS, document(content="Hi", tags=[tag]))
    ((_, fields),) = owners(created).items()
    assert fields["f:spec"]["f:tags"] == {".": {}, path: {}}


SPECS = st.fixed_dictionaries(
    {"content": st.sampled_from(["Hi", "Ho"])},
    optional={
        "hidden": st.booleans(),
        "tags": st.lists(st.sampled_from("abc"), min_size=1, unique=True),
        "flows": st.lists(st.sampled_from("abc"), min_size=1, unique=True).map(
            lambda names: [{"name": name} for name in names]
        ),
        "values": st.dictionaries(
            st.sampled_from("xy"),
            st.none() | st.integers() | st.lists(st.booleans()),
            min_size=1,
        ),
    },
)


@given(st.lists(SPECS, min_size=1, max_size=4))
def test_a_single_applier_gets_what_it_would_get_afresh(specs: list[dict[str, Any]]) -> None:
    """Whatever it applied before leaves no trace; emptied containers do, and are not drawn."""
    used, fresh = Memory(VirtualClock()), Memory(VirtualClock())
    for cluster in (used, fresh):
        cluster.create(DEFINITIONS, definition(SCHEMA))
    for spec in specs:
        result = used.apply(DOCUMENTS, document(**spec), field_manager="a")
    expected = fresh.apply(DOCUMENTS, document(**specs[-1]), field_manager="a")
    assert (result["spec"], owners(result)) == (expected["spec"], owners(expected))
