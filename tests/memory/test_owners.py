"""Whom controllers take for their own: what they made, and what they select that is nobody's."""

from orasi.cluster.api import Manifest
from tests.memory.workloads import (
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
    World,
    container,
    deployment,
    manifest,
)


def with_labels(found: Manifest, labels: dict[str, str]) -> Manifest:
    return {**found, "metadata": {**found["metadata"], "labels": labels}}


def owners(found: Manifest) -> list[str]:
    return [each["name"] for each in found["metadata"].get("ownerReferences", ())]


def test_another_of_that_name_takes_over_what_was_left(world: World) -> None:
    world.create(deployment(replicas=2))
    pods = world.names(PODS)
    world.memory.delete(DEPLOYMENTS, "default", "web", propagation="Orphan")
    world.rest()
    (left,) = world.replica_sets()
    assert owners(left) == []
    world.create(deployment(replicas=2))
    assert [owners(each) for each in world.replica_sets()] == [["web"]]
    assert world.names(PODS) == pods
    assert world.writes() == 0


def test_a_pod_of_nobody_is_one_of_those_that_are_wanted(world: World) -> None:
    stray = manifest(PODS, "stray", {"containers": [container()]})
    world.create(with_labels(stray, {"app": "web"}))
    world.create(manifest(REPLICA_SETS, "web", deployment(replicas=2)["spec"]))
    assert [owners(each) for each in world.pods()] == [["web"], ["web"]]
    assert "stray" in world.names(PODS)


def test_a_pod_is_one_of_one_owner_only(world: World) -> None:
    stray = manifest(PODS, "stray", {"containers": [container()]})
    world.create(with_labels(stray, {"app": "web"}))
    for name in ("a", "b"):
        body = manifest(REPLICA_SETS, name, deployment(replicas=1)["spec"])
        world.memory.create(REPLICA_SETS, body)
    world.rest()
    assert sorted(name for pod in world.pods() for name in owners(pod)) == ["a", "b"]


def test_who_is_not_selected_any_more_is_let_go_and_replaced(world: World) -> None:
    world.create(deployment(replicas=1))
    (pod,) = world.pods()
    world.memory.update(PODS, with_labels(pod, {"app": "odd"}))
    world.rest()
    assert sorted(map(owners, world.pods())) == [[], [world.names(REPLICA_SETS)[0]]]
