"""What a Deployment says of its pods, judged on its own status."""

from typing import Any

from hooks.conditions import Condition
from hooks.contract import Manifest
from hooks.progress import named


def number(value: Any, default: int = 0) -> int:
    """*value* if it is a whole number: what others may have stored can be anything."""
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def status(deployment: Manifest) -> Manifest:
    found = deployment.get("status")
    return found if isinstance(found, dict) else {}


def replicas(deployment: Manifest) -> int:
    """How many pods it is to have."""
    spec = deployment.get("spec")
    return number(spec.get("replicas"), 1) if isinstance(spec, dict) else 1


def counted(deployment: Manifest, field: str) -> int:
    """One of the numbers of its status; the API server leaves out zeros."""
    return number(status(deployment).get(field))


def condition(deployment: Manifest, type_: str) -> Manifest:
    """A condition of its status; {} if it has none of that type."""
    items = status(deployment).get("conditions")
    found = [item for item in (items if isinstance(items, list) else ()) if isinstance(item, dict)]
    return next((item for item in found if item.get("type") == type_), {})


def available(desired: Manifest, observed: Manifest | None) -> Condition:
    """Whether as many pods as wanted serve, be they old or new."""
    if observed is None:
        return Condition("Available", "False", "Missing", f"{named(desired)} does not exist.")
    want, have = replicas(observed), counted(observed, "availableReplicas")
    message = f"{named(observed)}: {have} of {want} replicas are available."
    if have < want:
        return Condition("Available", "False", "ReplicasUnavailable", message)
    return Condition("Available", "True", "ReplicasAvailable", message)


def unfinished(deployment: Manifest) -> tuple[str, str] | None:
    """Reason and message of what a rollout still waits for; None when it is complete."""
    if counted(deployment, "observedGeneration") < number(deployment["metadata"].get("generation")):
        return "Progressing", f"{named(deployment)}: its last change has not been seen yet."
    want = replicas(deployment)
    total, updated, have = (
        counted(deployment, field) for field in ("replicas", "updatedReplicas", "availableReplicas")
    )
    why = cause(deployment)
    if updated == total == have == want and not (why and why[0] == "DeploymentPaused"):
        return None
    if updated == total == have == want:
        reason, message = "Running", f"{have} of {want} replicas are available."
    elif updated < want or total > updated:
        parts = [f"{updated} of {want} replicas are updated"]
        parts += [f"{total - have} not available yet"] if total > have else []
        parts += [f"{total - updated} old still to end"] if total > updated else []
        reason, message = "RollingOut", f"{', '.join(parts)}."
    elif have < want:
        reason, message = "ReplicasUnavailable", f"{have} of {want} replicas are available."
    else:
        reason, message = "ScalingDown", f"{total - want} replicas are still to end."
    if why:
        reason, message = why[0], f"{message} {why[1]}"
    return reason, f"{named(deployment)}: {message}"


def cause(deployment: Manifest) -> tuple[str, str] | None:
    """What only the workload knows: why pods cannot be made, or do not become ready in time."""
    spec = deployment.get("spec")
    if isinstance(spec, dict) and spec.get("paused") is True:
        name = deployment["metadata"]["name"]
        return "DeploymentPaused", f"It is paused: run `kubectl rollout resume deployment {name}`."
    failure = condition(deployment, "ReplicaFailure")
    if failure.get("status") == "True":
        return "ReplicaFailure", str(failure.get("message", ""))
    progress = condition(deployment, "Progressing")
    if progress.get("reason") == "ProgressDeadlineExceeded":
        return "ProgressDeadlineExceeded", str(progress.get("message", ""))
    return None
