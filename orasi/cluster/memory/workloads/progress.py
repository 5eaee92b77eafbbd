"""The status of a Deployment: its numbers, and what its conditions say of them."""

from collections.abc import Sequence
from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.memory.times import seconds, timestamp
from orasi.cluster.memory.workloads.objects import (
    Conditions,
    condition,
    conditions,
    replicas,
    status_number,
    without,
)
from orasi.cluster.memory.workloads.sizes import available, max_unavailable, total

FOREVER = 2**31 - 1  # a progress deadline that is none
COMPLETE, TIMED_OUT, PAUSED = (
    "NewReplicaSetAvailable",
    "ProgressDeadlineExceeded",
    "DeploymentPaused",
)


def put(found: Conditions, new: Manifest) -> Conditions:
    """*found* with *new*, unless it says so already; a flip of its status is a transition."""
    current = condition(found, new["type"])
    if current and all(current.get(name) == new[name] for name in ("status", "reason")):
        return found
    if current and current.get("status") == new["status"]:
        new = {**new, "lastTransitionTime": _since(current, new)}
    return (*without(found, new["type"]), new)


def _since(current: Manifest, new: Manifest) -> str:
    """When *current* became what *new* is as well."""
    return str(current.get("lastTransitionTime") or new["lastTransitionTime"])


def reason_of(found: Manifest | None) -> str:
    """Of a condition that anybody may have written, as tests do; "" if there is none."""
    return str(found.get("reason", "")) if found else ""


def entry(name: str, status: str, reason: str, message: str, now: float) -> Manifest:
    return {
        "type": name,
        "status": status,
        "lastUpdateTime": timestamp(now),
        "lastTransitionTime": timestamp(now),
        "reason": reason,
        "message": message,
    }


def progressing(status: str, reason: str, message: str, now: float) -> Manifest:
    return entry("Progressing", status, reason, message, now)


def has_deadline(deployment: Manifest) -> bool:
    return deployment["spec"].get("progressDeadlineSeconds") not in (None, FOREVER)


def is_complete(deployment: Manifest, status: Manifest) -> bool:
    wanted = replicas(deployment)
    numbers = (status.get(name, 0) for name in ("updatedReplicas", "replicas", "availableReplicas"))
    seen = status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
    return seen and all(number == wanted for number in numbers)


def counted(
    deployment: Manifest, replica_sets: Sequence[Manifest], new: Manifest | None, now: float
) -> Manifest:
    """The status with its numbers and the condition Available; other conditions as they were."""
    running = available(replica_sets)
    enough = running >= replicas(deployment) - max_unavailable(deployment)
    found = put(
        conditions(deployment),
        entry(
            "Available",
            "True",
            "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
            now,
        )
        if enough
        else entry(
            "Available",
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
            now,
        ),
    )
    numbers = {
        "observedGeneration": deployment["metadata"]["generation"],
        "replicas": sum(status_number(each, "replicas") for each in replica_sets),
        "updatedReplicas": status_number(new, "replicas") if new else 0,
        "readyReplicas": sum(status_number(each, "readyReplicas") for each in replica_sets),
        "availableReplicas": running,
        "unavailableReplicas": max(0, total(replica_sets) - running),
    }
    return status(numbers, found, deployment)


def status(numbers: dict[str, int], found: Conditions, deployment: Manifest) -> Manifest:
    """Written as Go does, which leaves zeros out, but for those that might have been unknown."""
    written: dict[str, Any] = {name: number for name, number in numbers.items() if number}
    written["terminatingReplicas"] = 0
    written["conditions"] = list(found)
    if "collisionCount" in deployment.get("status", {}):
        written["collisionCount"] = deployment["status"]["collisionCount"]
    return written


def judged(
    deployment: Manifest, replica_sets: Sequence[Manifest], new: Manifest | None, now: float
) -> Manifest:
    """The status during and after a rollout."""
    result = counted(deployment, replica_sets, new, now)
    found: Conditions = tuple(result["conditions"])
    if has_deadline(deployment):
        found = _with_progress(deployment, result, found, new, now)
    else:
        found = without(found, "Progressing")
    failure = _replica_failure(replica_sets, new)
    found = put(found, failure) if failure else without(found, "ReplicaFailure")
    return {**result, "conditions": list(found)}


def _with_progress(
    deployment: Manifest, result: Manifest, found: Conditions, new: Manifest | None, now: float
) -> Conditions:
    current = condition(found, "Progressing")
    is_rolled_out = result.get("replicas", 0) == result.get("updatedReplicas", 0)
    if is_rolled_out and current and reason_of(current) == COMPLETE:
        return found  # later failures are not the rollout's
    subject = new or deployment
    name = f'{subject["kind"]} "{subject["metadata"]["name"]}"'
    if is_complete(deployment, result):
        message = f"{name} has successfully progressed."
        return put(found, progressing("True", COMPLETE, message, now))
    if _has_progressed(deployment, result):
        fresh = progressing("True", "ReplicaSetUpdated", f"{name} is progressing.", now)
        if current and current.get("status") == "True":
            fresh["lastTransitionTime"] = _since(current, fresh)
        return (*without(found, "Progressing"), fresh)  # its deadline begins anew
    if current and _is_late(deployment, current, now):
        message = f"{name} has timed out progressing."
        return put(found, progressing("False", TIMED_OUT, message, now))
    return found


def _has_progressed(deployment: Manifest, result: Manifest) -> bool:
    before = deployment.get("status", {})

    def outdated(each: Manifest) -> int:
        return int(each.get("replicas", 0) - each.get("updatedReplicas", 0))

    return outdated(result) < outdated(before) or any(
        result.get(name, 0) > before.get(name, 0)
        for name in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )


def _is_late(deployment: Manifest, current: Manifest, now: float) -> bool:
    if reason_of(current) in (COMPLETE, TIMED_OUT):
        return reason_of(current) == TIMED_OUT
    return deadline(deployment, current) < now


def deadline(deployment: Manifest, current: Manifest) -> float:
    """The last moment at which a rollout that moved when *current* was written is not late."""
    moved = current.get("lastUpdateTime") or deployment["metadata"]["creationTimestamp"]
    return seconds(moved) + float(deployment["spec"]["progressDeadlineSeconds"])


def _replica_failure(replica_sets: Sequence[Manifest], new: Manifest | None) -> Manifest | None:
    for each in [*([new] if new else []), *replica_sets]:
        failure = condition(conditions(each), "ReplicaFailure")
        if failure:
            return {**failure, "lastUpdateTime": failure.get("lastTransitionTime")}
    return None
