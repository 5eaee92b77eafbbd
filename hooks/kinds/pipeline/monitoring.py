"""How the Prometheus operator finds the collector's own metrics."""

from hooks.contract import Child, Manifest, Parent
from hooks.kinds.pipeline.identity import COMPONENT, child
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.settings import PodMonitorSettings
from hooks.metadata import selector

# Not everybody has this kind, and Metacontroller must list no kind that is not there.
POD_MONITOR = Child("monitoring.coreos.com/v1", "PodMonitor", "podmonitors", optional=True)


def pod_monitor(parent: Parent[PipelineSpec], settings: PodMonitorSettings) -> Manifest:
    made = child(
        parent,
        POD_MONITOR.api_version,
        POD_MONITOR.kind,
        spec={
            "selector": {"matchLabels": selector(parent, component=COMPONENT)},
            "podMetricsEndpoints": [{"port": "metrics", "interval": settings.interval}],
        },
    )
    made["metadata"]["labels"] = {**settings.labels, **made["metadata"]["labels"]}
    return made
