"""Deployments become ready, scale, report refusals and go, in virtual time."""

from typing import Any

import pytest

from orasi.cluster.api import VirtualClock
from orasi.cluster.memory import Memory
from orasi.cluster.memory.workloads.pods import START_SECONDS
from tests.memory.workloads import (
    DEPLOYMENTS,
    PODS,
    QUOTAS,
    REPLICA_SETS,
    World,
    complete,
    condition,
    deployment,
    manifest,
    quota,
    rest,
    revision,
    with_spec,
)

SELECTED = {"selector": {"matchLabels": {"app": "web"}}}
HUGE = {"requests": {"cpu": "1000"}}
AVAILABLE = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
UNAVAILABLE = (
    "False",
    "MinimumReplicasUnavailable",
    "Deployment does not have minimum availability.",
)


def test_a_deployment_is_available_once_its_pods_have_started(world: World) -> None:
    world.memory.create(DEPLOYMENTS, deployment(replicas=2))
    world.memory.run_controllers()
    name = world.replica_sets()[0]["metadata"]["name"]
    assert world.numbers() == {
        "observedGeneration": 1,
        "replicas": 2,
        "updatedReplicas": 2,
        "unavailableReplicas": 2,
        "terminatingReplicas": 0,
    }
    assert world.condition("Available") == UNAVAILABLE
    assert world.condition("Progressing") == (
        "True",
        "ReplicaSetUpdated",
        f'ReplicaSet "{name}" is progressing.',
    )
    world.pass_time(START_SECONDS)
    assert world.numbers() == complete(2, 1)
    assert world.condition("Available") == AVAILABLE
    assert world.condition("Progressing") == (
        "True",
        "NewReplicaSetAvailable",
        f'ReplicaSet "{name}" has successfully progressed.',
    )
    assert world.memory.next_change() is None


def test_the_status_leaves_the_generation_alone(world: World) -> None:
    world.create(deployment())
    found = world.deployment()
    assert found["metadata"]["generation"] == found["status"]["observedGeneration"] == 1
    writers = {(each["manager"], each.get("subresource")) for each in _managers(found)}
    assert ("kube-controller-manager", "status") in writers


