"""DecoratorControllers: as recorded from Metacontroller, in the vectors decorate-*."""

from functools import partial
from typing import Any

import pytest

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.loop.metacontroller import ApplyStrategy
from tests.loop.stage import (
    CONFIG_MAP,
    DECORATOR,
    MIRROR,
    Hook,
    Stage,
    config_map,
    decorated_stage,
    error,
)

NAMESPACE = Resource("v1", "Namespace", "namespaces", False)
SERVICE = Resource("v1", "Service", "services")
MARK = "metacontroller.k8s.io/decorator-controller"
FINALIZER = "metacontroller.io/decoratorcontroller-decorations"

MIRRORS = {"apiVersion": MIRROR.api_version, "resource": MIRROR.plural}
NAMESPACES = {"apiVersion": "v1", "resource": "namespaces"}

every_strategy = pytest.mark.parametrize("strategy", ["dynamic-apply", "server-side-apply"])


def attaching(*attachments: Manifest, **answer: Any) -> Hook:
    return lambda _body: {"attachments": list(attachments), **answer}


def touch(scene: Stage, **annotations: str | None) -> None:
    scene.memory.patch(MIRROR, "default", "a", {"metadata": {"annotations": annotations}})


@every_strategy
def test_a_request_has_all_five_keys_and_attachments_carry_their_mark(
    strategy: ApplyStrategy,
) -> None:
    scene = decorated_stage(attaching(config_map(k="v")), MIRRORS, strategy=strategy)
    scene.settle()
    first, second = scene.hooks.bodies
    assert sorted(first) == ["attachments", "controller", "finalizing", "object", "related"]
    assert first["attachments"] == {"ConfigMap.v1": {}}
    assert first["controller"]["kind"] == DECORATOR.kind
    assert list(second["attachments"]["ConfigMap.v1"]) == ["default/cm"]
    metadata = scene.get(CONFIG_MAP, "cm")["metadata"]
    assert metadata["annotations"][MARK] == "decorations"
    (owner,) = metadata["ownerReferences"]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("Mirror", "a", True)
    assert "controller-uid" not in metadata.get("labels", {})
    assert "finalizers" not in scene.get(MIRROR, "a")["metadata"]


@every_strategy
def test_the_object_is_written_first_and_only_if_that_is_news(strategy: ApplyStrategy) -> None:
    answer = attaching(config_map(k="v"), labels={"a": "1", "no": None}, annotations={"b": "2"})
    scene = decorated_stage(answer, MIRRORS, strategy=strategy)
    update, create = scene.writes()
    assert update.startswith("update mirrors default/a")
    assert "configmaps default/cm" in create
    metadata = scene.get(MIRROR, "a")["metadata"]
    assert (metadata["labels"], metadata["annotations"]) == ({"a": "1"}, {"b": "2"})
    touch(scene, touched="1")
    assert scene.writes() == []


def test_a_null_takes_a_key_away_and_what_is_not_named_stays() -> None:
    answers: list[Manifest] = [{"labels": {"a": "1"}, "annotations": {"b": "2"}}]
    scene = decorated_stage(lambda _: answers[-1], MIRRORS)
    scene.settle()
    answers.append({"labels": {"a": None}})
    touch(scene, touched="1")
    scene.settle()
    metadata = scene.get(MIRROR, "a")["metadata"]
    assert "labels" not in metadata or not metadata["labels"]
    assert metadata["annotations"] == {"b": "2", "touched": "1"}


def test_a_status_is_replaced_whole_or_left_alone() -> None:
    answers: list[Manifest] = [{"status": {"n": 1}}]
    scene = decorated_stage(lambda _: answers[-1], MIRRORS)
    assert scene.writes() == [
        "update mirrors/status default/a 200",
        "update mirrors default/a 200",  # since the managedFields that it sends are older
    ]
    answers.append({"status": {"m": 2}})
    touch(scene, touched="1")
    scene.settle()
    assert scene.get(MIRROR, "a")["status"] == {"m": 2}
    answers.append({"status": None})
    touch(scene, touched="2")
    assert scene.writes() == []
    assert scene.get(MIRROR, "a")["status"] == {"m": 2}


