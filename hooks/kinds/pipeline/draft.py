"""What the checks of a Pipeline judge."""

from dataclasses import dataclass

from hooks.collector.ports import HEALTH_PORT, METRICS_PORT, Listener
from hooks.contract import Manifest, Parent
from hooks.kinds.pipeline.flows import ResolvedFlow
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.resolution import Resolution
from hooks.platform import CollectorDefaults

OWN_PORTS = {
    METRICS_PORT: "the collector's own metrics",
    HEALTH_PORT: "the collector's probes",
}


@dataclass(frozen=True)
class Draft:
    """A Pipeline with what it refers to, before the checks: what they pass becomes a Plan."""

    parent: Parent[PipelineSpec]
    resolution: Resolution
    platform: CollectorDefaults
    enforced: str = ""  # the level of Pod Security that the namespace asks for

    @property
    def spec(self) -> PipelineSpec:
        return self.parent.spec

    @property
    def resources(self) -> Manifest:
        """What each container may use."""
        return self.platform.effective(self.spec.resources)

    @property
    def flows(self) -> tuple[ResolvedFlow, ...]:
        return self.resolution.flows


def spoken(listener: Listener) -> str:
    """What a listener speaks, for people."""
    return f"OTLP over {listener.protocol} ({listener.tls or 'without TLS'})"


def users_of_ports(draft: Draft) -> dict[int, str]:
    """Each port that the pods listen on, and what for."""
    return OWN_PORTS | {
        end.listener.port: f"{spoken(end.listener)} of flow {each.flow.name}"
        for each in draft.flows
        for end in each.inlets
        if end.listener
    }
