"""What a workload says of its pods, judged on its own status: a row a kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hooks.conditions import Condition
from hooks.contract import Manifest
from hooks.progress import named


@dataclass(frozen=True)
class Workload:
    """A kind of apps/v1 that runs pods, and how it calls their numbers in its status."""

    kind: str
    total: str = "replicas"
    updated: str = "updatedReplicas"
    ready: str = "readyReplicas"
    available: str = "availableReplicas"
    wanted: str = ""  # "": the number is spec.replicas
    noun: str = "replicas"
    tells_why: bool = False  # it has conditions that say why pods cannot be made


DEPLOYMENT = Workload("Deployment", tells_why=True)
STATEFUL_SET = Workload("StatefulSet")
DAEMON_SET = Workload(
    "DaemonSet",
    total="currentNumberScheduled",
    updated="updatedNumberScheduled",
    ready="numberReady",
    available="numberAvailable",
    wanted="desiredNumberScheduled",
    noun="pods",
)
WORKLOADS: Mapping[str, Workload] = {
    each.kind: each for each in (DEPLOYMENT, STATEFUL_SET, DAEMON_SET)
}


def number(value: Any, default: int = 0) -> int:
    """*value* if it is a whole number: what others may have stored can be anything."""
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def status(workload: Manifest) -> Manifest:
    found = workload.get("status")
    return found if isinstance(found, dict) else {}


def kind_of(workload: Manifest) -> Workload:
    return WORKLOADS[workload["kind"]]


def replicas(workload: Manifest) -> int:
    """How many pods it is to have."""
    wanted = kind_of(workload).wanted
    if wanted:
        return number(status(workload).get(wanted))
    spec = workload.get("spec")
    return number(spec.get("replicas"), 1) if isinstance(spec, dict) else 1


@dataclass(frozen=True)
class Pods:
    """How many there are; the API server leaves out zeros."""

    wanted: int = 0
    total: int = 0
    updated: int = 0
    ready: int = 0
    available: int = 0


def pods(workload: Manifest | None) -> Pods:
    if workload is None:
        return Pods()
    kind, found = kind_of(workload), status(workload)
    fields = (kind.total, kind.updated, kind.ready, kind.available)
    return Pods(replicas(workload), *(number(found.get(field)) for field in fields))


def condition(workload: Manifest, type_: str) -> Manifest:
    """A condition of its status; {} if it has none of that type."""
    items = status(workload).get("conditions")
    found = [item for item in (items if isinstance(items, list) else ()) if isinstance(item, dict)]
    return next((item for item in found if item.get("type") == type_), {})


def available(desired: Manifest, observed: Manifest | None) -> Condition:
    """Whether as many pods as wanted serve, be they old or new."""
    if observed is None:
        return Condition("Available", "False", "Missing", f"{named(desired)} does not exist.")
    found = pods(observed)
    if found.available < found.wanted:
        return Condition("Available", "False", "ReplicasUnavailable", serving(observed))
    return Condition("Available", "True", "ReplicasAvailable", serving(observed))


def serving(workload: Manifest) -> str:
    found = pods(workload)
    noun = kind_of(workload).noun
    return f"{named(workload)}: {found.available} of {found.wanted} {noun} are available."


def unfinished(workload: Manifest) -> tuple[str, str] | None:
    """Reason and message of what a rollout still waits for; None when it is complete."""
    if number(status(workload).get("observedGeneration")) < number(
        workload["metadata"].get("generation")
    ):
        return "Progressing", f"{named(workload)}: its last change has not been seen yet."
    found, noun = pods(workload), kind_of(workload).noun
    want, total, updated, have = found.wanted, found.total, found.updated, found.available
    why = cause(workload)
    if updated == total == have == want and not (why and why[0] == "DeploymentPaused"):
        return None
    if updated == total == have == want:
        reason, message = "Running", f"{have} of {want} {noun} are available."
    elif updated < want or total > updated:
        parts = [f"{updated} of {want} {noun} are updated"]
        parts += [f"{total - have} not available yet"] if total > have else []
        parts += [f"{total - updated} old still to end"] if total > updated else []
        reason, message = "RollingOut", f"{', '.join(parts)}."
    elif have < want:
        reason, message = "ReplicasUnavailable", f"{have} of {want} {noun} are available."
    else:
        reason, message = "ScalingDown", f"{total - want} {noun} are still to end."
    if why:
        reason, message = why[0], f"{message} {why[1]}"
    return reason, f"{named(workload)}: {message}"


def cause(workload: Manifest) -> tuple[str, str] | None:
    """What only the workload knows: why pods cannot be made, or do not become ready in time."""
    if not kind_of(workload).tells_why:
        return None
    spec = workload.get("spec")
    if isinstance(spec, dict) and spec.get("paused") is True:
        name = workload["metadata"]["name"]
        return "DeploymentPaused", f"It is paused: run `kubectl rollout resume deployment {name}`."
    failure = condition(workload, "ReplicaFailure")
    if failure.get("status") == "True":
        return "ReplicaFailure", str(failure.get("message", ""))
    progress = condition(workload, "Progressing")
    if progress.get("reason") == "ProgressDeadlineExceeded":
        return "ProgressDeadlineExceeded", str(progress.get("message", ""))
    return None