@every_strategy
def test_attachments_of_a_namespace_may_be_anywhere(strategy: ApplyStrategy) -> None:
    def sync(body: Manifest) -> Manifest:
        wanted = body["object"]["metadata"]["name"] == "default"
        cm = config_map(k="v")
        cm["metadata"]["namespace"] = "kube-system"
        return {"attachments": [cm] if wanted else []}

    scene = decorated_stage(sync, NAMESPACES, strategy=strategy)
    scene.settle()
    assert {body["object"]["metadata"]["name"] for body in scene.hooks.bodies} == {
        "default",
        "kube-system",
    }
    seen = [body["attachments"]["ConfigMap.v1"] for body in scene.hooks.bodies]
    assert {name for group in seen for name in group} == {"kube-system/cm"}
    live = scene.memory.get(CONFIG_MAP, "kube-system", "cm")
    scene.memory.update(CONFIG_MAP, {**live, "data": {"k": "by hand"}})
    scene.settle()
    assert scene.memory.get(CONFIG_MAP, "kube-system", "cm")["data"] == {"k": "v"}


def test_nothing_is_adopted_and_what_lost_its_mark_is_not_seen() -> None:
    scene = decorated_stage(attaching(config_map(k="v")), MIRRORS)
    scene.settle()
    live = scene.get(CONFIG_MAP, "cm")
    bare = {**live["metadata"], "annotations": {}}
    scene.memory.update(CONFIG_MAP, {**live, "metadata": bare})
    scene.settle()
    assert scene.hooks.bodies[-1]["attachments"] == {"ConfigMap.v1": {}}
    assert MARK not in scene.get(CONFIG_MAP, "cm")["metadata"].get("annotations", {})


def test_every_kind_of_a_controller_is_decorated() -> None:
    scene = decorated_stage(attaching(), MIRRORS, NAMESPACES)
    scene.settle()
    kinds = [body["object"]["kind"] for body in scene.hooks.bodies]
    assert sorted(kinds) == ["Mirror", "Namespace", "Namespace"]


def test_both_selectors_must_accept_an_object() -> None:
    rule = {
        **MIRRORS,
        "labelSelector": {"matchLabels": {"on": "yes"}},
        "annotationSelector": {"matchExpressions": [{"key": "note", "operator": "Exists"}]},
    }
    scene = decorated_stage(attaching(config_map(k="v")), rule)
    scene.settle()
    scene.relabel(MIRROR, "a", {"on": "yes"})
    scene.settle()
    assert scene.hooks.bodies == []
    touch(scene, note="")
    scene.settle()
    assert scene.names(CONFIG_MAP) == ["cm"]
    # Without a finalize hook it is forgotten with all that is attached to it.
    touch(scene, note=None)
    assert scene.writes() == []
    assert scene.names(CONFIG_MAP) == ["cm"]


def test_an_object_that_goes_keeps_its_attachments_but_may_still_be_written() -> None:
    answers: list[Manifest] = [{"attachments": [config_map(k="v")]}]
    scene = decorated_stage(lambda _: answers[-1], MIRRORS)
    scene.settle()
    live = scene.get(MIRROR, "a")
    held = {**live["metadata"], "finalizers": ["example.com/held"]}
    scene.memory.update(MIRROR, {**live, "metadata": held})
    scene.settle()
    answers.append({"attachments": [], "annotations": {"b": "2"}})
    scene.delete(MIRROR, "a")
    assert scene.writes() == ["update mirrors default/a 200"]
    assert scene.names(CONFIG_MAP) == ["cm"]


