"""What the contract with the real controller cannot show of Jobs: time, and pods that fail."""

import pytest

from orasi.cluster.api import Manifest
from orasi.cluster.memory.workloads.indexes import parsed, written
from tests.memory.workloads import JOBS, PODS, QUOTAS, World, condition, job, quota, with_spec

FAILED = ("True", "BackoffLimitExceeded", "Job has reached the specified backoff limit")


def status(world: World, name: str = "web") -> Manifest:
    found: Manifest = world.get(JOBS, name)["status"]
    return found


def phases(world: World) -> list[str]:
    return sorted(pod["status"]["phase"] for pod in world.pods())


def elapsed(world: World) -> float:
    return world.clock.now() - world.clock.START


def test_its_pods_run_for_a_moment_and_succeed(world: World) -> None:
    world.memory.create(JOBS, job())
    world.memory.pass_time(1)
    assert (phases(world), status(world)["active"], status(world)["ready"]) == (["Running"], 1, 1)
    world.memory.pass_time(1)
    assert (phases(world), status(world)["succeeded"]) == (["Succeeded"], 1)
    (pod,) = world.pods()
    assert condition(pod, "Ready")[:2] == ("False", "PodCompleted")
    (container,) = pod["status"]["containerStatuses"]
    assert container["state"]["terminated"]["exitCode"] == 0
    assert world.writes() == 0
    assert world.memory.next_change() is None


def test_those_that_somebody_says_fail_are_tried_again_ever_more_slowly(world: World) -> None:
    """After 10, 20 and 40 seconds; each try takes two."""
    world.memory.failing.add(("default", "web"))
    world.create(job(backoffLimit=3))
    assert status(world)["failed"] == 4
    assert condition(world.get(JOBS), "Failed") == FAILED
    assert elapsed(world) == 2 + 10 + 2 + 20 + 2 + 40 + 2
    assert phases(world) == ["Failed"] * 4
    assert world.writes() == 0


def test_a_success_ends_the_delays(world: World) -> None:
    world.memory.failing.add(("default", "web"))
    world.memory.create(JOBS, job(completions=2))
    world.memory.pass_time(2)
    assert status(world)["failed"] == 1
    world.memory.failing.clear()
    world.rest()
    assert status(world)["succeeded"] == 2
    assert elapsed(world) == 2 + 10 + 2 + 2


def test_the_others_of_a_namespace_do_not_fail(world: World) -> None:
    world.memory.failing.add(("default", "other"))
    world.create(job())
    assert status(world)["succeeded"] == 1


def test_a_refused_pod_is_tried_again_when_there_is_room(world: World) -> None:
    world.create(quota({"pods": 0}))
    world.create(job())
    assert "active" not in status(world)
    world.edit(with_spec, "limits", resource=QUOTAS, hard={"pods": 1})
    assert status(world)["succeeded"] == 1


def test_a_deadline_counts_only_while_it_runs(world: World) -> None:
    world.create(job(activeDeadlineSeconds=30, suspend=True))
    assert world.memory.next_change() is None
    world.memory.pass_time(100)
    world.edit(with_spec, resource=JOBS, suspend=False)
    assert status(world)["succeeded"] == 1


def test_it_is_forgotten_after_its_time(world: World) -> None:
    world.create(job(ttlSecondsAfterFinished=100))
    assert world.memory.next_change() == world.clock.now() + 100
    world.memory.pass_time(99)
    assert world.names(JOBS) == ["web"]
    world.memory.pass_time(1)
    assert (world.names(JOBS), world.names(PODS)) == ([], [])


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([], ""),
        ([3], "3"),
        ([0, 1], "0,1"),
        ([0, 1, 2, 5, 7, 8, 9], "0-2,5,7-9"),
    ],
)
def test_indexes_are_written_in_short(numbers: list[int], text: str) -> None:
    assert written(numbers) == text
    assert parsed(text) == set(numbers)


def test_numbers_that_are_wanted_no_more_are_forgotten(world: World) -> None:
    huge = {"requests": {"cpu": "1000"}}
    world.create(job(completions=4, parallelism=4, completionMode="Indexed", resources=huge))
    last = next(each for each in world.pods() if each["spec"]["hostname"] == "web-3")
    world.memory.update_status(PODS, {**last, "status": {"phase": "Succeeded"}})
    world.rest()
    assert status(world)["completedIndexes"] == "3"
    for size in (2, 4):
        world.edit(with_spec, resource=JOBS, completions=size, parallelism=size)
        assert status(world)["active"] == size
        assert "completedIndexes" not in status(world)
    waiting = [each for each in world.pods() if each["status"]["phase"] == "Pending"]
    names = sorted(each["spec"]["hostname"] for each in waiting)
    assert names == ["web-0", "web-1", "web-2", "web-3"]
