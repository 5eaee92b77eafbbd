"""Pods that are meant to run for ever and have ended make room for others."""

import pytest

from orasi.cluster.api import Manifest
from tests.memory.workloads import (
    DAEMON_SETS,
    PODS,
    STATEFUL_SETS,
    World,
    daemon_set,
    is_ready,
    stateful_set,
)

SURGE = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
BODIES = {
    "in order": stateful_set(replicas=3),
    "at once": stateful_set(replicas=3, podManagementPolicy="Parallel"),
    "one a node": daemon_set(),
    "with a surge": daemon_set(updateStrategy=SURGE),
}
HELD = ["orasi.io/held"]


def end(world: World, phase: str, finalizers: list[str]) -> Manifest:
    """The first pod."""
    first = min(world.pods(), key=lambda each: str(each["metadata"]["name"]))
    metadata = {**first["metadata"], "finalizers": finalizers}
    changed = world.memory.update(PODS, {**first, "metadata": metadata})
    ended = world.memory.update_status(PODS, {**changed, "status": {"phase": phase}})
    world.rest()
    return ended


@pytest.mark.parametrize("phase", ["Failed", "Succeeded"])
@pytest.mark.parametrize("name", BODIES)
def test_what_has_ended_is_replaced(world: World, name: str, phase: str) -> None:
    world.create(BODIES[name])
    before = {each["metadata"]["uid"] for each in world.pods()}
    gone = end(world, phase, [])["metadata"]["uid"]
    after = {each["metadata"]["uid"] for each in world.pods()}
    assert before - after == {gone}
    assert len(after) == sum(map(is_ready, world.pods())) == 3
    assert world.writes() == 0


def test_a_name_is_free_only_when_the_pod_that_had_it_is_gone(world: World) -> None:
    world.create(BODIES["in order"])
    ended = end(world, "Failed", HELD)
    assert world.get(STATEFUL_SETS)["status"]["readyReplicas"] == 2
    found = world.get(PODS, ended["metadata"]["name"])
    metadata = {**found["metadata"], "finalizers": []}
    world.memory.update(PODS, {**found, "metadata": metadata})
    world.rest()
    assert world.get(STATEFUL_SETS)["status"]["readyReplicas"] == 3


def test_a_node_does_not_wait_for_one_that_is_going(world: World) -> None:
    world.create(BODIES["one a node"])
    end(world, "Failed", HELD)
    assert len(world.pods()) == 4
    assert world.get(DAEMON_SETS)["status"]["numberReady"] == 3
