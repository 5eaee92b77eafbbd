"""What a frozen answer says of an observed child: what was applied, with its present values."""

import json
from typing import Any

import pytest

from hooks.contract import Manifest, last_applied
from hooks.contract.projection import LAST_APPLIED
from tests.data import RECORDED


@pytest.mark.parametrize("strategy", ["dynamic-apply", "server-side-apply"])
def test_an_untouched_child_is_projected_onto_what_was_applied(strategy: str) -> None:
    """The recorded parent lists its children in its spec, so what was applied is known.

    Two lists that are replaced as a whole come back with what the API server added to them: a
    claim's status, and under server-side apply the reference to a field of the pod.
    """
    request = RECORDED[f"sync-settled-{strategy}"]
    metadata = request["parent"]["metadata"]
    applied = {
        (child["kind"], child["metadata"]["name"]): as_applied(child, metadata)
        for child in request["parent"]["spec"]["children"]
    }
    claims = applied["StatefulSet", "full-lake"]["spec"]["volumeClaimTemplates"]
    claims[0]["status"] = {"phase": "Pending"}
    if strategy == "server-side-apply":
        pod = applied["Deployment", "full"]["spec"]["template"]["spec"]
        pod["containers"][0]["env"][0]["valueFrom"]["fieldRef"]["apiVersion"] = "v1"
    projected = {
        (child["kind"], child["metadata"]["name"]): last_applied(child, parent_uid=metadata["uid"])
        for group in request["children"].values()
        for child in group.values()
    }
    assert projected == applied


def as_applied(child: Manifest, parent: Manifest) -> Manifest:
    """*child* with what Metacontroller adds before it applies."""
    child = json.loads(json.dumps(child))
    child["metadata"]["namespace"] = parent["namespace"]
    child["metadata"].setdefault("labels", {})["controller-uid"] = parent["uid"]
    return child


def observed(data: Any, applied: Any, **metadata: Any) -> Manifest:
    annotation = {LAST_APPLIED: json.dumps(applied)}
    return {
        "apiVersion": "v1",
        "kind": "Thing",
        "metadata": {"name": "it", "namespace": "shop", "annotations": annotation, **metadata},
        **data,
    }


@pytest.mark.parametrize(
    ("stored", "applied", "kept"),
    [
        pytest.param({"a": 1, "b": 2}, {"a": 9}, {"a": 1}, id="fields that were never applied"),
        pytest.param({"a": 1}, {"a": 1, "b": 2}, {"a": 1}, id="fields deleted by hand"),
        pytest.param({"l": [1, 2]}, {"l": [3]}, {"l": [1, 2]}, id="lists of scalars are one value"),
        pytest.param(
            {"l": [{"name": "x", "v": 1, "w": 2}, {"name": "y"}]},
            {"l": [{"name": "x", "v": 0}, {"name": "z"}]},
            {"l": [{"name": "x", "v": 1}]},
            id="lists of objects are merged by key",
        ),
        pytest.param(
            {"l": [{"port": 1, "p": "TCP"}, {"port": 1, "p": "UDP"}]},
            {"l": [{"port": 1, "p": "TCP"}]},
            {"l": [{"port": 1, "p": "TCP"}, {"port": 1, "p": "UDP"}]},
            id="keys that are not distinct",
        ),
        pytest.param({"a": {"b": 1}}, {"a": "text"}, {"a": {"b": 1}}, id="another type by hand"),
    ],
)
def test_projection_under_dynamic_apply(stored: Any, applied: Any, kept: Any) -> None:
    child = observed({"spec": stored, "status": {"s": 1}}, {"spec": applied, "status": {"s": 0}})
    assert last_applied(child, parent_uid="u") == {
        "apiVersion": "v1",
        "kind": "Thing",
        "metadata": {"name": "it", "namespace": "shop"},
        "spec": kept,
    }


@pytest.mark.parametrize(
    ("stored", "fields", "kept"),
    [
        pytest.param({"a": 1, "b": 2}, {"f:a": {}}, {"a": 1}, id="fields that were not applied"),
        pytest.param({"a": 1, "b": None}, {"f:a": {}, "f:b": {}}, {"a": 1}, id="nulls"),
        pytest.param({"m": {"x": 1}}, {"f:m": {}}, {"m": {"x": 1}}, id="maps that are one value"),
        pytest.param({"m": {"x": 1}}, {"f:m": {".": {}}}, {"m": {}}, id="maps taken over by hand"),
        pytest.param(
            {"l": [{"name": "x", "v": 1, "w": 2}, {"name": "y"}]},
            {"f:l": {'k:{"name":"x"}': {".": {}, "f:name": {}, "f:v": {}}}},
            {"l": [{"name": "x", "v": 1}]},
            id="lists by key",
        ),
        pytest.param({"l": ["a", "b"]}, {"f:l": {'v:"a"': {}}}, {"l": ["a"]}, id="sets"),
        pytest.param({"l": ["a", "b"]}, {"f:l": {}}, {"l": ["a", "b"]}, id="lists as one value"),
        pytest.param({"l": ["a"]}, {"f:l": {"k:{": {}, "q:1": {}}}, {"l": []}, id="unknown keys"),
    ],
)
def test_projection_under_server_side_apply(stored: Any, fields: Any, kept: Any) -> None:
    child = observed({"spec": stored}, None)
    child["metadata"]["annotations"] = {}
    child["metadata"]["managedFields"] = [
        {"operation": "Update", "manager": "kubectl", "fieldsV1": {"f:spec": {"f:b": {}}}},
        {"operation": "Apply", "manager": "metacontroller", "fieldsV1": {"f:spec": fields}},
    ]
    assert last_applied(child, parent_uid="u")["spec"] == kept


