"""StatefulSets: pods with a number, one after the other, and what they keep."""

import pytest

from orasi.cluster.api import Manifest
from tests.memory.workloads import (
    CLAIMS,
    PODS,
    QUOTAS,
    REVISIONS,
    STATEFUL_SETS,
    World,
    is_ready,
    quota,
    stateful_set,
    with_container,
    with_spec,
)

PARALLEL: Manifest = {"podManagementPolicy": "Parallel"}


def status(world: World) -> Manifest:
    found: Manifest = world.get(STATEFUL_SETS)["status"]
    return found


def images(world: World) -> dict[str, str]:
    return {
        each["metadata"]["name"]: each["spec"]["containers"][0]["image"] for each in world.pods()
    }


def complete(world: World, replicas: int) -> None:
    """Its rollout is over, and only its numbers of pods say how far it is."""
    found = status(world)
    numbers = ("replicas", "readyReplicas", "availableReplicas", "currentReplicas")
    assert [found[name] for name in (*numbers, "updatedReplicas")] == [replicas] * 5
    assert found["currentRevision"] == found["updateRevision"]
    assert found["observedGeneration"] == world.get(STATEFUL_SETS)["metadata"]["generation"]


def test_pods_have_a_number_a_name_and_a_revision(world: World) -> None:
    world.create(stateful_set(replicas=2, serviceName="peers"))
    complete(world, 2)
    revision = status(world)["updateRevision"]
    assert world.names(REVISIONS) == [revision]
    for number, pod in enumerate(world.pods()):
        name = f"web-{number}"
        assert pod["metadata"]["labels"] == {
            "app": "web",
            "controller-revision-hash": revision,
            "statefulset.kubernetes.io/pod-name": name,
            "apps.kubernetes.io/pod-index": str(number),
        }
        assert (pod["metadata"]["name"], pod["spec"]["hostname"]) == (name, name)
        assert pod["spec"]["subdomain"] == "peers"
    assert world.writes() == 0


def test_in_order_each_pod_waits_for_the_one_before(world: World) -> None:
    world.create(stateful_set(replicas=3))
    waiting = [each.pods - each.ready for each in world.memory.moments]
    assert max(waiting) == 1
    complete(world, 3)


def test_in_parallel_all_start_at_once(world: World) -> None:
    world.create(stateful_set(replicas=3, **PARALLEL))
    assert max(each.pods - each.ready for each in world.memory.moments) == 3
    complete(world, 3)


@pytest.mark.parametrize("policy", ["OrderedReady", "Parallel"])
def test_a_rollout_replaces_one_pod_at_a_time_from_the_highest(world: World, policy: str) -> None:
    world.create(stateful_set(replicas=3, podManagementPolicy=policy))
    before = {each["metadata"]["name"]: each["metadata"]["uid"] for each in world.pods()}
    start = len(world.memory.moments)
    world.memory.update(STATEFUL_SETS, with_container(world.get(STATEFUL_SETS), image="web:2"))
    world.memory.run_controllers()
    assert images(world) == {"web-0": "web:1", "web-1": "web:1", "web-2": "web:2"}
    found = status(world)
    assert (found["currentReplicas"], found["updatedReplicas"], found["readyReplicas"]) == (2, 1, 2)
    assert found["currentRevision"] != found["updateRevision"]
    world.rest()
    assert min(each.ready for each in world.memory.moments[start:]) == 2
    assert set(images(world).values()) == {"web:2"}
    after = {each["metadata"]["name"]: each["metadata"]["uid"] for each in world.pods()}
    assert all(before[name] != after[name] for name in before)
    complete(world, 3)


def test_what_is_below_the_partition_keeps_its_template(world: World) -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    world.create(stateful_set(replicas=3, updateStrategy=rolling))
    world.edit(with_container, resource=STATEFUL_SETS, image="web:2")
    assert images(world) == {"web-0": "web:1", "web-1": "web:1", "web-2": "web:2"}
    world.memory.delete(PODS, "default", "web-0")
    world.rest()
    assert images(world)["web-0"] == "web:1"
    assert status(world)["currentRevision"] != status(world)["updateRevision"]


def test_on_delete_pods_are_replaced_by_those_who_delete_them(world: World) -> None:
    world.create(stateful_set(replicas=2, updateStrategy={"type": "OnDelete"}))
    world.edit(with_container, resource=STATEFUL_SETS, image="web:2")
    assert set(images(world).values()) == {"web:1"}
    world.memory.delete(PODS, "default", "web-1")
    world.rest()
    assert images(world) == {"web-0": "web:1", "web-1": "web:2"}


def test_a_rollout_waits_for_a_pod_that_does_not_start(world: World) -> None:
    world.create(stateful_set(replicas=2))
    huge = {"requests": {"cpu": "1000"}}
    world.edit(with_container, resource=STATEFUL_SETS, resources=huge)
    assert [is_ready(each) for each in world.pods()] == [True, False]
    assert (status(world)["updatedReplicas"], status(world)["availableReplicas"]) == (1, 1)
    assert world.writes() == 0


def test_a_template_that_returns_is_the_newest_revision_again(world: World) -> None:
    world.create(stateful_set(replicas=1))
    first = status(world)["updateRevision"]
    for image in ("web:2", "web:1"):
        world.edit(with_container, resource=STATEFUL_SETS, image=image)
    assert status(world)["updateRevision"] == first
    assert world.get(REVISIONS, first)["revision"] == 3
    assert len(world.names(REVISIONS)) == 2