def test_finalize_is_asked_once_deleted_and_lets_go_in_the_same_write() -> None:
    answers: list[Manifest] = [{"attachments": [config_map(k="v")], "finalized": False}]
    scene = decorated_stage(attaching(config_map(k="v")), MIRRORS, finalize=lambda _: answers[-1])
    scene.settle()
    assert scene.get(MIRROR, "a")["metadata"]["finalizers"] == [FINALIZER]
    scene.delete(MIRROR, "a")
    scene.settle()
    assert scene.hooks.bodies[-1]["finalizing"] is True
    answers.append({"attachments": [], "finalized": True})
    touch(scene, touched="1")
    writes = scene.writes()
    assert writes[0] == "update mirrors default/a 200"
    assert not scene.memory.list(MIRROR)


def test_a_deselected_object_is_finalized_and_then_left_alone() -> None:
    rule = {**MIRRORS, "labelSelector": {"matchLabels": {"on": "yes"}}}
    scene = decorated_stage(attaching(config_map(k="v")), rule, finalize=attaching(finalized=True))
    scene.relabel(MIRROR, "a", {"on": "yes"})
    scene.settle()
    assert scene.names(CONFIG_MAP) == ["cm"]
    scene.relabel(MIRROR, "a", {})
    scene.settle()
    assert scene.names(CONFIG_MAP) == []
    assert not scene.get(MIRROR, "a")["metadata"].get("finalizers")
    asked = len(scene.hooks.bodies)
    touch(scene, touched="1")
    scene.settle()
    assert len(scene.hooks.bodies) == asked


def test_an_error_changes_nothing_and_becomes_an_event() -> None:
    answers: list[Any] = [{"attachments": [config_map(k="v")]}]
    scene = decorated_stage(lambda _: answers[-1], MIRRORS)
    scene.settle()
    answers.append(error(422, "no such port"))
    touch(scene, touched="1")
    assert scene.settle()[0].writes == ()
    assert scene.names(CONFIG_MAP) == ["cm"]
    assert scene.messages() == [
        "Sync error: sync hook failed (version=v2): unsupported status code: 422 body: no such port"
    ]


def test_a_conflict_on_the_object_puts_its_attachments_off() -> None:
    """The object has changed meanwhile, and that wakes us."""
    scene = decorated_stage(attaching(config_map(k="v"), labels={"a": "1"}), MIRRORS)
    scene.memory.refuse("update", MIRROR, 409)
    scene.loop.run_pass()
    assert scene.names(CONFIG_MAP) == []
    scene.memory.refusals.clear()
    touch(scene, touched="1")
    scene.settle()
    assert scene.names(CONFIG_MAP) == ["cm"]


def test_a_refused_write_of_the_object_is_an_error() -> None:
    scene = decorated_stage(attaching(config_map(k="v"), labels={"a": "1"}), MIRRORS)
    scene.memory.refuse("update", MIRROR, 403)
    done = scene.loop.run_pass()
    assert done.errors == {
        "Mirror default/a": "Sync error: can't update Mirror default/a: update is refused"
    }


def answered(answer: Manifest, _body: Manifest) -> Manifest:
    return answer


def test_unknown_keys_of_an_answer_are_refused_and_wrong_types_as_well() -> None:
    for answer, complaint in (
        ({"children": []}, 'unknown field "children"'),
        ({"labels": {"a": 1}}, "Go struct field DecoratorHookResponse.labels of type string"),
        ({"attachments": [None]}, "attachments[0] is null"),
    ):
        scene = decorated_stage(partial(answered, answer), MIRRORS)
        (message,) = scene.loop.run_pass().errors.values()
        assert complaint in message


def test_a_kind_that_is_not_served_stops_its_controller_only() -> None:
    scene = decorated_stage(attaching(), {"apiVersion": "v1", "resource": "nothings"})
    (message,) = scene.loop.run_pass().errors.values()
    assert message == 'can\'t find resource "nothings" in apiVersion "v1"'
