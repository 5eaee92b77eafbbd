"""Pipeline: an OpenTelemetry Collector, declared as flows. Start reading here."""

from dataclasses import replace

from hooks.composite import Column, Composite, Outcome
from hooks.conditions import Condition
from hooks.contract import Child, Manifest, SyncRequest, last_applied
from hooks.frozen import frozen
from hooks.kinds.pipeline.checks import checked
from hooks.kinds.pipeline.children import config_map, desired, disruption_budget
from hooks.kinds.pipeline.model import PipelineSpec, PipelineStatus
from hooks.kinds.pipeline.refused import RESOLVED, Refused
from hooks.kinds.pipeline.status import (
    configured,
    facts,
    most_replicas,
    observed_listeners,
    readiness,
    rolled_out,
    standing,
)
from hooks.platform import RULE


def sync(request: SyncRequest[PipelineSpec]) -> Outcome:
    (serving,) = standing(request)
    try:
        plan = checked(request)
    except Refused as refused:
        return held(request, *refused.conditions, serving, refused.condition("Ready"))
    kept: list[Manifest] = []
    configuration = config_map(plan)
    if not rolled_out(request, configuration["metadata"]["name"]):
        plan = replace(plan, outgoing=tuple(observed_listeners(request)))
        kept = outlived(request, configuration)
    conditions = (RESOLVED, configured(plan), serving, readiness(request, plan))
    return Outcome((*desired(plan), *kept), conditions)


def outlived(request: SyncRequest[PipelineSpec], current: Manifest) -> list[Manifest]:
    """Older configurations: pods may restart that started with one of them."""
    uid = str(request.parent.metadata.get("uid", ""))
    return [
        last_applied(each, parent_uid=uid)
        for each in request.children.of("v1", "ConfigMap")
        if each["metadata"]["name"] != current["metadata"]["name"]
    ]


def held(request: SyncRequest[PipelineSpec], *conditions: Condition) -> Outcome:
    """Frozen but for the number of pods: that follows the spec, whatever is wrong with the rest."""
    outcome = frozen(request, *conditions)
    replicas = min(request.parent.spec.replicas, most_replicas(request))
    children = [
        {**child, "spec": {**child["spec"], "replicas": replicas}}
        if child["kind"] == "Deployment" and isinstance(child.get("spec"), dict)
        else child
        for child in outcome.children
        if child["kind"] != "PodDisruptionBudget"
    ]
    if replicas > 1:
        children.append(disruption_budget(request.parent))
    return replace(outcome, children=tuple(children))


PIPELINE = Composite(
    kind="Pipeline",
    plural="pipelines",
    short_name="opipe",
    description=(
        "Pipeline is an OpenTelemetry Collector: flows take telemetry in, change it and send it "
        "on. Its objects are called <name>-pipeline."
    ),
    spec=PipelineSpec,
    status=PipelineStatus,
    columns=(
        Column("Mode", ".spec.mode", description="What runs the collector."),
        Column("Flows", ".status.flows", "integer", "Number of flows."),
        Column("Replicas", ".status.replicas", "integer", "Pods that exist."),
    ),
    # Deleted in stages: first no new traffic, then the pods, which drain, then what they need.
    children=(
        Child("v1", "Service", "services"),
        Child("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
        Child("apps/v1", "Deployment", "deployments", stage=1),
        Child("v1", "ConfigMap", "configmaps", stage=2),
        Child("v1", "ServiceAccount", "serviceaccounts", stage=2),
        Child("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", stage=2),
    ),
    sync=sync,
    facts=facts,
    standing=standing,
    related=lambda _: (RULE,),
    related_kinds=(("v1", "configmaps"),),
    scales=True,
)
