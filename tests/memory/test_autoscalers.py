"""Autoscalers write how many pods a workload has, by the load that is given."""

import pytest

from orasi.cluster.api import Manifest, Resource
from tests.memory.workloads import (
    AUTOSCALERS,
    DEPLOYMENTS,
    STATEFUL_SETS,
    World,
    autoscaler,
    condition,
    container,
    deployment,
    stateful_set,
    with_spec,
)

REQUESTS = {"requests": {"cpu": "100m", "memory": "64Mi"}}
WINDOW = 300  # seconds in which it does not shrink


def pods(replicas: int, kind: Resource = DEPLOYMENTS) -> Manifest:
    """A workload whose pods say what they request, without which nothing is a share of it."""
    pod = {"containers": [container(resources=REQUESTS)]}
    if kind == STATEFUL_SETS:
        return stateful_set(pod=pod, replicas=replicas)
    return deployment(pod=pod, replicas=replicas)


def loaded(world: World, **percent: int) -> None:
    world.memory.load["default", "web"] = percent
    world.rest()


def replicas(world: World, kind: Resource = DEPLOYMENTS) -> int:
    return int(world.get(kind)["spec"]["replicas"])


def told(world: World, name: str) -> tuple[str, str]:
    return condition(world.get(AUTOSCALERS), name)[:2]


def status(world: World) -> Manifest:
    found: Manifest = world.get(AUTOSCALERS)["status"]
    return found


@pytest.mark.parametrize("kind", [DEPLOYMENTS, STATEFUL_SETS], ids=lambda kind: kind.kind)
def test_the_number_of_pods_follows_the_load(world: World, kind: Resource) -> None:
    world.create(pods(2, kind))
    world.create(autoscaler(kind))
    for load, expected in ((300, 6), (130, 3), (140, 3), (10, 2), (1000, 6)):
        loaded(world, cpu=load)
        world.pass_time(WINDOW)
        world.rest()
        assert replicas(world, kind) == expected
    assert status(world)["currentReplicas"] == status(world)["desiredReplicas"] == 6
    assert told(world, "ScalingActive") == ("True", "ValidMetricFound")
    assert told(world, "ScalingLimited") == ("True", "TooManyReplicas")
    assert world.writes() == 0


def test_it_waits_before_it_shrinks_and_that_is_known(world: World) -> None:
    world.create(pods(4))
    world.create(autoscaler())
    loaded(world, cpu=200)
    world.pass_time(1000)
    loaded(world, cpu=20)
    assert replicas(world) == 4
    assert told(world, "AbleToScale") == ("True", "ScaleDownStabilized")
    assert world.memory.next_change() == world.clock.now() + WINDOW
    world.pass_time(WINDOW)
    assert replicas(world) == 2
    assert world.memory.next_change() is None


def test_one_that_is_made_anew_remembers_nothing(world: World) -> None:
    """The first would go back to the six that it found right."""
    world.create(pods(2))
    world.create(autoscaler())
    loaded(world, cpu=300)
    assert replicas(world) == 6
    world.memory.delete(AUTOSCALERS, "default", "web")
    world.edit(with_spec, replicas=3)
    loaded(world, cpu=20)
    world.create(autoscaler())
    assert replicas(world) == 3


def test_policies_hold_for_their_periods(world: World) -> None:
    world.create(pods(2))
    policies = [{"type": "Pods", "value": 2, "periodSeconds": 600}]
    world.create(autoscaler(maxReplicas=20, behavior={"scaleUp": {"policies": policies}}))
    loaded(world, cpu=1000)
    assert replicas(world) == 4
    assert told(world, "ScalingLimited") == ("True", "ScaleUpLimit")
    for expected in (6, 8):
        world.memory.pass_time(600)
        assert replicas(world) == expected


def test_utilization_is_counted_in_whole_percent(world: World) -> None:
    """451 % of five are 90 each, which asks for nine pods; 455 % would be 91, and ask for ten."""
    world.create(pods(5))
    world.create(autoscaler(maxReplicas=20))
    loaded(world, cpu=451)
    assert replicas(world) == 9


def test_the_most_demanding_metric_counts(world: World) -> None:
    world.create(pods(2))
    utilization = {"type": "Utilization", "averageUtilization": 50}
    metrics = [
        {"type": "Resource", "resource": {"name": name, "target": utilization}}
        for name in ("cpu", "memory")
    ]
    world.create(autoscaler(metrics=metrics))
    loaded(world, cpu=100, memory=200)
    assert replicas(world) == 4


def test_without_metrics_it_says_so_and_leaves_everything_as_it_is(world: World) -> None:
    world.create(pods(3))
    world.create(autoscaler())
    assert replicas(world) == 3
    assert told(world, "AbleToScale") == ("True", "SucceededGetScale")
    assert condition(world.get(AUTOSCALERS), "ScalingActive") == (
        "False",
        "FailedGetResourceMetric",
        "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to "
        "get metrics for resource cpu: unable to fetch metrics from resource metrics API: the "
        "server could not find the requested resource (get pods.metrics.k8s.io)",
    )
    assert status(world)["currentMetrics"] == [{"type": ""}]
    assert (status(world)["currentReplicas"], status(world)["desiredReplicas"]) == (3, 0)
    assert world.writes() == 0


@pytest.mark.parametrize(("before", "after"), [(1, 2), (9, 6)])
def test_its_bounds_hold_without_metrics_too(world: World, before: int, after: int) -> None:
    world.create(deployment(replicas=before))
    world.create(autoscaler())
    assert replicas(world) == after
    assert status(world)["lastScaleTime"]
    world.edit(with_spec, replicas=before)
    assert replicas(world) == after


def test_what_is_switched_off_stays_off(world: World) -> None:
    world.create(deployment(replicas=0))
    world.create(autoscaler())
    assert replicas(world) == 0
    assert told(world, "ScalingActive") == ("False", "ScalingDisabled")


def test_without_its_target_it_says_so(world: World) -> None:
    world.create(autoscaler())
    assert condition(world.get(AUTOSCALERS), "AbleToScale") == (
        "False",
        "FailedGetScale",
        "the HPA controller was unable to get the target's current scale: "
        'deployments.apps "web" not found',
    )
    assert world.writes() == 0


def test_it_only_writes_the_number(world: World) -> None:
    world.create(pods(2))
    before = world.get(DEPLOYMENTS)["spec"]
    world.create(autoscaler())
    loaded(world, cpu=200)
    assert world.get(DEPLOYMENTS)["spec"] == {**before, "replicas": 4}
