"""Customize: what is selected, when the hook is asked, and whom a related object wakes."""

from typing import Any

import pytest

from orasi.cluster.api import Manifest, Resource, VirtualClock
from tests.loop.stage import CONFIG_MAP, MIRROR, Stage, always, config_map, error, mirror, ok, stage

NAMESPACE = Resource("v1", "Namespace", "namespaces", False)
CONFIG_MAPS = {"apiVersion": "v1", "resource": "configmaps"}


def asking(*rules: Manifest) -> Stage:
    """One parent that asks for these, in a world of three ConfigMaps."""
    scene = stage(always(), customize=lambda _: {"relatedResources": list(rules)}, children=())
    scene.memory.create(
        NAMESPACE,
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": "far", "labels": {"x": "y"}},
        },
    )
    for namespace, name, labels in (
        ("default", "one", {"app": "web"}),
        ("default", "two", {}),
        ("far", "one", {"app": "web"}),
    ):
        put(scene, namespace, name, labels)
    return scene


def put(scene: Stage, namespace: str, name: str, labels: dict[str, str]) -> None:
    manifest = config_map(name, k="v")
    manifest["metadata"] |= {"namespace": namespace, "labels": labels}
    scene.memory.create(CONFIG_MAP, manifest)


def related(scene: Stage) -> list[str]:
    body = scene.hooks.bodies[-1]
    return sorted(body["related"]["ConfigMap.v1"])


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({}, ["default/one", "default/two", "far/one"]),
        ({"names": ["one"]}, ["default/one", "far/one"]),
        ({"namespace": "default", "names": ["one", "none"]}, ["default/one"]),
        ({"namespace": "far"}, ["far/one"]),
        ({"labelSelector": {"matchLabels": {"app": "web"}}}, ["default/one", "far/one"]),
        (
            {
                "namespace": "default",
                "labelSelector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]},
            },
            ["default/one"],
        ),
        ({"namespaceSelector": {"matchLabels": {"x": "y"}}}, ["far/one"]),
        ({"names": ["none"]}, []),
    ],
)
def test_a_rule_selects(rule: Manifest, found: list[str]) -> None:
    scene = asking(CONFIG_MAPS | rule)
    scene.settle()
    assert related(scene) == found


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (CONFIG_MAPS | {"names": ["x"], "labelSelector": {}}, "cannot have both names and"),
        (
            CONFIG_MAPS | {"namespace": "x", "namespaceSelector": {}},
            "cannot have both namespace and namespaceSelector",
        ),
        (
            {"apiVersion": "v1", "resource": "namespaces", "namespaceSelector": {}},
            "only supported for namespaced related resources",
        ),
        ({"apiVersion": "v1", "resource": "nopes"}, "can't find resource nopes in apiVersion v1"),
    ],
)
def test_a_rule_that_cannot_be_is_an_error(rule: Manifest, message: str) -> None:
    (text,) = asking(rule).loop.run_pass().errors.values()
    assert message in text


def test_the_hook_is_asked_once_for_each_generation() -> None:
    scene = asking(CONFIG_MAPS)

    def asked() -> int:
        return sum(sorted(body) == ["controller", "parent"] for body in scene.hooks.bodies)

    scene.settle()
    assert asked() == 1
    scene.relabel(MIRROR, "a", {"changed": "yes"})
    scene.settle()
    assert asked() == 1
    scene.edit(MIRROR, "a", spec={"changed": True})
    scene.settle()
    assert asked() == 2


def test_an_answer_is_trusted_for_twenty_minutes() -> None:
    scene = asking(CONFIG_MAPS)
    scene.settle()
    scene.clock.sleep_until(VirtualClock.START + 20 * 60.0)
    scene.relabel(MIRROR, "a", {"changed": "yes"})
    assert [call.hook for call in scene.loop.run_pass().calls] == ["customize", "sync"]


@pytest.mark.parametrize(
    ("rule", "wakes"),
    [
        ({"names": ["one"], "namespace": "default"}, True),
        ({"names": ["one"]}, True),
        ({"namespace": "default"}, True),
        ({"labelSelector": {"matchLabels": {"app": "web"}}}, True),
        ({"names": ["two"]}, False),
        ({"namespace": "far"}, False),
        ({"labelSelector": {"matchLabels": {"app": "other"}}}, False),
    ],
)
def test_a_changed_related_object_wakes_who_asked_for_it(rule: Manifest, wakes: bool) -> None:
    scene = asking(CONFIG_MAPS | rule)
    scene.settle()
    scene.edit(CONFIG_MAP, "one", data={"k": "changed"})
    assert bool(scene.loop.run_pass().calls) is wakes


def test_an_object_that_appears_or_goes_or_stops_matching_wakes_too() -> None:
    scene = asking(CONFIG_MAPS | {"labelSelector": {"matchLabels": {"app": "web"}}})
    scene.settle()
    put(scene, "default", "three", {"app": "web"})
    assert len(scene.loop.run_pass().calls) == 1
    assert "default/three" in related(scene)
    scene.relabel(CONFIG_MAP, "three", {})
    assert len(scene.loop.run_pass().calls) == 1
    scene.delete(CONFIG_MAP, "one")
    assert len(scene.loop.run_pass().calls) == 1
    assert related(scene) == ["far/one"]


def test_a_failing_customize_hook_means_no_sync() -> None:
    answers: list[Any] = [error(500, "no idea"), ok({"relatedResources": []})]
    scene = stage(always(status={"ready": True}), customize=lambda _: answers[0])
    done = scene.loop.run_pass()
    assert done.errors == {
        "Mirror default/a": "Sync error: unsupported status code: 500 body: no idea"
    }
    assert [call.hook for call in done.calls] == ["customize"]
    answers.pop(0)
    scene.settle()
    assert scene.get(MIRROR, "a")["status"]["ready"] is True


def test_two_parents_are_woken_independently() -> None:
    def own(body: Manifest) -> Manifest:
        return {"relatedResources": [CONFIG_MAPS | {"names": [body["parent"]["metadata"]["name"]]}]}

    scene = stage(always(), mirror("a"), mirror("b"), customize=own, children=())
    put(scene, "default", "a", {})
    put(scene, "default", "b", {})
    scene.settle()
    scene.edit(CONFIG_MAP, "b", data={"k": "changed"})
    assert [call.parent for call in scene.loop.run_pass().calls] == ["default/b"]
