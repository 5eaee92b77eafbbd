"""The CronJob controller: a Job at each time of a schedule, and few of those that have ended."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from orasi.cluster.api import ApiError, Cluster, Manifest
from orasi.cluster.memory.times import seconds, timestamp
from orasi.cluster.memory.workloads.jobs import finished
from orasi.cluster.memory.workloads.objects import (
    CRON_JOBS,
    JOBS,
    Objects,
    controller_reference,
    is_doomed,
)
from orasi.cluster.memory.workloads.owners import Owner, each_synced
from orasi.cluster.memory.workloads.schedules import schedule

SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
LIMITS = {"Complete": "successfulJobsHistoryLimit", "Failed": "failedJobsHistoryLimit"}
REFERENCE = ("name", "namespace", "resourceVersion", "uid")


def run(cluster: Cluster, now: float) -> bool:
    """Whether anything was written."""
    kinds = (JOBS,)
    return each_synced(cluster, now, CRON_JOBS, kinds, lambda owner: _Sync(owner).run())


def times(objects: Objects, now: float) -> Iterator[float]:
    """The next time of each schedule that is not suspended."""
    for each in objects.list(CRON_JOBS):
        if each["spec"]["suspend"] or is_doomed(each):
            continue
        found = schedule(each["spec"]["schedule"])
        moment = found.after(now) if found else None
        if moment is not None:
            yield moment


class _Sync:
    """One look at one CronJob."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._cron_job = owner.manifest
        self._spec = owner.manifest["spec"]
        self._jobs = list(owner.owned[JOBS])
        self._status: dict[str, Any] = {**owner.manifest.get("status", {})}
        self._active: Sequence[Manifest] = self._status.get("active", ())

    def run(self) -> None:
        for end, limit in LIMITS.items():
            self._forget(end, self._spec.get(limit))
        self._notice()
        if not is_doomed(self._cron_job) and not self._spec["suspend"]:
            due = self._due()
            if due is not None:
                with suppress(ApiError):  # told by an event only
                    self._start(due)
        self._owner.report({**self._cron_job, "status": self._written()})

    def _forget(self, end: str, limit: int | None) -> None:
        """Delete the oldest of those that ended so, but for as many as are kept."""
        alike = sorted((each for each in self._jobs if _end(each) == end), key=_start_time)
        for job in alike[: 0 if limit is None else max(0, len(alike) - limit)]:
            self._delete(job)

    def _delete(self, job: Manifest) -> None:
        self._owner.delete(JOBS, job)
        self._jobs.remove(job)

    def _notice(self) -> None:
        """What has become of the Jobs."""
        running = {each["metadata"]["uid"] for each in self._jobs if not finished(each)}
        self._active = [each for each in self._active if each.get("uid") in running]
        complete = [each["status"] for each in self._jobs if _end(each) == "Complete"]
        ends = [each.get("completionTime", "") for each in complete]
        if last := max(ends, default=""):
            known = self._status.get("lastSuccessfulTime", "")
            self._status["lastSuccessfulTime"] = max(known, last)

    def _due(self) -> float | None:
        """The time at which a Job should have been started, and may still be."""
        found = schedule(self._spec["schedule"])
        if found is None:
            return None
        now, latest = self._owner.now, self._spec.get("startingDeadlineSeconds")
        last = self._status.get("lastScheduleTime")
        since = seconds(last or self._cron_job["metadata"]["creationTimestamp"])
        if latest is not None:
            since = max(since, now - float(latest))
        first = found.after(since)
        return None if first is None or first > now else found.latest(now)

    def _start(self, due: float) -> None:
        """Raises ApiError."""
        policy = self._spec["concurrencyPolicy"]
        if policy == "Forbid" and self._active:
            return
        if policy == "Replace":
            uids = {each["uid"] for each in self._active}
            for job in [each for each in self._jobs if each["metadata"]["uid"] in uids]:
                self._delete(job)
            self._active = []
        job = self._owner.create(JOBS, self._job(due))
        self._active = [*self._active, _reference(job)]
        self._status["lastScheduleTime"] = timestamp(due)

    def _job(self, due: float) -> Manifest:
        template, metadata = self._spec["jobTemplate"], self._cron_job["metadata"]
        described = template.get("metadata", {})
        return {
            "apiVersion": JOBS.api_version,
            "kind": JOBS.kind,
            "metadata": {
                "name": f"{metadata['name']}-{int(due) // 60}",
                "namespace": metadata["namespace"],
                "labels": described.get("labels", {}),
                "annotations": {**described.get("annotations", {}), SCHEDULED: timestamp(due)},
                "ownerReferences": [controller_reference(self._cron_job)],
            },
            "spec": template["spec"],
        }

    def _written(self) -> Manifest:
        names = ("lastScheduleTime", "lastSuccessfulTime")
        kept = {name: self._status[name] for name in names if name in self._status}
        return {**kept, **({"active": list(self._active)} if self._active else {})}


def _end(job: Manifest) -> str:
    """ "Complete", "Failed", or "" while it runs."""
    found = finished(job)
    return str(found["type"]) if found else ""


def _start_time(job: Manifest) -> tuple[bool, str, str]:
    """Those that never started are the last."""
    started = job["status"].get("startTime", "")
    return not started, started, job["metadata"]["name"]


def _reference(job: Manifest) -> Manifest:
    metadata = {name: job["metadata"][name] for name in REFERENCE}
    return {"apiVersion": JOBS.api_version, "kind": JOBS.kind, **metadata}
