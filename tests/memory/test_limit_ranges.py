"""What containers get that ask for nothing, the note that says so, and what is refused."""

from typing import Any

import pytest

from orasi.cluster.api import ApiError, Manifest
from orasi.cluster.memory.workloads.objects import CLAIMS, LIMIT_RANGES, PODS
from tests.memory.out_of_bounds import CASES
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


@pytest.mark.parametrize("name", CASES)
def test_what_is_out_of_bounds_is_refused_with_the_words_of_the_api_server(name: str) -> None:
    case = CASES[name]
    scene = world(**case.item)
    with pytest.raises(ApiError) as refused:
        created(scene, containers=[container(resources=case.resources)])
    assert str(refused.value) == f'pods "p" is forbidden: {case.message}'


def test_the_most_that_is_allowed_is_what_who_asks_for_nothing_gets() -> None:
    scene = world(max={"memory": "1024Mi", "cpu": "1000m"}, min={"cpu": "10m"})
    (main,) = created(scene, containers=[container()])["spec"]["containers"]
    most = {"cpu": "1", "memory": "1Gi"}
    assert main["resources"] == {"limits": most, "requests": most}


def test_a_claim_may_ask_for_so_much() -> None:
    scene = world(type="PersistentVolumeClaim", max={"storage": "1Gi"})
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}}
    with pytest.raises(ApiError, match="is 1Gi, but request is 2Gi"):
        scene.memory.create(CLAIMS, manifest(CLAIMS, "c", spec))
