"""What is true of a Pipeline: conditions and facts, judged on what was observed."""

from typing import Any

from hooks.conditions import Condition, not_ready, ready
from hooks.contract import Manifest, SyncRequest
from hooks.kinds.pipeline.children import COMPONENT, HASH, Plan, config_map, desired, identity
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.metadata import selector
from hooks.progress import difference, named, obstacle
from hooks.workload import available, counted, replicas, unfinished


def observed_deployment(request: SyncRequest[Any]) -> Manifest | None:
    return request.children.like(identity(request.parent, "apps/v1", "Deployment"))


def standing(request: SyncRequest[Any]) -> tuple[Condition, ...]:
    """What is true whatever the spec is."""
    deployment = identity(request.parent, "apps/v1", "Deployment")
    return (available(deployment, observed_deployment(request)),)


def configured(plan: Plan) -> Condition:
    return Condition(
        "Configured", "True", "Rendered", f"{named(config_map(plan))} is the configuration."
    )


def readiness(request: SyncRequest[PipelineSpec], plan: Plan) -> Condition:
    """The first thing that is not as the spec asks, in the order in which one needs the other."""
    for child in desired(plan):
        found = obstacle(request, child)
        if found:
            return not_ready("Applying", *found)
    deployment = observed_deployment(request) or {}
    waits = unfinished(deployment)
    if waits:
        return not_ready(*waits)
    want = replicas(deployment)
    if want == 0:
        return ready("SwitchedOff", "Nothing runs, as spec.replicas is 0.")
    return ready("Running", f"{named(deployment)}: {want} of {want} replicas are available.")


def rolled_out(request: SyncRequest[PipelineSpec], deployment: Manifest) -> bool:
    """Whether no pod is left that started with anything but the *deployment* that is desired."""
    observed = request.children.like(deployment)
    return (
        observed is not None
        and difference(observed, deployment) is None
        and unfinished(observed) is None
    )


def facts(request: SyncRequest[PipelineSpec | None]) -> Manifest:
    """The status of what runs now, whatever the spec is."""
    labels = selector(request.parent, component=COMPONENT)
    deployment = observed_deployment(request)
    found: Manifest = {
        "replicas": counted(deployment, "replicas") if deployment else 0,
        "readyReplicas": counted(deployment, "readyReplicas") if deployment else 0,
        "selector": ",".join(f"{key}={value}" for key, value in sorted(labels.items())),
        "endpoints": endpoints(request),
    }
    if request.parent.spec:
        found["flows"] = len(request.parent.spec.flows)
    running = config_hash(deployment) if deployment else None
    return found if running is None else {**found, "configHash": running}


def endpoints(request: SyncRequest[Any]) -> list[Manifest]:
    """Where the observed Service takes telemetry; what others may have stored in it is left out."""
    service = request.children.like(identity(request.parent, "v1", "Service"))
    spec = service.get("spec") if service else None
    ports = spec.get("ports") if isinstance(spec, dict) else None
    host = f"{request.parent.name}-pipeline.{request.parent.namespace}.svc"
    return [
        {"protocol": port["appProtocol"], "address": f"{host}:{port['port']}"}
        for port in (ports if isinstance(ports, list) else ())
        if isinstance(port, dict)
        and port.get("appProtocol") in ("grpc", "http")
        and isinstance(port.get("port"), int)
    ]


def config_hash(deployment: Manifest) -> str | None:
    found: Any = deployment
    for key in ("spec", "template", "metadata", "annotations", HASH):
        found = found.get(key) if isinstance(found, dict) else None
    return found[:64] if isinstance(found, str) else None
