"""Requests, status, adoption: what concerns the parent."""

from typing import Any

from orasi.cluster.api import Manifest, Resource
from tests.loop.stage import (
    CONFIG_MAP,
    MIRROR,
    Stage,
    always,
    config_map,
    mirror,
    stage,
)


def test_a_request_has_all_five_keys_and_a_group_for_each_kind() -> None:
    scene = stage(always(config_map()))
    scene.settle()
    first, second = scene.hooks.bodies
    assert sorted(first) == ["children", "controller", "finalizing", "parent", "related"]
    assert first["children"] == {"ConfigMap.v1": {}, "Deployment.apps/v1": {}}
    assert first["related"] == {}
    assert first["finalizing"] is False
    assert first["controller"]["status"] == {}
    assert list(second["children"]["ConfigMap.v1"]) == ["default/cm"]


def test_parents_are_synced_in_the_order_of_their_names() -> None:
    scene = stage(always(), mirror("b"), mirror("c"), mirror("a"))
    done = scene.loop.run_pass()
    assert [call.parent for call in done.calls] == ["default/a", "default/b", "default/c"]


def test_only_what_changed_is_synced_again() -> None:
    scene = stage(always(), mirror("a"), mirror("b"))
    scene.settle()
    scene.edit(MIRROR, "b", spec={"changed": True})
    assert [call.parent for call in scene.loop.run_pass().calls] == ["default/b"]


def test_the_status_is_replaced_whole_with_the_generation_that_was_seen() -> None:
    scene = stage(always(status={"ready": True, "observedGeneration": 77}))
    scene.settle()
    live = scene.get(MIRROR, "a")
    scene.memory.update_status(MIRROR, {**live, "status": {**live["status"], "foreign": 1}})
    scene.settle()
    assert scene.get(MIRROR, "a")["status"] == {"ready": True, "observedGeneration": 1}


def test_an_answer_without_status_leaves_only_the_generation() -> None:
    scene = stage(lambda _: {"status": None})
    scene.settle()
    assert scene.get(MIRROR, "a")["status"] == {"observedGeneration": 1}


def test_the_answer_null_deletes_every_child() -> None:
    answers: list[Any] = [{"children": [config_map()]}]
    scene = stage(lambda _: answers[-1])
    scene.settle()
    answers.append(None)
    scene.edit(MIRROR, "a", spec={"changed": True})
    scene.settle()
    assert scene.names(CONFIG_MAP) == []


def test_a_change_of_the_status_alone_can_be_ignored() -> None:
    scene = stage(
        always(),
        parentResource={
            "apiVersion": MIRROR.api_version,
            "resource": MIRROR.plural,
            "ignoreStatusChanges": True,
        },
    )
    scene.settle()
    live = scene.get(MIRROR, "a")
    scene.memory.update_status(MIRROR, {**live, "status": {"foreign": 1}})
    assert scene.loop.run_pass().calls == ()


def selected(**data: str) -> Manifest:
    child = config_map("ours", **data)
    child["metadata"] |= {"namespace": "default", "labels": {"app": "x"}}
    return child


def selecting(*children: Manifest) -> Stage:
    parent = mirror()
    parent["spec"] = {"selector": {"matchLabels": {"app": "x"}}}
    return stage(always(*children), parent, generateSelector=False)


def owners(scene: Stage, resource: Resource, name: str) -> list[str]:
    return [o["name"] for o in scene.get(resource, name)["metadata"].get("ownerReferences", [])]


def test_nothing_is_adopted_for_a_parent_that_is_being_deleted() -> None:
    scene = selecting()
    live = scene.get(MIRROR, "a")
    held = {**live["metadata"], "finalizers": ["test.orasi.io/hold"]}
    scene.memory.update(MIRROR, {**live, "metadata": held})
    scene.settle()
    scene.delete(MIRROR, "a")
    scene.memory.create(CONFIG_MAP, selected())
    scene.settle()
    assert owners(scene, CONFIG_MAP, "ours") == []


def test_an_orphan_that_matches_is_adopted_and_deleted_if_it_is_not_desired() -> None:
    scene = selecting(selected(k="v"))
    scene.memory.create(CONFIG_MAP, selected(k="old"))
    stray = selected()
    stray["metadata"] |= {"name": "stray"}
    scene.memory.create(CONFIG_MAP, stray)
    scene.settle()
    assert scene.names(CONFIG_MAP) == ["ours"]
    assert scene.get(CONFIG_MAP, "ours")["data"] == {"k": "v"}
    assert owners(scene, CONFIG_MAP, "ours") == ["a"]


def test_what_is_adopted_and_deleted_at_once_is_heard_of() -> None:
    scene = selecting()
    scene.settle()
    scene.hooks.bodies.clear()
    scene.memory.create(CONFIG_MAP, selected())
    scene.settle()
    children = [list(body["children"]["ConfigMap.v1"]) for body in scene.hooks.bodies]
    assert children == [["default/ours"], []]


def test_a_child_that_stops_matching_is_released() -> None:
    scene = selecting(selected())
    scene.settle()
    scene.relabel(CONFIG_MAP, "ours", {"app": "y"})
    scene.settle()
    assert owners(scene, CONFIG_MAP, "ours") == []


def test_a_parent_without_a_selector_is_an_error() -> None:
    scene = stage(always(), generateSelector=False)
    (message,) = scene.loop.run_pass().errors.values()
    assert message == (
        "Sync error: .spec.selector must have either matchLabels, matchExpressions, or both"
    )


def test_each_kind_is_listed_once_in_a_pass_however_many_parents_there_are() -> None:
    scene = stage(always(config_map()), *(mirror(f"m{number}") for number in range(20)))
    listed: list[Resource] = []
    plain = scene.memory.list

    def counted(resource: Resource, namespace: str = "") -> Any:
        listed.append(resource)
        return plain(resource, namespace)

    scene.memory.list = counted  # type: ignore[method-assign]
    scene.memory.run_controllers = lambda: None  # type: ignore[method-assign]
    scene.loop.run_pass()
    assert len(scene.hooks.bodies) == 20
    assert sorted(resource.kind for resource in listed) == [
        "CompositeController",
        "ConfigMap",
        "Deployment",
        "Mirror",
    ]
