"""What is done to CronJobs in memory and on the real control plane.

None waits for a full minute: each is suspended and has a Job to catch up with.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.memory.times import timestamp
from orasi.cluster.memory.workloads.jobs import finished
from tests.cluster.job_scripts import names, pods_fail, stuck_job
from tests.cluster.place import Place
from tests.cluster.workload_scripts import Script
from tests.memory.workloads import CRON_JOBS, JOBS, PODS, cron_job, job, with_spec

SELDOM = "0 0 1 1 *"
MINUTE = 60.0


def schedule(place: Place, minutes_ago: int) -> str:
    """Once an hour, for the last time then."""
    last = datetime.fromtimestamp(place.clock.now() - minutes_ago * MINUTE, UTC)
    return f"{last.minute} * * * *"


def overdue(place: Place, name: str = "web", *, of: Manifest | None = None, **spec: Any) -> None:
    """A CronJob that should have started its Job five minutes ago, and did so hours ago."""
    template = {"spec": (of or stuck_job())["spec"]}
    body = cron_job(name, schedule=schedule(place, 5), jobTemplate=template, suspend=True, **spec)
    place.create(CRON_JOBS, body)
    before = timestamp(place.clock.now() - 180 * MINUTE)
    place.report(CRON_JOBS, name, lastScheduleTime=before)


def owned(place: Place, body: Manifest, name: str = "web") -> Manifest:
    """The Job *body*, which is that CronJob's."""
    uid = place.get(CRON_JOBS, name)["metadata"]["uid"]
    named = {"apiVersion": "batch/v1", "kind": "CronJob", "name": name, "uid": uid}
    references = [{**named, "controller": True, "blockOwnerDeletion": True}]
    metadata = {**body["metadata"], "ownerReferences": references}
    return place.create(JOBS, {**body, "metadata": metadata})


def with_an_active_job(place: Place) -> None:
    found = owned(place, stuck_job("before"))
    named = {field: found["metadata"][field] for field in ("name", "namespace", "uid")}
    active = [{"apiVersion": "batch/v1", "kind": "Job", **named}]
    place.report(CRON_JOBS, "web", active=active)


def resumed(place: Place) -> None:
    place.edit(with_spec, resource=CRON_JOBS, suspend=False)


def cron_job_waiting(place: Place) -> Iterator[None]:
    place.create(CRON_JOBS, cron_job(schedule=SELDOM))
    yield


def cron_job_suspended(place: Place) -> Iterator[None]:
    overdue(place)
    yield


def cron_job_started(place: Place) -> Iterator[None]:
    """A bit late, as it was suspended; and after its Job it is at rest again."""
    overdue(place, of=job())
    resumed(place)
    yield


def cron_job_started_and_not_done(place: Place) -> Iterator[None]:
    overdue(place)
    resumed(place)
    yield


def cron_job_too_late(place: Place) -> Iterator[None]:
    overdue(place, startingDeadlineSeconds=60)
    resumed(place)
    yield


def cron_job_just_in_time(place: Place) -> Iterator[None]:
    overdue(place, startingDeadlineSeconds=600)
    resumed(place)
    yield


def cron_job_allowed_beside_another(place: Place) -> Iterator[None]:
    overdue(place, concurrencyPolicy="Allow")
    with_an_active_job(place)
    resumed(place)
    yield


def cron_job_forbidden_beside_another(place: Place) -> Iterator[None]:
    """And it follows when that is done."""
    overdue(place, concurrencyPolicy="Forbid", of=job())
    with_an_active_job(place)
    resumed(place)
    yield
    place.report(PODS, names(place, PODS)[0], phase="Succeeded")
    yield


def cron_job_in_place_of_another(place: Place) -> Iterator[None]:
    overdue(place, concurrencyPolicy="Replace")
    with_an_active_job(place)
    resumed(place)
    yield


def cron_job_with_a_short_memory(place: Place) -> Iterator[None]:
    overdue(place, successfulJobsHistoryLimit=2, failedJobsHistoryLimit=1)
    for number in range(4):
        owned(place, job(f"done-{number}"))
    for number in range(3):
        owned(place, stuck_job(f"failed-{number}", backoffLimit=0))
    place.rest(place)
    pods_fail(place, 3)
    yield


def cron_job_deleted(place: Place) -> Iterator[None]:
    overdue(place)
    resumed(place)
    yield
    place.delete(CRON_JOBS)
    yield


def cron_job_failed(place: Place) -> Iterator[None]:
    """As a Connector's probe: it is not tried again, and the failure stays to be seen."""
    of = stuck_job(backoffLimit=0, activeDeadlineSeconds=180)
    overdue(place, of=of, concurrencyPolicy="Forbid", failedJobsHistoryLimit=1)
    resumed(place)
    place.until(lambda: names(place, PODS))
    pods_fail(place)
    place.until(lambda: all(map(finished, place.cluster.list(JOBS, place.namespace))))
    yield


SCRIPTS: Sequence[Script] = (
    cron_job_waiting,
    cron_job_suspended,
    cron_job_started,
    cron_job_started_and_not_done,
    cron_job_too_late,
    cron_job_just_in_time,
    cron_job_allowed_beside_another,
    cron_job_forbidden_beside_another,
    cron_job_in_place_of_another,
    cron_job_with_a_short_memory,
    cron_job_deleted,
    cron_job_failed,
)
