"""What the loop does to children, under both apply strategies where they agree."""

import json
from typing import Any

import pytest

from orasi.cluster.api import Manifest
from orasi.cluster.loop.metacontroller import ApplyStrategy
from tests.loop.stage import (
    CONFIG_MAP,
    CONTROLLER,
    MIRROR,
    always,
    config_map,
    mirror,
    stage,
)

STRATEGIES: tuple[ApplyStrategy, ...] = ("dynamic-apply", "server-side-apply")
both = pytest.mark.parametrize("strategy", STRATEGIES)


def deployment(name: str, replicas: int = 1) -> Manifest:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "c", "image": "registry.test/c:1"}]},
            },
        },
    }


@both
def test_children_are_created_in_the_order_of_their_kinds(strategy: ApplyStrategy) -> None:
    scene = stage(always(deployment("web"), config_map("z"), config_map("b")), strategy=strategy)
    verb = "create" if strategy == "dynamic-apply" else "patch"
    assert [str(write) for write in scene.loop.run_pass().writes] == [
        f"{verb} configmaps default/b 201",
        f"{verb} configmaps default/z 201",
        f"{verb} deployments default/web 201",
        "update mirrors/status default/a 200",
    ]


@both
def test_a_settled_world_gets_no_call_and_no_write(strategy: ApplyStrategy) -> None:
    scene = stage(always(config_map(k="v"), status={"ready": True}), strategy=strategy)
    scene.settle()
    done = scene.loop.run_pass()
    assert (done.calls, done.writes, done.errors) == ((), (), {})


