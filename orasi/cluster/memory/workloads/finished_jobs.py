"""What deletes Jobs a while after they have ended, if they say so."""

from collections.abc import Iterator

from orasi.cluster.api import Cluster, Manifest
from orasi.cluster.memory.store import place
from orasi.cluster.memory.times import seconds
from orasi.cluster.memory.workloads.jobs import finished
from orasi.cluster.memory.workloads.objects import JOBS, Objects, is_doomed


def run(cluster: Cluster, now: float) -> bool:
    """Whether anything was written."""
    expired = [job for job in cluster.list(JOBS) if _has_expired(job, now)]
    for job in expired:
        cluster.delete(JOBS, *place(job), propagation="Foreground")
    return bool(expired)


def changes(objects: Objects) -> Iterator[float]:
    yield from (end for job in objects.list(JOBS) if (end := _expiry(job)) is not None)


def _has_expired(job: Manifest, now: float) -> bool:
    end = _expiry(job)
    return end is not None and end <= now


def _expiry(job: Manifest) -> float | None:
    end, wait = finished(job), job.get("spec", {}).get("ttlSecondsAfterFinished")
    if end is None or wait is None or is_doomed(job):
        return None
    return seconds(end["lastTransitionTime"]) + float(wait)
