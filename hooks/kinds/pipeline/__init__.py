"""Pipeline: an OpenTelemetry Collector, declared as flows. Start reading here."""

from dataclasses import replace
from typing import Any

from hooks.composite import Column, Composite, Outcome
from hooks.conditions import Condition
from hooks.contract import Child, Manifest, Parent, RelatedRule, SyncRequest, last_applied
from hooks.frozen import frozen
from hooks.kinds.pipeline.checks import checked
from hooks.kinds.pipeline.children import desired
from hooks.kinds.pipeline.model import PipelineSpec, PipelineStatus
from hooks.kinds.pipeline.monitoring import POD_MONITOR
from hooks.kinds.pipeline.observed import observed_workload, runs_single, scale
from hooks.kinds.pipeline.refused import RESOLVED, Refused
from hooks.kinds.pipeline.scaling import SCALERS, scalers, wanted_pods
from hooks.kinds.pipeline.status import configured, facts, readiness, standing
from hooks.kinds.pipeline.written import check_characters, check_sizes
from hooks.platform import RULE


def sync(request: SyncRequest[PipelineSpec]) -> Outcome:
    (serving,) = standing(request)
    try:
        plan = checked(request)
        children = desired(plan)
        check_sizes(children, plan.resolution)
        check_characters(request.parent, children, plan.resolution)
    except Refused as refused:
        return held(request, *refused.conditions, serving, refused.condition("Ready"))
    kept = outlived(request, plan.config_map) if plan.rolling else []
    conditions = (RESOLVED, configured(plan), serving, readiness(request, plan, children))
    return Outcome((*children, *kept), conditions)


def outlived(request: SyncRequest[PipelineSpec], current: str) -> list[Manifest]:
    """Older configurations than the *current* one: pods may restart that started with them."""
    uid = str(request.parent.metadata.get("uid", ""))
    return [
        last_applied(each, parent_uid=uid)
        for each in request.children.of("v1", "ConfigMap")
        if each["metadata"]["name"] != current
    ]


def held(request: SyncRequest[PipelineSpec], *conditions: Condition) -> Outcome:
    """Frozen but for the number of pods: that follows the spec, whatever is wrong with the rest.

    So what is about it is made anew from the spec, where the rest stays as it was applied.
    """
    outcome, parent = frozen(request, *conditions), request.parent
    workload = observed_workload(request)
    if workload is None or workload["kind"] == "DaemonSet":
        return outcome
    single = runs_single(request)
    replicas = wanted_pods(parent.spec, scale(request), single=single)
    children = [
        {**child, "spec": {**child["spec"], "replicas": replicas}}
        if child["kind"] == workload["kind"] and isinstance(child.get("spec"), dict)
        else child
        for child in outcome.children
        if child["kind"] not in SCALERS
    ]
    return replace(outcome, children=(*children, *scalers(parent, single=single)))


def related(parent: Parent[Any]) -> list[RelatedRule]:
    """The platform's settings; and of agents the namespace, which may forbid them the nodes."""
    spec = parent.spec if isinstance(parent.spec, dict) else {}
    agents = spec.get("mode") == "DaemonSet"
    return [RULE, RelatedRule("v1", "namespaces", names=(parent.namespace,))] if agents else [RULE]


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
        Child("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
        POD_MONITOR,
        Child("apps/v1", "Deployment", "deployments", stage=1),
        Child("apps/v1", "StatefulSet", "statefulsets", stage=1),
        Child("apps/v1", "DaemonSet", "daemonsets", stage=1),
        Child("v1", "ConfigMap", "configmaps", stage=2),
        Child("v1", "ServiceAccount", "serviceaccounts", stage=2),
        Child("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", stage=2),
    ),
    sync=sync,
    facts=facts,
    standing=standing,
    related=related,
    related_kinds=(("v1", "configmaps"), ("v1", "namespaces")),
    scales=True,
)
