"""CronJobs on virtual time: when their Jobs start, what is said of them, and what is kept."""

from collections.abc import Sequence
from typing import Any

import pytest

from orasi.cluster.api import Manifest
from tests.memory.workloads import CRON_JOBS, JOBS, World, cron_job, job, with_spec

MINUTE = 60.0
STUCK = {"requests": {"cpu": "1000"}}


def started(world: World, **spec: Any) -> None:
    """A CronJob at the first second of 2026, which is due every five minutes."""
    world.memory.create(CRON_JOBS, cron_job(**spec))


def with_jobs(body: Manifest) -> Manifest:
    return {"jobTemplate": {"spec": body["spec"]}}


def minutes(world: World) -> Sequence[int]:
    """At which the Jobs that there are were due."""
    first = int(world.clock.START) // 60
    names = [each["metadata"]["name"] for each in world.memory.list(JOBS)]
    return [int(name.rpartition("-")[2]) - first for name in names]


def status(world: World) -> Manifest:
    found: Manifest = world.get(CRON_JOBS)["status"]
    return found


def test_a_job_is_started_at_each_time(world: World) -> None:
    started(world)
    world.memory.pass_time(11 * MINUTE)
    assert minutes(world) == [5, 10]
    assert status(world) == {
        "lastScheduleTime": "2026-01-01T00:10:00Z",
        "lastSuccessfulTime": "2026-01-01T00:10:02Z",
    }
    (_, found) = world.memory.list(JOBS)
    assert found["metadata"]["annotations"] == {
        "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-01T00:10:00Z"
    }
    assert world.writes() == 0


def test_settling_does_not_wait_for_a_schedule_that_never_ends(world: World) -> None:
    world.create(cron_job(schedule="* * * * *"))
    assert world.clock.now() == world.clock.START
    assert world.memory.next_change() is None


def test_only_the_last_few_are_kept(world: World) -> None:
    started(world, successfulJobsHistoryLimit=2)
    world.memory.pass_time(31 * MINUTE)
    assert minutes(world) == [25, 30]


def test_a_failure_stays_to_be_seen_until_the_next(world: World) -> None:
    """As of a Connector's probe, which is tried once."""
    world.memory.failing.add(("default", "web"))
    started(world, **with_jobs(job(backoffLimit=0)))
    world.memory.pass_time(11 * MINUTE)
    assert minutes(world) == [10]
    assert status(world) == {"lastScheduleTime": "2026-01-01T00:10:00Z"}
    world.memory.failing.clear()
    world.memory.pass_time(5 * MINUTE)
    assert minutes(world) == [10, 15]
    assert status(world)["lastSuccessfulTime"] == "2026-01-01T00:15:02Z"


@pytest.mark.parametrize(
    ("policy", "expected"), [("Allow", [5, 10, 15]), ("Forbid", [5]), ("Replace", [15])]
)
def test_what_becomes_of_a_job_that_is_not_done(
    world: World, policy: str, expected: Sequence[int]
) -> None:
    started(world, concurrencyPolicy=policy, **with_jobs(job(resources=STUCK)))
    world.memory.pass_time(16 * MINUTE)
    assert minutes(world) == expected
    assert [each["name"] for each in status(world)["active"]] == world.names(JOBS)
    assert world.writes() == 0


@pytest.mark.parametrize(("deadline", "expected"), [(200, [10]), (60, []), (None, [10])])
def test_what_was_missed_is_caught_up_with_once_unless_it_is_too_late(
    world: World, deadline: int | None, expected: Sequence[int]
) -> None:
    """Nobody looked from the beginning until twelve minutes later."""
    wait = {} if deadline is None else {"startingDeadlineSeconds": deadline}
    started(world, **wait)
    world.pass_time(12 * MINUTE)
    assert minutes(world) == expected


def test_nothing_is_started_while_it_is_suspended(world: World) -> None:
    started(world, suspend=True)
    world.memory.pass_time(60 * MINUTE)
    assert (minutes(world), status(world)) == ([], {})
    world.edit(with_spec, resource=CRON_JOBS, suspend=False)
    assert minutes(world) == [60]  # this very moment


def test_a_schedule_that_cannot_be_read_is_never_due(world: World) -> None:
    started(world, schedule="@every 5m")
    world.memory.pass_time(60 * MINUTE)
    assert minutes(world) == []


def test_its_jobs_go_with_it(world: World) -> None:
    started(world)
    world.memory.pass_time(6 * MINUTE)
    world.memory.delete(CRON_JOBS, "default", "web")
    world.memory.run_controllers()
    assert (world.names(JOBS), len(world.pods())) == ([], 0)


def test_what_somebody_calls_active_and_is_no_job_is_forgotten(world: World) -> None:
    """Whoever writes a status may leave out the uid."""
    started(world)
    world.memory.pass_time(6 * MINUTE)
    found = world.get(CRON_JOBS)
    written = {**found["status"], "active": [{"kind": "Job", "name": "somebody's"}]}
    world.memory.update_status(CRON_JOBS, {**found, "status": written})
    world.memory.run_controllers()
    assert status(world) == found["status"]