@both
def test_a_child_carries_label_and_owner(strategy: ApplyStrategy) -> None:
    scene = stage(always(config_map()), strategy=strategy)
    scene.settle()
    uid = scene.get(MIRROR, "a")["metadata"]["uid"]
    metadata = scene.get(CONFIG_MAP, "cm")["metadata"]
    assert metadata["labels"] == {"controller-uid": uid}
    assert metadata["ownerReferences"] == [
        {
            "apiVersion": "test.orasi.io/v1",
            "kind": "Mirror",
            "name": "a",
            "uid": uid,
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]


def test_dynamic_apply_remembers_what_it_applied() -> None:
    scene = stage(always(config_map(k="<&>")))
    scene.settle()
    metadata = scene.get(CONFIG_MAP, "cm")["metadata"]
    remembered = metadata["annotations"]["metacontroller.k8s.io/last-applied-configuration"]
    assert "\\u003c\\u0026\\u003e" in remembered  # as Go writes JSON
    applied = json.loads(remembered)
    assert applied["data"] == {"k": "<&>"}
    assert "ownerReferences" not in applied["metadata"]
    assert applied["metadata"]["namespace"] == "default"


@both
def test_a_hand_edit_is_undone_and_foreign_fields_stay(strategy: ApplyStrategy) -> None:
    scene = stage(always(config_map(k="v")), strategy=strategy)
    scene.settle()
    scene.edit(CONFIG_MAP, "cm", data={"k": "edited", "other": "mine"})
    scene.settle()
    assert scene.get(CONFIG_MAP, "cm")["data"] == {"k": "v", "other": "mine"}


@both
def test_a_field_no_longer_desired_is_removed(strategy: ApplyStrategy) -> None:
    data = {"k": "v", "gone": "soon"}
    scene = stage(lambda _: {"children": [config_map(**data)]}, strategy=strategy)
    scene.settle()
    del data["gone"]
    scene.edit(MIRROR, "a", spec={"changed": True})
    scene.settle()
    assert scene.get(CONFIG_MAP, "cm")["data"] == {"k": "v"}


@both
def test_deletions_come_before_creations(strategy: ApplyStrategy) -> None:
    names = ["old"]
    scene = stage(lambda _: {"children": [config_map(names[0])]}, strategy=strategy)
    scene.settle()
    names[0] = "a-new"
    scene.edit(MIRROR, "a", spec={"changed": True})
    done = scene.loop.run_pass()
    assert [(write.verb, write.name) for write in done.writes[:1]] == [("delete", "old")]
    assert done.writes[1].name == "a-new"


@both
def test_a_deleted_child_comes_back(strategy: ApplyStrategy) -> None:
    scene = stage(always(config_map()), strategy=strategy)
    scene.settle()
    scene.delete(CONFIG_MAP, "cm")
    scene.settle()
    assert scene.names(CONFIG_MAP) == ["cm"]


@both
def test_on_delete_leaves_an_existing_child_as_it_is(strategy: ApplyStrategy) -> None:
    scene = stage(always(config_map(k="v")), strategy=strategy, method="OnDelete")
    scene.settle()
    scene.edit(CONFIG_MAP, "cm", data={"k": "edited"})
    assert scene.writes() == []


@both
def test_recreate_deletes_a_child_that_differs_and_the_next_sync_makes_it_anew(
    strategy: ApplyStrategy,
) -> None:
    scene = stage(always(config_map(k="v")), strategy=strategy, method="Recreate")
    scene.settle()
    before = scene.get(CONFIG_MAP, "cm")["metadata"]["uid"]
    scene.edit(CONFIG_MAP, "cm", data={"k": "edited"})
    verb = "create" if strategy == "dynamic-apply" else "patch"
    assert scene.writes() == [
        "delete configmaps default/cm 200",
        f"{verb} configmaps default/cm 201",
    ]
    assert scene.get(CONFIG_MAP, "cm")["metadata"]["uid"] != before


@both
def test_one_refused_child_stops_neither_the_others_nor_the_status(
    strategy: ApplyStrategy,
) -> None:
    scene = stage(
        always(config_map("Bad_Name"), config_map("good"), status={"n": 1}), strategy=strategy
    )
    done = scene.loop.run_pass()
    assert scene.names(CONFIG_MAP) == ["good"]
    assert scene.get(MIRROR, "a")["status"] == {"n": 1, "observedGeneration": 1}
    assert "can't reconcile children for Mirror default/a" in done.errors["Mirror default/a"]
    assert [write.code for write in done.writes if write.name == "Bad_Name"] == [422]


def test_dynamic_apply_never_touches_a_foreign_object_of_that_name() -> None:
    scene = stage(always(config_map(k="ours")))
    foreign = config_map(k="theirs")
    foreign["metadata"]["namespace"] = "default"
    scene.memory.create(CONFIG_MAP, foreign)
    done = scene.loop.run_pass()
    assert "create configmaps default/cm 409" in map(str, done.writes)
    assert done.errors == {}
    assert scene.get(CONFIG_MAP, "cm")["data"] == {"k": "theirs"}


def test_server_side_apply_removes_the_annotation_of_dynamic_apply() -> None:
    scene = stage(always(config_map(k="v")), strategy="server-side-apply")
    scene.settle()
    live = scene.get(CONFIG_MAP, "cm")
    key = "metacontroller.k8s.io/last-applied-configuration"
    scene.memory.update(
        CONFIG_MAP, {**live, "metadata": {**live["metadata"], "annotations": {key: "{}"}}}
    )
    scene.settle()
    assert key not in scene.get(CONFIG_MAP, "cm")["metadata"].get("annotations", {})


@pytest.mark.parametrize(
    ("child", "message"),
    [
        (
            {**config_map(), "apiVersion": "nope/v1"},
            "can't reconcile children for Mirror default/a: discovery: can't find kind ConfigMap "
            "in apiVersion nope/v1",
        ),
        (
            {**config_map(), "metadata": {"name": "cm", "labels": {"controller-uid": "wrong"}}},
            "labels on desired child ConfigMap default/cm don't match parent selector",
        ),
        (
            {**config_map(), "metadata": {"name": "cm", "labels": {"n": 1}}},
            "invalid labels on desired child ConfigMap default/cm: .metadata.labels accessor "
            'error: contains non-string value in the map under key "n": 1 is of the type int64, '
            "expected string",
        ),
    ],
)
def test_a_child_that_cannot_be_is_named_in_the_error(child: Manifest, message: str) -> None:
    scene = stage(always(child))
    assert scene.loop.run_pass().errors == {"Mirror default/a": f"Sync error: {message}"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hooks": {}}, "no hooks defined"),
        (
            {
                "hooks": {
                    "sync": {
                        "version": "v2",
                        "webhook": {
                            "url": "sync",
                            "etag": {"enabled": True, "cacheTimeoutSeconds": 60},
                        },
                    }
                }
            },
            "the etag of the sync hook has cacheTimeoutSeconds, but no cacheCleanupSeconds",
        ),
        ({"hooks": {"sync": {"version": "v2", "webhook": {"path": "/"}}}}, "'service' and 'path'"),
        (
            {"parentResource": {"apiVersion": "test.orasi.io/v1", "resource": "invisibles"}},
            "does not have subresource 'Status' enabled",
        ),
        (
            {"childResources": [{"apiVersion": "v1", "resource": "nopes"}]},
            "discovery: can't find resource nopes in apiVersion v1",
        ),
    ],
)
def test_an_unsound_controller_is_reported_and_not_run(
    change: dict[str, Any], message: str
) -> None:
    scene = stage(always(config_map()), **change)
    done = scene.loop.run_pass()
    assert message in done.errors["CompositeController mirrors"]
    assert scene.hooks.bodies == []


def test_a_changed_controller_syncs_all_parents_again() -> None:
    scene = stage(always(config_map()), mirror("a"), mirror("b"), children=(CONFIG_MAP,))
    scene.settle()
    live = scene.get(CONTROLLER, "mirrors")
    scene.memory.update(CONTROLLER, {**live, "spec": {**live["spec"], "resyncPeriodSeconds": 60}})
    assert [call.parent for call in scene.loop.run_pass().calls] == ["default/a", "default/b"]