def _managers(found: dict[str, Any]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = found["metadata"]["managedFields"]
    return entries


def test_nothing_is_written_at_rest(world: World) -> None:
    world.create(deployment(replicas=2))
    world.create(deployment("stuck", resources=HUGE))
    world.create(quota({"pods": 2}))
    world.create(deployment("refused"))
    assert world.writes() == 0


def test_replica_sets_and_pods_are_real_objects(world: World) -> None:
    world.create(deployment(replicas=1))
    (owned,), (pod,) = world.replica_sets(), world.pods()
    digest = owned["metadata"]["labels"]["pod-template-hash"]
    assert owned["metadata"]["name"] == f"web-{digest}"
    assert owned["spec"]["selector"]["matchLabels"] == {"app": "web", "pod-template-hash": digest}
    assert pod["metadata"]["labels"] == {"app": "web", "pod-template-hash": digest}
    assert pod["metadata"]["name"].startswith(f"web-{digest}-")
    assert pod["metadata"]["ownerReferences"] == [
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "name": owned["metadata"]["name"],
            "uid": owned["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]
    assert revision(owned) == revision(world.deployment()) == 1


@pytest.mark.parametrize("replicas", [5, 1, 0])
def test_scaling_keeps_the_replica_set(world: World, replicas: int) -> None:
    world.create(deployment(replicas=3))
    kept = {each["metadata"]["uid"] for each in world.pods()}
    world.edit(with_spec, replicas=replicas)
    assert [each["spec"]["replicas"] for each in world.replica_sets()] == [replicas]
    assert len(world.pods()) == replicas
    assert len(kept & {each["metadata"]["uid"] for each in world.pods()}) == min(3, replicas)
    assert world.condition("Available") == AVAILABLE


def test_pods_that_are_not_ready_go_first(world: World) -> None:
    world.create(deployment(replicas=2))
    ready = {each["metadata"]["uid"] for each in world.pods()}
    world.memory.update(DEPLOYMENTS, with_spec(world.deployment(), replicas=4))
    world.memory.run_controllers()
    assert len(world.pods()) == 4
    world.edit(with_spec, replicas=2)
    assert {each["metadata"]["uid"] for each in world.pods()} == ready


def test_a_pod_counts_only_after_its_min_ready_seconds(world: World) -> None:
    world.memory.create(DEPLOYMENTS, deployment(minReadySeconds=30))
    world.memory.run_controllers()
    world.pass_time(START_SECONDS)
    assert world.numbers()["readyReplicas"] == 1
    assert world.condition("Available") == UNAVAILABLE
    world.pass_time(29)
    assert world.condition("Available") == UNAVAILABLE
    change = world.memory.next_change()
    world.pass_time(1)
    assert world.condition("Available") == AVAILABLE
    assert change == world.clock.now()


def test_a_refused_pod_is_reported_and_made_once_there_is_room(world: World) -> None:
    world.create(quota({"pods": 2}))
    world.create(deployment(replicas=3))
    status, reason, message = world.condition("ReplicaFailure")
    assert (status, reason) == ("True", "FailedCreate")
    assert message.startswith('pods "web-')
    assert message.endswith(
        '" is forbidden: exceeded quota: limits, requested: pods=1, used: pods=2, limited: pods=2'
    )
    assert condition(world.replica_sets()[0], "ReplicaFailure")[2] == message
    assert world.numbers()["availableReplicas"] == 2
    world.memory.patch(QUOTAS, "default", "limits", {"spec": {"hard": {"pods": 3}}})
    world.rest()
    assert world.condition("ReplicaFailure") == ("", "", "")
    assert world.numbers() == complete(3, 1)


def test_a_refused_replica_set_is_reported(world: World) -> None:
    world.create(quota({"count/replicasets.apps": 0}))
    world.create(deployment())
    status, reason, message = world.condition("Progressing")
    assert (status, reason) == ("False", "ReplicaSetCreateError")
    assert message.startswith('Failed to create new replica set "web-')
    assert "exceeded quota: limits, requested: count/replicasets.apps=1" in message
    assert world.writes() == 0


def test_a_replica_set_of_somebody_else_does_not_stop_a_rollout(world: World) -> None:
    world.create(deployment())
    name = world.replica_sets()[0]["metadata"]["name"]
    world.memory.delete(DEPLOYMENTS, "default", "web")
    world.rest()
    theirs = manifest(REPLICA_SETS, name, deployment("theirs", replicas=0)["spec"])
    world.memory.create(REPLICA_SETS, theirs)
    world.create(deployment())
    assert world.deployment()["status"]["collisionCount"] == 1
    assert world.condition("Available") == AVAILABLE


def test_a_deleted_deployment_takes_everything_with_it(world: World) -> None:
    world.create(deployment(replicas=2))
    world.memory.delete(DEPLOYMENTS, "default", "web")
    world.rest()
    assert [world.memory.list(kind) for kind in (DEPLOYMENTS, REPLICA_SETS, PODS)] == [(), (), ()]


def test_a_deployment_that_is_deleted_in_the_foreground_makes_no_new_pods(world: World) -> None:
    world.create(deployment(replicas=2))
    world.memory.delete(DEPLOYMENTS, "default", "web", propagation="Foreground")
    world.rest()
    assert [world.memory.list(kind) for kind in (DEPLOYMENTS, REPLICA_SETS, PODS)] == [(), (), ()]


def test_a_deleted_pod_is_replaced(world: World) -> None:
    world.create(deployment(replicas=2))
    name = world.pods()[0]["metadata"]["name"]
    world.memory.delete(PODS, "default", name)
    world.rest()
    assert name not in [each["metadata"]["name"] for each in world.pods()]
    assert world.numbers() == complete(2, 1)


def test_annotations_reach_the_replica_set_without_new_pods(world: World) -> None:
    world.create(deployment())
    patch = {"metadata": {"annotations": {"orasi.io/note": "hello"}}}
    world.memory.patch(DEPLOYMENTS, "default", "web", patch)
    world.rest()
    (owned,) = world.replica_sets()
    assert owned["metadata"]["annotations"]["orasi.io/note"] == "hello"
    assert world.numbers() == complete(1, 2)


def test_a_status_that_somebody_else_wrote_is_put_right(world: World) -> None:
    world.create(deployment())
    bare = [{"type": name, "status": "True"} for name in ("Available", "Progressing")]
    found = {**world.deployment(), "status": {"conditions": bare}}
    world.memory.update_status(DEPLOYMENTS, found)
    world.rest()
    assert world.numbers() == complete(1, 1)
    assert world.condition("Available") == AVAILABLE
    assert world.condition("Progressing")[1] == "NewReplicaSetAvailable"


def test_the_longest_name_is_not_too_long_for_pods(world: World) -> None:
    name = "a" * 253
    world.create(deployment(name, template=deployment()["spec"]["template"], **SELECTED))
    assert condition(world.deployment(name), "Available") == AVAILABLE


def test_hundreds_of_deployments_settle(memory: Memory, clock: VirtualClock) -> None:
    for number in range(300):
        memory.create(DEPLOYMENTS, deployment(f"web-{number:03}", replicas=2))
    rest(memory, clock)
    assert all(condition(each, "Available") == AVAILABLE for each in memory.list(DEPLOYMENTS))
