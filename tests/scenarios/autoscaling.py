"""An autoscaler comes, goes and changes over a Pipeline that runs, whose pods never dip."""

from typing import Any

from tests.scenarios import objects
from tests.scenarios.pipeline import CHILD, NAME, becomes, edit, manifest, ours
from tests.scenarios.world import World

CPU = {"targetCPUUtilizationPercentage": 70}


def bounds(least: int, most: int) -> dict[str, Any]:
    return {"minReplicas": least, "maxReplicas": most, **CPU}


def replicas(world: World, mode: str) -> int:
    return int(objects.existing(world, mode, CHILD)["spec"]["replicas"])


def becomes_of(world: World, mode: str, number: int) -> None:
    """So many pods are wanted, and stay wanted."""
    world.eventually(f"{number} pods are wanted", lambda: replicas(world, mode) == number)
    becomes(world, "True", "Running")
    world.settle()
    assert replicas(world, mode) == number


def on_off_and_over(world: World, mode: str) -> None:
    world.apply(manifest(mode=mode, replicas=3))
    becomes(world, "True", "Running")
    edit(world, autoscaling=bounds(2, 6))
    world.eventually("there is an autoscaler", lambda: ours(world, "HorizontalPodAutoscaler"))
    becomes_of(world, mode, 3)
    world.scale(mode, CHILD, 5)  # as an autoscaler does
    becomes_of(world, mode, 5)
    edit(world, autoscaling=bounds(2, 8))
    becomes_of(world, mode, 5)
    edit(world, autoscaling=bounds(2, 4))
    becomes_of(world, mode, 4)
    edit(world, autoscaling=bounds(6, 8))
    becomes_of(world, mode, 6)
    edit(world, autoscaling=None, replicas=6)
    world.eventually("it is gone", lambda: not ours(world, "HorizontalPodAutoscaler"))
    becomes_of(world, mode, 6)


def never_dips(world: World) -> None:
    on_off_and_over(world, "Deployment")


def never_dips_with_names(world: World) -> None:
    on_off_and_over(world, "StatefulSet")


def is_not_turned_off_for_fewer_pods(world: World) -> None:
    """Most of them would go at once, and be it because nobody said how many are to stay."""
    world.apply(manifest(autoscaling=bounds(3, 6)))
    becomes_of(world, "Deployment", 3)
    for number, fewer in ((1, {}), (2, {"replicas": 2})):
        refused = world.refusal(manifest(autoscaling=None, **fewer))
        assert f"and replicas is {number}, minReplicas was 3" in refused
    assert ours(world, "HorizontalPodAutoscaler")
    edit(world, autoscaling=None, replicas=3)
    world.eventually("it is gone", lambda: not ours(world, "HorizontalPodAutoscaler"))
    becomes_of(world, "Deployment", 3)
    edit(world, replicas=2)  # now it is the author who says it
    becomes_of(world, "Deployment", 2)


def survives_what_keeps_the_rest_from_being_applied(world: World) -> None:
    """The number of pods is the autoscaler's also while a Pipeline is frozen."""
    world.apply(manifest(autoscaling=bounds(2, 6)))
    becomes_of(world, "Deployment", 2)
    edit(world, configurations=[{"name": "missing", "env": {}}])
    becomes(world, "False", "ReferenceNotFound")
    world.scale("Deployment", CHILD, 4)
    world.eventually("it may", lambda: replicas(world, "Deployment") == 4)
    world.settle()
    assert replicas(world, "Deployment") == 4
    edit(world, autoscaling=bounds(5, 6))
    world.eventually("its bounds are followed", lambda: replicas(world, "Deployment") == 5)
    objects.existing(world, "Pipeline", NAME)
