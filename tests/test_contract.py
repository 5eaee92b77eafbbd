"""Metacontroller's JSON as values, on what the real Metacontroller sent."""

import json
from typing import Any

import pytest

from hooks import API_VERSION
from hooks.contract import (
    DecoratorResponse,
    Manifest,
    RelatedRule,
    SyncResponse,
    customize_body,
    customize_request,
    decode,
    decorator_body,
    decorator_request,
    encoded_size,
    response_body,
    sync_request,
)
from hooks.errors import BrokenAnswer, MalformedRequest
from tests.data import RECORDED

COMPOSITE = [name for name in RECORDED if name.startswith(("sync", "finalize"))]
DECLARED = {("v1", "ConfigMap")}
MIRRORED = {
    (child["apiVersion"], child["kind"])
    for group in RECORDED["sync-settled-dynamic-apply"]["children"].values()
    for child in group.values()
}


def ours(request: Manifest) -> Manifest:
    """A recorded request, as if its test kind were one of our kinds."""
    return request | {"parent": request["parent"] | {"apiVersion": API_VERSION}}


@pytest.mark.parametrize("name", COMPOSITE)
def test_recorded_requests_parse(name: str) -> None:
    body = json.dumps(ours(RECORDED[name])).encode()
    request = sync_request("Mirror", decode(body), declared=MIRRORED)
    assert request.parent.name == "full"
    assert request.finalizing == name.startswith("finalize")
    observed = [child["metadata"]["name"] for child in request.children]
    groups = RECORDED[name]["children"].values()
    assert sorted(observed) == sorted(
        each["metadata"]["name"] for group in groups for each in group.values()
    )
    assert request.as_of > "2026-11-23T17:35:49Z"


@pytest.mark.parametrize("name", ["customize", "customize-deleting"])
def test_recorded_customize_requests_parse(name: str) -> None:
    parent = customize_request("Mirror", ours(RECORDED[name]))
    assert (parent.namespace, parent.name) == ("default", "full")


@pytest.mark.parametrize("name", [name for name in RECORDED if name.startswith("decorator")])
def test_recorded_decorator_requests_parse(name: str) -> None:
    request = decorator_request(RECORDED[name])
    assert (request.object.namespace, request.object.name) == ("", "acme")
    assert request.finalizing == name.endswith("finalizing")
    quotas = [each["metadata"]["name"] for each in request.attachments]
    assert quotas == ([] if name.endswith("first") else ["tenant"])
    assert request.as_of >= "2026-11-23T17:36:36Z"


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_every_recorded_request_is_of_one_hook_only(name: str) -> None:
    """None is taken for another: a decorator's has no parent, a customize request no children."""
    if name not in COMPOSITE:
        with pytest.raises(MalformedRequest):
            sync_request("Mirror", ours({"parent": {}} | RECORDED[name]), declared=MIRRORED)
    if not name.startswith("decorator"):
        with pytest.raises(MalformedRequest):
            decorator_request(RECORDED[name])


def test_a_decorators_answer_takes_labels_away_with_null() -> None:
    """And it has no status: that is the object's owner's."""
    response = DecoratorResponse((child(),), labels={"a": None}, annotations={"b": "c"})
    assert json.loads(decorator_body(response, namespace="shop", declared=DECLARED)) == {
        "attachments": [child()],
        "labels": {"a": None},
        "annotations": {"b": "c"},
    }
    with pytest.raises(BrokenAnswer):
        decorator_body(response, namespace="shop", declared=set())


def test_related_objects_are_asked_for_narrowly() -> None:
    rules = [
        RelatedRule("v1", "configmaps", "orasi", names=("b", "a")),
        RelatedRule("v1", "secrets", match_labels={"x": "y"}),
    ]
    assert json.loads(customize_body(rules)) == {
        "relatedResources": [
            {"apiVersion": "v1", "resource": "configmaps", "namespace": "orasi"}
            | {"names": ["a", "b"]},
            {"apiVersion": "v1", "resource": "secrets"}
            | {"labelSelector": {"matchLabels": {"x": "y"}}},
        ]
    }
    with pytest.raises(BrokenAnswer, match="names and by labels"):
        customize_body([RelatedRule("v1", "secrets", names=("a",), match_labels={"x": "y"})])


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"a":NaN}', b'["\\ud800"]', b"[" * 50_000, b"{} {}", b"\xff"],
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedRequest, match="not JSON"):
        decode(body)


def test_sizes_are_those_of_go() -> None:
    """Measured with encoding/json: < > & and line separators become six bytes each."""
    assert encoded_size({"k": "<>&"}) == len(r'{"k":"\u003c\u003e\u0026"}')
    assert encoded_size("\u2028\u2029") == len(r'"\u2028\u2029"')
    assert encoded_size("é\n") == len('"é\\n"'.encode())


def child(**changes: Any) -> Manifest:
    metadata = {"name": "it", "namespace": "shop"} | changes.pop("metadata", {})
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata} | changes


@pytest.mark.parametrize(
    ("children", "complaint"),
    [
        ([child(kind="Secret")], "Secret of v1 is not declared"),
        ([child(metadata={"namespace": "other"})], "another namespace"),
        ([child(), child()], "listed twice"),
        ([child(data={"k": None})], "null"),
    ],
)
def test_an_answer_that_breaks_the_contract_does_not_leave(
    children: list[Manifest], complaint: str
) -> None:
    with pytest.raises(BrokenAnswer, match=complaint):
        response_body(SyncResponse({}, tuple(children)), namespace="shop", declared=DECLARED)


def test_finalized_is_said_only_when_it_is() -> None:
    """Said by a sync, it would take the finalizer off, and Metacontroller would put it back."""
    assert response_body(SyncResponse({}), namespace="shop", declared=DECLARED) == (
        b'{"children":[],"status":{}}'
    )
    assert response_body(SyncResponse({}, finalized=True), namespace="shop", declared=DECLARED) == (
        b'{"children":[],"finalized":true,"status":{}}'
    )
