"""The Job controller: pods until enough of them have succeeded, or too many have failed."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from orasi.cluster.api import ApiError, Cluster, Manifest
from orasi.cluster.memory.times import seconds, timestamp
from orasi.cluster.memory.workloads import indexes
from orasi.cluster.memory.workloads.objects import (
    ENDED,
    JOBS,
    PODS,
    Conditions,
    Objects,
    condition,
    conditions,
    controlled,
    is_doomed,
    is_ready,
    phase,
    pod_of,
    status_number,
    without,
    worth,
)
from orasi.cluster.memory.workloads.owners import Owner, each_synced

TRACKING = "batch.kubernetes.io/job-tracking"
"""The finalizer of pods that have not been counted yet."""

FIRST_DELAY, LONGEST_DELAY = 10.0, 600.0
"""Seconds between a failure and the next try: twice as many each time."""

TOO_MANY_FAILURES = ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
TOO_LATE = ("DeadlineExceeded", "Job was active longer than specified deadline")
ENOUGH = ("CompletionsReached", "Reached expected number of succeeded pods")
TIMES = ("startTime", "completionTime")
INTERIM = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}
"""What a Job's end is told as first, while its last pods are counted."""


def run(cluster: Cluster, now: float) -> bool:
    """Whether anything was written."""
    synced = each_synced(cluster, now, JOBS, (PODS,), lambda owner: _Sync(owner).run())
    return _released(cluster) or synced


def changes(objects: Objects) -> Iterator[float]:
    """The ends of deadlines and of the delays after failures."""
    unfinished = [each for each in objects.list(JOBS) if _is_under_way(each)]
    if not unfinished:
        return
    owned = controlled(objects.list(PODS))
    for each in unfinished:
        if (end := _deadline(each)) is not None:
            yield end
        if status_number(each, "failed"):
            yield _next_try(owned.get(each["metadata"]["uid"], ()))


def finished(job: Manifest) -> Manifest | None:
    """The condition by which *job* has ended, or None."""
    found = conditions(job)
    ends = (condition(found, name) for name in INTERIM)
    return next((end for end in ends if end and end["status"] == "True"), None)


def _is_under_way(job: Manifest) -> bool:
    return not finished(job) and not job["spec"].get("suspend") and "startTime" in job["status"]


def _deadline(job: Manifest) -> float | None:
    allowed = job["spec"].get("activeDeadlineSeconds")
    return None if allowed is None else seconds(job["status"]["startTime"]) + float(allowed)


def _next_try(pods: Sequence[Manifest]) -> float:
    """When another pod may follow those that have failed since the last that succeeded."""
    ended = sorted((_end(pod), phase(pod) == "Succeeded") for pod in pods if phase(pod) in ENDED)
    failures: list[float] = []
    for moment, succeeded in ended:
        failures = [] if succeeded else [*failures, moment]
    if not failures:
        return 0.0
    return failures[-1] + min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** (len(failures) - 1))


def _end(pod: Manifest) -> float:
    """When *pod* has ended, as far as is known."""
    states = [each.get("state", {}) for each in pod["status"].get("containerStatuses", ())]
    ends = [each.get("terminated", {}).get("finishedAt") for each in states]
    if ends and all(ends):
        return max(map(seconds, ends))
    ready = condition(conditions(pod), "Ready") or {}
    known = ready.get("lastTransitionTime") if ready.get("status") == "False" else None
    return seconds(known or pod["metadata"]["creationTimestamp"])


def _released(cluster: Cluster) -> bool:
    """Let go of pods whose Job has ended or is gone: nobody will count them any more."""
    held = [pod for pod in cluster.list(PODS) if _is_uncounted(pod)]
    if not held:
        return False
    counting = {each["metadata"]["uid"] for each in cluster.list(JOBS) if not finished(each)}
    owned = controlled(held)
    waiting = {pod["metadata"]["uid"] for uid in counting for pod in owned.get(uid, ())}
    lost = [pod for pod in held if pod["metadata"]["uid"] not in waiting]
    for pod in lost:
        cluster.update(PODS, _counted(pod))
    return bool(lost)


def _is_over(pod: Manifest) -> bool:
    return phase(pod) in ENDED or is_doomed(pod)


def _is_uncounted(pod: Manifest) -> bool:
    return TRACKING in pod["metadata"].get("finalizers", ())


def _counted(pod: Manifest) -> Manifest:
    others = [each for each in pod["metadata"]["finalizers"] if each != TRACKING]
    return {**pod, "metadata": {**pod["metadata"], "finalizers": others}}


