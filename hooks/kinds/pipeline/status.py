"""What is true of a Pipeline: conditions and facts, judged on what was observed."""

from math import inf
from typing import Any

from hooks.collector.ports import MOST_LISTENERS, Listener, named_listener
from hooks.conditions import Condition, not_ready, ready
from hooks.contract import Manifest, SyncRequest
from hooks.kinds.pipeline.children import (
    COMPONENT,
    HASH,
    SINGLE,
    Plan,
    config_map,
    desired,
    identity,
)
from hooks.kinds.pipeline.dependencies import dependency_states
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.mounts import VOLUME
from hooks.metadata import selector
from hooks.progress import named, obstacle
from hooks.workload import available, counted, replicas, unfinished


def observed_deployment(request: SyncRequest[Any]) -> Manifest | None:
    return request.children.like(identity(request.parent, "apps/v1", "Deployment"))


def standing(request: SyncRequest[Any]) -> tuple[Condition, ...]:
    """What is true whatever the spec is."""
    deployment = identity(request.parent, "apps/v1", "Deployment")
    return (available(deployment, observed_deployment(request)),)


def configured(plan: Plan) -> Condition:
    message = f"{named(config_map(plan))} has the configuration, which each new pod judges first."
    return Condition("Configured", "True", "Rendered", message)


def readiness(request: SyncRequest[PipelineSpec], plan: Plan) -> Condition:
    """The first thing that is not as the spec asks, in the order in which one needs the other."""
    for child in desired(plan):
        found = obstacle(request, child)
        if found:
            return not_ready("Applying", *found)
    deployment = observed_deployment(request) or {}
    waits = unfinished(deployment)
    if waits:
        name = request.parent.name
        pods = f"--selector app.kubernetes.io/instance={name}"
        hint = f"`kubectl describe pods {pods}` says why; `kubectl logs {pods} -c validate`, too."
        return not_ready(*waits, hint if waits[0] == "ProgressDeadlineExceeded" else "")
    want = replicas(deployment)
    if want == 0:
        return ready("SwitchedOff", "Nothing runs, as spec.replicas is 0.")
    return ready("Running", f"{named(deployment)}: {want} of {want} replicas are available.")


def most_replicas(request: SyncRequest[Any]) -> float:
    """How many pods may run of what is there now."""
    observed = observed_deployment(request)
    if observed is None:
        return 0
    annotations = observed["metadata"].get("annotations")
    single = isinstance(annotations, dict) and SINGLE in annotations
    return 1 if single else inf


def rolled_out(request: SyncRequest[PipelineSpec], configuration: str) -> bool:
    """Whether every pod has started with the ConfigMap called *configuration*."""
    observed = observed_deployment(request)
    return (
        observed is not None
        and mounted(observed) == [configuration]
        and unfinished(observed) is None
    )


def mounted(deployment: Manifest) -> list[Any]:
    """The names of the ConfigMaps that its pods start with."""
    volumes: Any = deployment
    for key in ("spec", "template", "spec", "volumes"):
        volumes = volumes.get(key) if isinstance(volumes, dict) else None
    sources = [
        volume.get("configMap")
        for volume in (volumes if isinstance(volumes, list) else ())
        if isinstance(volume, dict) and volume.get("name") == VOLUME
    ]
    return [source.get("name") for source in sources if isinstance(source, dict)]


def facts(request: SyncRequest[PipelineSpec | None]) -> Manifest:
    """The status of what runs now, whatever the spec is."""
    labels = selector(request.parent, component=COMPONENT)
    deployment = observed_deployment(request)
    found: Manifest = {
        "replicas": counted(deployment, "replicas") if deployment else 0,
        "readyReplicas": counted(deployment, "readyReplicas") if deployment else 0,
        "selector": ",".join(f"{key}={value}" for key, value in sorted(labels.items())),
        "endpoints": endpoints(request),
        "dependencies": dependency_states(request),
    }
    if request.parent.spec:
        found["flows"] = len(request.parent.spec.flows)
    running = config_hash(deployment) if deployment else None
    return found if running is None else {**found, "configHash": running}


def endpoints(request: SyncRequest[Any]) -> list[Manifest]:
    """Where the observed Service takes telemetry."""
    host = f"{request.parent.name}-pipeline.{request.parent.namespace}.svc"
    return [
        {"protocol": each.protocol, "address": f"{host}:{each.port}"}
        for each in observed_listeners(request)[:MOST_LISTENERS]
    ]


def observed_listeners(request: SyncRequest[Any]) -> list[Listener]:
    """The ports of the observed Service that are ours, which is seen by their names."""
    service = request.children.like(identity(request.parent, "v1", "Service"))
    spec = service.get("spec") if service else None
    ports = spec.get("ports") if isinstance(spec, dict) else None
    names = [
        port.get("name")
        for port in (ports if isinstance(ports, list) else ())
        if isinstance(port, dict)
    ]
    found = {listener for name in names if (listener := named_listener(name))}
    return sorted(found)


def config_hash(deployment: Manifest) -> str | None:
    found: Any = deployment
    for key in ("spec", "template", "metadata", "annotations", HASH):
        found = found.get(key) if isinstance(found, dict) else None
    return found[:64] if isinstance(found, str) else None
