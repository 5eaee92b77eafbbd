"""What containers get that ask for nothing, and the note that says so."""

from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.memory.workloads.objects import LIMIT_RANGES, PODS
from tests.memory.workloads import World, container, manifest

NOTE = "kubernetes.io/limit-ranger"


def world(**item: Any) -> World:
    """With one LimitRange."""
    found = World()
    spec = {"limits": [{"type": "Container", **item}]}
    found.memory.create(LIMIT_RANGES, manifest(LIMIT_RANGES, "defaults", spec))
    return found


def created(world: World, **spec: Any) -> Manifest:
    return world.memory.create(PODS, manifest(PODS, "p", spec))


def test_what_is_not_asked_for_has_a_default() -> None:
    scene = world(defaultRequest={"cpu": "50m", "memory": "64Mi"})
    half = {"requests": {"cpu": "1"}}
    pod = created(
        scene, containers=[container(resources=half)], initContainers=[container(name="i")]
    )
    (main,), (initial,) = pod["spec"]["containers"], pod["spec"]["initContainers"]
    assert main["resources"] == {"requests": {"cpu": "1", "memory": "64Mi"}}
    assert initial["resources"] == {"requests": {"cpu": "50m", "memory": "64Mi"}}
    assert pod["metadata"]["annotations"][NOTE] == (
        "LimitRanger plugin set: memory request for container web; "
        "cpu, memory request for init container i"
    )


def test_what_is_limited_is_requested_as_much_and_has_no_default() -> None:
    scene = world(defaultRequest={"memory": "64Mi"})
    pod = created(scene, containers=[container(resources={"limits": {"memory": "32Mi"}})])
    (main,) = pod["spec"]["containers"]
    assert main["resources"] == {"limits": {"memory": "32Mi"}, "requests": {"memory": "32Mi"}}
    assert NOTE not in pod["metadata"].get("annotations", {})


def test_pods_elsewhere_get_nothing() -> None:
    scene = world(defaultRequest={"memory": "64Mi"})
    pod = manifest(PODS, "p", {"containers": [container()]})
    pod["metadata"]["namespace"] = "kube-system"
    (main,) = scene.memory.create(PODS, pod)["spec"]["containers"]
    assert main.get("resources", {}) == {}