def test_a_template_with_empty_texts_is_known_again(world: World) -> None:
    world.create(stateful_set(replicas=1))
    template = world.get(STATEFUL_SETS)["spec"]["template"]
    metadata = {**template["metadata"], "annotations": {"empty": ""}}
    world.edit(with_spec, resource=STATEFUL_SETS, template={**template, "metadata": metadata})
    complete(world, 1)


def test_history_is_kept_as_long_as_it_is_wanted(world: World) -> None:
    world.create(stateful_set(replicas=1, revisionHistoryLimit=0))
    world.edit(with_container, resource=STATEFUL_SETS, image="web:2")
    assert world.names(REVISIONS) == [status(world)["updateRevision"]]


def test_the_highest_go_first(world: World) -> None:
    world.create(stateful_set(replicas=3))
    world.edit(with_spec, resource=STATEFUL_SETS, replicas=1)
    assert world.names(PODS) == ["web-0"]
    complete(world, 1)


def test_a_pod_counts_only_after_its_min_ready_seconds(world: World) -> None:
    world.create(stateful_set(replicas=1, minReadySeconds=30))
    complete(world, 1)
    world.memory.delete(PODS, "default", "web-0")
    world.memory.run_controllers()
    world.pass_time(20)
    assert (status(world)["readyReplicas"], status(world)["availableReplicas"]) == (1, 0)
    change = world.memory.next_change()
    assert change is not None
    world.pass_time(change - world.clock.now())
    assert status(world)["availableReplicas"] == 1


def test_a_refused_pod_is_made_once_there_is_room(world: World) -> None:
    world.create(quota({"pods": 1}))
    world.create(stateful_set(replicas=2, **PARALLEL))
    assert (status(world)["replicas"], world.writes()) == (1, 0)
    world.memory.patch(QUOTAS, "default", "limits", {"spec": {"hard": {"pods": 2}}})
    world.rest()
    complete(world, 2)


def test_each_pod_has_a_claim_of_its_own_that_is_bound(world: World) -> None:
    world.create(stateful_set(replicas=2, claims=True))
    assert world.names(CLAIMS) == ["queue-web-0", "queue-web-1"]
    claim = world.get(CLAIMS, "queue-web-1")
    assert claim["metadata"]["labels"] == {"app": "web"}
    assert claim["status"] == {
        "phase": "Bound",
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "1Gi"},
    }
    source = {"claimName": "queue-web-1"}
    volumes = world.get(PODS, "web-1")["spec"]["volumes"]
    assert volumes == [{"name": "queue", "persistentVolumeClaim": source}]
    assert world.writes() == 0


def test_a_pod_that_returns_has_its_claim_again(world: World) -> None:
    world.create(stateful_set(replicas=2, claims=True))
    uid = world.get(CLAIMS, "queue-web-1")["metadata"]["uid"]
    for replicas in (1, 2):
        world.edit(with_spec, resource=STATEFUL_SETS, replicas=replicas)
    assert world.get(CLAIMS, "queue-web-1")["metadata"]["uid"] == uid


@pytest.mark.parametrize(("when_deleted", "left"), [("Retain", 2), ("Delete", 0)])
def test_claims_outlive_the_set_if_they_are_to(world: World, when_deleted: str, left: int) -> None:
    policy = {"whenDeleted": when_deleted}
    world.create(stateful_set(replicas=2, claims=True, persistentVolumeClaimRetentionPolicy=policy))
    world.memory.delete(STATEFUL_SETS, "default", "web")
    world.rest()
    assert len(world.names(CLAIMS)) == left
    assert world.names(PODS) == world.names(REVISIONS) == []


def test_claims_go_with_their_pod_if_they_are_to(world: World) -> None:
    policy = {"whenScaled": "Delete"}
    world.create(stateful_set(replicas=2, claims=True, persistentVolumeClaimRetentionPolicy=policy))
    world.edit(with_spec, resource=STATEFUL_SETS, replicas=1)
    assert world.names(CLAIMS) == ["queue-web-0"]


def test_a_claim_that_is_deleted_stays_as_long_as_its_pod(world: World) -> None:
    world.create(stateful_set(replicas=1, claims=True))
    world.memory.delete(CLAIMS, "default", "queue-web-0")
    world.rest()
    assert "deletionTimestamp" in world.get(CLAIMS, "queue-web-0")["metadata"]
    world.edit(with_spec, resource=STATEFUL_SETS, replicas=0)
    assert world.names(CLAIMS) == []


def test_a_claim_that_is_refused_keeps_its_pod_from_being_made(world: World) -> None:
    world.create(quota({"persistentvolumeclaims": 1}))
    world.create(stateful_set(replicas=2, claims=True, **PARALLEL))
    assert world.names(PODS) == ["web-0"]


def test_a_doomed_set_makes_no_pods(world: World) -> None:
    world.create(stateful_set(replicas=2))
    world.memory.delete(STATEFUL_SETS, "default", "web", propagation="Foreground")
    world.rest()
    assert world.names(STATEFUL_SETS) == world.names(PODS) == []
