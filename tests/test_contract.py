"""Metacontroller's JSON as values, on what the real Metacontroller sent."""

import json
import time
from typing import Any

import pytest

from hooks import API_VERSION
from hooks.contract import (
    Child,
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
DECLARED = {Child("v1", "ConfigMap", "configmaps")}
MIRRORED = {
    Child(child["apiVersion"], child["kind"], f"{child['kind'].lower()}s".replace("ys", "ies"))
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
    quota = Child("v1", "ResourceQuota", "resourcequotas")
    request = decorator_request("v1", "Namespace", RECORDED[name], declared=(quota,))
    assert request.namespace == "acme"
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
            decorator_request("v1", "Namespace", RECORDED[name], declared=())


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


@pytest.mark.parametrize(
    "rule",
    [
        RelatedRule("v1", "secrets", names=("a",), match_labels={"x": "y"}),
        RelatedRule("v1", "secrets", "shop", names=()),  # Metacontroller takes that for all
        RelatedRule("v1", "secrets", names=("a",), every=True),
    ],
)
def test_related_objects_are_never_asked_for_by_accident(rule: RelatedRule) -> None:
    with pytest.raises(BrokenAnswer, match="not asked for by names, labels or as a whole"):
        customize_body([rule])


def test_all_objects_of_a_kind_can_be_asked_for() -> None:
    rule = RelatedRule("orasi.io/v1alpha1", "pipelines", "shop", every=True)
    assert json.loads(customize_body([rule])) == {
        "relatedResources": [
            {"apiVersion": "orasi.io/v1alpha1", "resource": "pipelines", "namespace": "shop"}
        ]
    }


def test_controllers_must_list_what_is_made() -> None:
    """Metacontroller would make it once, and then forget it."""
    body = ours(RECORDED["sync-settled-dynamic-apply"])
    with pytest.raises(MalformedRequest, match=r"does not list secrets of v1.*kubectl apply -k"):
        sync_request("Mirror", body, declared=MIRRORED | {Child("v1", "Secret", "secrets")})


def test_a_deletion_goes_on_whatever_is_observed_and_listed() -> None:
    body = ours(RECORDED["sync-settled-dynamic-apply"])
    with pytest.raises(MalformedRequest, match="which this version does not make"):
        sync_request("Mirror", body, declared=set())
    request = sync_request("Mirror", body | {"finalizing": True}, declared=DECLARED)
    assert len(list(request.children)) > 1


def test_our_own_status_writes_are_no_events() -> None:
    """Neither those on the parent nor those on related objects, which other answers made."""
    body = ours(RECORDED["sync-settled-dynamic-apply"])
    entry = {"operation": "Update", "subresource": "status", "time": "2030-01-01T00:00:00Z"}
    metadata = {"name": "x", "namespace": "default", "managedFields": [entry]}
    related = {"apiVersion": API_VERSION, "kind": "Connector", "metadata": metadata}
    body["related"] = {"Connector.orasi.io/v1alpha1": {"default/x": related}}
    assert sync_request("Mirror", body, declared=MIRRORED).as_of < "2030"
    apps = {"apiVersion": "apps/v1", "kind": "Deployment"}
    body["related"] = {"Deployment.apps/v1": {"default/x": related | apps}}
    assert sync_request("Mirror", body, declared=MIRRORED).as_of == "2030-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"a":NaN}', b'["\\ud800"]', b"[" * 50_000, b"{} {}", b"\xff"],
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedRequest, match="not JSON"):
        decode(body)


def nested(levels: int, inner: bytes = b"") -> bytes:
    return b'{"a":[' * (levels // 2) + inner + b"]}" * (levels // 2)


def depth(value: Any) -> int:
    levels = 0
    while isinstance(value, dict | list) and value:
        value = value["a"] if isinstance(value, dict) else value[0]
        levels += 1
    return levels + isinstance(value, dict | list)


@pytest.mark.parametrize("levels", [202, 400, 10_000])
def test_what_is_too_deep_is_left_out(levels: int) -> None:
    """The rest is as it was, also what stands after it."""
    body = b'{"left":"]}\\"[","deep":' + nested(levels, b'"]"') + b',"right":{"x":[1]}}'
    decoded = decode(body)
    assert depth(decoded.pop("deep")) == 199
    assert decoded == {"left": ']}"[', "right": {"x": [1]}}


def test_what_is_not_too_deep_is_left_as_it_is() -> None:
    assert decode(nested(200)) == json.loads(nested(200))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 50_000,
        b"[" * 300 + b"]" * 299,
        b"[" * 300 + b"]" * 301,
        nested(10_012),
        nested(400) + b",",
        nested(400) + b'"',
        b'{"a":NaN,"b":' + nested(400) + b"}",
        b"[" * 300 + b'"' + b'\\"' * 1_000_000,
    ],
)
def test_what_is_deep_and_not_json_is_refused_fast(body: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(MalformedRequest, match="not JSON"):
        decode(body)
    assert time.perf_counter() - started < 1


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
        ([child(status={})], "not ours to say"),
        ([child(metadata={"generateName": "x-"})], "not ours to say"),
        ([child(metadata={"name": ""})], "no texts"),
        ([child(metadata={"labels": {"a": 1}})], "no texts"),
        ([child(metadata={"annotations": ["a"]})], "no texts"),
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