class _Sync:
    """One look at one Job."""

    def __init__(self, owner: Owner) -> None:
        job = owner.manifest
        self._owner = owner
        self._spec = job["spec"]
        self._status: dict[str, Any] = {**job.get("status", {})}
        self._conditions = conditions(job)
        pods = owner.owned[PODS]
        self._active = [pod for pod in pods if not _is_over(pod)]
        self._ended = [pod for pod in pods if _is_over(pod) and _is_uncounted(pod)]
        self._succeeded = status_number(job, "succeeded")
        self._is_indexed = self._spec["completionMode"] == "Indexed"
        done = indexes.parsed(self._status.get("completedIndexes", ""))
        self._done = set(filter(self._is_number, done))
        self._failed = status_number(job, "failed")

    def run(self) -> None:
        if finished(self._owner.manifest):
            return
        self._count()
        if "startTime" not in self._status and not self._spec["suspend"]:
            self._status["startTime"] = timestamp(self._owner.now)
        failure = self._failure()
        if failure:
            self._give_up()
            self._finish("Failed", *failure)
        else:
            if not is_doomed(self._owner.manifest):
                with suppress(ApiError):  # told by an event only
                    self._manage()
            self._judge()
        self._owner.report({**self._owner.manifest, "status": self._written()})

    def _count(self) -> None:
        """Note how the pods have ended that no longer run. One that was deleted has failed."""
        for pod in self._ended:
            succeeded = phase(pod) == "Succeeded"
            if self._is_numbered(pod):
                self._succeeded += succeeded
                self._failed += not succeeded
                self._done |= {indexes.index_of(pod)} if succeeded and self._is_indexed else set()
            self._owner.update(PODS, _counted(pod))
        if self._is_indexed:
            self._succeeded = len(self._done)

    def _failure(self) -> tuple[str, str] | None:
        if self._failed > self._spec["backoffLimit"]:
            return TOO_MANY_FAILURES
        if self._spec["suspend"]:
            return None
        end = _deadline({"spec": self._spec, "status": self._status})
        return TOO_LATE if end is not None and end <= self._owner.now else None

    def _give_up(self) -> None:
        self._failed += len(self._active)
        self._remove(self._active)

    def _remove(self, pods: Sequence[Manifest]) -> None:
        for pod in tuple(pods):
            self._owner.delete(PODS, self._owner.update(PODS, _counted(pod)))
            self._active.remove(pod)

    def _manage(self) -> None:
        """Have as many pods as are wanted now. Raises ApiError."""
        missing = self._wanted() - len(self._active)
        if surplus := self._surplus(-missing):
            self._remove(surplus)
        elif missing > 0 and _next_try(self._owner.owned[PODS]) <= self._owner.now:
            for pod in self._pods(missing):
                self._active.append(self._owner.create(PODS, pod))

    def _surplus(self, count: int) -> list[Manifest]:
        """All whose number is wanted no more, and so many at least."""
        strays = [pod for pod in self._active if not self._is_numbered(pod)]
        others = [pod for pod in self._active if self._is_numbered(pod)]
        return [*strays, *sorted(others, key=worth)[: max(0, count - len(strays))]]

    def _is_numbered(self, pod: Manifest) -> bool:
        """As every pod is where there are no numbers."""
        return not self._is_indexed or self._is_number(indexes.index_of(pod))

    def _is_number(self, index: int) -> bool:
        return 0 <= index < int(self._spec.get("completions", 1))

    def _wanted(self) -> int:
        parallelism = int(self._spec["parallelism"])
        completions = self._spec.get("completions")
        if self._spec["suspend"]:
            return 0
        if completions is None:  # one that succeeds says that all the work is done
            return len(self._active) if self._succeeded else parallelism
        return max(0, min(parallelism, int(completions) - self._succeeded))

    def _pods(self, count: int) -> list[Manifest]:
        template, name = self._spec["template"], self._owner.manifest["metadata"]["name"]
        if not self._is_indexed:
            return [self._pod(template, f"{name}-")] * count
        free = indexes.pending(self._spec["completions"], self._done, self._active)[:count]
        return [
            self._pod(indexes.numbered(template, name, index), f"{name}-{index}-") for index in free
        ]

    def _pod(self, template: Manifest, name: str) -> Manifest:
        pod = pod_of(self._owner.manifest, template, {}, generateName=name)
        return {**pod, "metadata": {**pod["metadata"], "finalizers": [TRACKING]}}

    def _judge(self) -> None:
        if not self._active and self._succeeded >= int(self._spec.get("completions", 1)):
            self._finish("Complete", *ENOUGH)
            self._status["completionTime"] = timestamp(self._owner.now)
        elif is_doomed(self._owner.manifest):
            return
        elif self._spec["suspend"]:
            if self._note("Suspended", "True", "JobSuspended", "Job suspended"):
                self._status.pop("startTime", None)
        elif condition(self._conditions, "Suspended") and self._note(
            "Suspended", "False", "JobResumed", "Job resumed"
        ):
            self._status["startTime"] = timestamp(self._owner.now)

    def _finish(self, name: str, reason: str, message: str) -> None:
        for each in (INTERIM[name], name):
            self._note(each, "True", reason, message)

    def _note(self, name: str, status: str, reason: str, message: str) -> bool:
        """Whether it is news."""
        known = condition(self._conditions, name)
        if known and known["status"] == status:
            return False
        now = timestamp(self._owner.now)
        told = {
            "type": name,
            "status": status,
            "lastProbeTime": now,
            "lastTransitionTime": now,
            "reason": reason,
            "message": message,
        }
        self._conditions = _put(self._conditions, told)
        return True

    def _written(self) -> Manifest:
        numbers = {
            "active": len(self._active),
            "succeeded": self._succeeded,
            "failed": self._failed,
        }
        kept = {name: self._status[name] for name in TIMES if name in self._status}
        return {
            **{name: number for name, number in numbers.items() if number},
            "ready": sum(map(is_ready, self._active)),
            "terminating": 0,
            "uncountedTerminatedPods": {},
            **kept,
            **({"completedIndexes": indexes.written(self._done)} if self._done else {}),
            **({"conditions": list(self._conditions)} if self._conditions else {}),
        }


def _put(found: Conditions, told: Manifest) -> Conditions:
    return (*without(found, told["type"]), told)
