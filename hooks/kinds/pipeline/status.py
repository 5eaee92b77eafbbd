"""What is true of a Pipeline: conditions and facts, judged on what was observed."""

from typing import Any

from hooks.collector.ports import MOST_LISTENERS
from hooks.conditions import Condition, not_ready, ready
from hooks.contract import Manifest, SyncRequest
from hooks.kinds.pipeline.dependencies import dependency_states
from hooks.kinds.pipeline.identity import COMPONENT, identity
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.observed import config_hash, observed_listeners, observed_workload
from hooks.kinds.pipeline.plan import Plan
from hooks.metadata import selector
from hooks.progress import named, obstacle
from hooks.workload import available, kind_of, pods, serving, unfinished


def standing(request: SyncRequest[Any]) -> tuple[Condition, ...]:
    """What is true whatever the spec is."""
    spec = request.parent.spec
    mode = spec.mode if isinstance(spec, PipelineSpec) else "Deployment"
    workload = identity(request.parent, "apps/v1", mode)
    return (available(workload, observed_workload(request)),)


def configured(plan: Plan) -> Condition:
    message = f"ConfigMap {plan.config_map} has the configuration, which each new pod judges first."
    if plan.spec.monitoring.pod_monitor and not plan.monitored:
        message += (
            " There is no PodMonitor, as the controller does not list that kind: "
            "`kubectl apply -k metacontroller/pod-monitors` makes it."
        )
    return Condition("Configured", "True", "Rendered", message)


def readiness(
    request: SyncRequest[PipelineSpec], plan: Plan, children: list[Manifest]
) -> Condition:
    """The first thing that is not as the spec asks, in the order in which one needs the other.

    *children* are all that are desired.
    """
    for child in children:
        found = obstacle(request, child)
        if found:
            return not_ready("Applying", *found)
    workload = observed_workload(request)
    assert workload is not None  # noqa: S101  # it is among the desired, so it is observed
    waits = unfinished(workload)
    if waits:
        return not_ready(*waits, hint(request, workload, waits[0]))
    want = pods(workload).wanted
    if want == 0 and plan.spec.mode == "DaemonSet":
        return ready("NoNodes", f"{named(workload)}: nothing runs, as no node is selected.")
    if want == 0:
        return ready("SwitchedOff", "Nothing runs, as spec.replicas is 0.")
    return ready("Running", serving(workload))


def hint(request: SyncRequest[Any], workload: Manifest, reason: str) -> str:
    """Where to look if it lasts. Only a Deployment tells by itself that it does."""
    selected = f"--selector app.kubernetes.io/instance={request.parent.name}"
    says_why = f"`kubectl describe pods {selected}` says why; `kubectl logs {selected} -c validate`"
    if kind_of(workload).tells_why:
        return f"{says_why}, too." if reason == "ProgressDeadlineExceeded" else ""
    kind, name = workload["kind"].lower(), workload["metadata"]["name"]
    events = f"`kubectl describe {kind} {name}` says if pods cannot be made"
    return f"If this lasts, {events}; {says_why}, too."


def facts(request: SyncRequest[PipelineSpec | None]) -> Manifest:
    """The status of what runs now, whatever the spec is."""
    labels = selector(request.parent, component=COMPONENT)
    workload = observed_workload(request)
    found: Manifest = {
        "replicas": pods(workload).total,
        "readyReplicas": pods(workload).ready,
        "selector": ",".join(f"{key}={value}" for key, value in sorted(labels.items())),
        "endpoints": endpoints(request),
        "dependencies": dependency_states(request),
    }
    if request.parent.spec:
        found["flows"] = len(request.parent.spec.flows)
    running = config_hash(workload) if workload else None
    return found if running is None else {**found, "configHash": running}


def endpoints(request: SyncRequest[Any]) -> list[Manifest]:
    """Where the observed Service takes telemetry."""
    host = f"{request.parent.name}-pipeline.{request.parent.namespace}.svc"
    return [
        {"protocol": each.protocol, "address": f"{host}:{each.port}"}
        for each in observed_listeners(request)[:MOST_LISTENERS]
    ]
