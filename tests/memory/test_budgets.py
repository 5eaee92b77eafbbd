"""Budgets follow the pods that they are about, and rest when nothing happens."""

import pytest

from orasi.cluster.api import Manifest
from tests.memory.workloads import (
    BUDGETS,
    PODS,
    World,
    budget,
    condition,
    container,
    deployment,
    manifest,
    with_spec,
)


def status(world: World) -> Manifest:
    found: Manifest = world.get(BUDGETS)["status"]
    return {name: found[name] for name in found if name != "conditions"}


def numbers(allowed: int, healthy: int, needed: int, expected: int) -> Manifest:
    return {
        "observedGeneration": 1,
        "disruptionsAllowed": allowed,
        "currentHealthy": healthy,
        "desiredHealthy": needed,
        "expectedPods": expected,
    }


@pytest.mark.parametrize(
    ("spec", "allowed", "needed"),
    [
        ({"minAvailable": 2}, 1, 2),
        ({"minAvailable": 4}, 0, 4),
        ({"minAvailable": "50%"}, 1, 2),
        ({"maxUnavailable": 1}, 1, 2),
        ({"maxUnavailable": "50%"}, 2, 1),
        ({"maxUnavailable": 5}, 3, 0),
    ],
)
def test_some_of_three_pods_may_go(world: World, spec: Manifest, allowed: int, needed: int) -> None:
    world.create(deployment(replicas=3))
    world.create(budget(**spec))
    assert status(world) == numbers(allowed, 3, needed, 3)
    told = ("True", "SufficientPods", "") if allowed else ("False", "InsufficientPods", "")
    assert condition(world.get(BUDGETS), "DisruptionAllowed") == told
    assert world.writes() == 0


def test_it_follows_the_pods(world: World) -> None:
    world.memory.create(BUDGETS, budget(maxUnavailable=1))
    world.rest()
    assert status(world) == numbers(0, 0, 0, 0)
    since = world.get(BUDGETS)["status"]["conditions"][0]["lastTransitionTime"]
    world.create(deployment(replicas=2))
    assert status(world) == numbers(1, 2, 1, 2)
    assert world.get(BUDGETS)["status"]["conditions"][0]["lastTransitionTime"] > since
    world.edit(with_spec, replicas=5)
    assert status(world) == numbers(1, 5, 4, 5)


def test_pods_that_nobody_controls_only_count_towards_a_number(world: World) -> None:
    pod = manifest(PODS, "web", {"containers": [container()]})
    world.create({**pod, "metadata": {**pod["metadata"], "labels": {"app": "web"}}})
    world.create(budget(minAvailable=1))
    assert status(world) == numbers(0, 1, 1, 1)
    world.edit(with_spec, resource=BUDGETS, minAvailable="100%")
    assert status(world) == {**numbers(0, 1, 0, 0), "observedGeneration": 2}