REFERENCE: Manifest = {"f:ownerReferences": {'k:{"uid":"u"}': {}}}
LABEL: Manifest = {"f:labels": {"f:controller-uid": {}}}


def applied_by(manager: str, mark: Manifest, *fields: str) -> Manifest:
    spec: Manifest = {f"f:{field}": {} for field in fields}
    return {
        "operation": "Apply",
        "manager": manager,
        "fieldsV1": {"f:metadata": mark, "f:spec": spec},
    }


@pytest.mark.parametrize(
    ("annotation", "entries", "kept"),
    [
        pytest.param(None, [applied_by("mc", LABEL, "a")], {"a"}, id="reference taken by hand"),
        pytest.param(None, [applied_by("mc", {}, "a")], {"a"}, id="all marks taken by hand"),
        pytest.param(
            None,
            [applied_by("gitops", REFERENCE, "b"), applied_by("mc", REFERENCE, "a")],
            {"a", "b"},
            id="a second applier with our reference",
        ),
        pytest.param("{}", [applied_by("mc", REFERENCE, "a")], {"a"}, id="annotation by hand"),
        pytest.param("{", [applied_by("mc", REFERENCE, "a")], {"a"}, id="annotation unreadable"),
        pytest.param(
            '{"spec": {"a": 0, "b": 0}}',
            [applied_by("mc", REFERENCE, "a")],
            {"a", "b"},
            id="back from server-side to dynamic apply",
        ),
        pytest.param(
            '{"spec": {"a": 0}}', [applied_by("gitops", {}, "b")], {"a"}, id="others' stay theirs"
        ),
    ],
)
def test_no_field_of_ours_is_ever_left_out(
    annotation: str | None, entries: list[Manifest], kept: set[str]
) -> None:
    """A frozen answer without it would have it deleted."""
    child = observed({"spec": {"a": 1, "b": 2}}, None)
    del child["metadata"]["annotations"]
    if annotation is not None:
        child["metadata"]["annotations"] = {LAST_APPLIED: annotation, "theirs": "x"}
    child["metadata"]["managedFields"] = entries
    answer = last_applied(child, parent_uid="u")
    assert answer["spec"].keys() == kept
    assert LAST_APPLIED not in answer["metadata"].get("annotations", {})


def test_only_labels_and_annotations_are_said_in_metadata() -> None:
    """A finalizer of somebody else, answered, would be ours as well, and stay for ever."""
    child = observed({}, None, finalizers=["example.com/theirs"], labels={"a": "b"})
    child["metadata"]["annotations"] = {LAST_APPLIED: "{"}
    fields: Manifest = {
        "f:metadata": {
            "f:finalizers": {'v:"example.com/theirs"': {}},
            "f:labels": {},
            "f:annotations": {},
        }
    }
    child["metadata"]["managedFields"] = [{"operation": "Apply", "fieldsV1": fields}]
    metadata = {"name": "it", "namespace": "shop", "labels": {"a": "b"}}
    assert last_applied(child, parent_uid="u")["metadata"] == metadata


def test_lists_of_both_sources_are_united_by_key() -> None:
    ports = [{"port": 1, "name": "a"}, {"port": 2, "name": "b"}, {"port": 3, "name": "c"}]
    child = observed({"ports": ports}, {"ports": [{"port": 3}, {"port": 1, "name": "x"}]})
    fields: Manifest = {"f:ports": {'k:{"port":3}': {"f:port": {}, "f:name": {}}}}
    child["metadata"]["managedFields"] = [
        {"operation": "Apply", "fieldsV1": fields | {"f:metadata": REFERENCE}}
    ]
    answer = last_applied(child, parent_uid="u")
    assert answer["ports"] == [{"port": 1, "name": "a"}, {"port": 3, "name": "c"}]


def test_only_the_identity_is_known_of_a_child_that_nobody_applied() -> None:
    child = observed({"spec": {"a": 1}}, None)
    child["metadata"]["annotations"] = {}
    identity = {"name": "it", "namespace": "shop"}
    assert last_applied(child, parent_uid="u") == {
        "apiVersion": "v1",
        "kind": "Thing",
        "metadata": identity,
    }
