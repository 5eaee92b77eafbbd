"""How many pods there are, and how many of them may be missing."""

from typing import Any

from hooks.contract import Manifest, Parent
from hooks.kinds.pipeline.identity import COMPONENT, child
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.observed import Scale
from hooks.kinds.pipeline.settings import Autoscaling
from hooks.metadata import selector

SCALERS = ("PodDisruptionBudget", "HorizontalPodAutoscaler")


def wanted_pods(spec: PipelineSpec, scale: Scale, *, single: bool) -> int:
    """An autoscaler decides, within the bounds of *spec*; *scale* is what is observed.

    So nothing dips while autoscaling comes, goes or changes. Left out of the answer the number
    would be 1 for a moment; and what is beyond the bounds that an autoscaler has would be put back
    by it until it has heard of others. Those only hold back: they can be an edit by hand, which is
    put back with this very answer.
    """
    wanted = spec.replicas
    if spec.autoscaling:
        own = spec.autoscaling.min_replicas, spec.autoscaling.max_replicas
        wanted = within(own, scale.pods)
        least, most = sorted((wanted, scale.pods))
        wanted = within((least, most), within(scale.bounds or own, wanted))
    return min(wanted, 1) if single else wanted


def within(bounds: tuple[int, int], number: int) -> int:
    least, most = bounds
    return min(max(number, least), most)


def scalers(parent: Parent[PipelineSpec], *, single: bool) -> list[Manifest]:
    """What is about several pods; not of a DaemonSet, whose pods come and go with their nodes."""
    spec = parent.spec
    if single or spec.mode == "DaemonSet":
        return []
    most = spec.autoscaling.max_replicas if spec.autoscaling else spec.replicas
    found = [disruption_budget(parent)] if most > 1 else []
    return [*found, autoscaler(parent, spec.autoscaling)] if spec.autoscaling else found


def disruption_budget(parent: Parent[PipelineSpec]) -> Manifest:
    return child(
        parent,
        "policy/v1",
        "PodDisruptionBudget",
        spec={
            "maxUnavailable": parent.spec.pod_disruption_budget.max_unavailable,
            # Pods that are broken anyway must not keep a node from being drained.
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": selector(parent, component=COMPONENT)},
        },
    )


def autoscaler(parent: Parent[PipelineSpec], autoscaling: Autoscaling) -> Manifest:
    targets = (
        ("cpu", autoscaling.target_cpu_utilization_percentage),
        ("memory", autoscaling.target_memory_utilization_percentage),
    )
    return child(
        parent,
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        spec={
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": parent.spec.mode,
                "name": f"{parent.name}-pipeline",
            },
            "minReplicas": autoscaling.min_replicas,
            "maxReplicas": autoscaling.max_replicas,
            "metrics": [utilization(name, value) for name, value in targets if value is not None],
        },
    )


def utilization(name: str, percentage: int) -> Manifest:
    target: dict[str, Any] = {"type": "Utilization", "averageUtilization": percentage}
    return {"type": "Resource", "resource": {"name": name, "target": target}}
