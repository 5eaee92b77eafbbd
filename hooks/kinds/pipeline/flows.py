"""Flows with their references resolved: what a configuration is rendered from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hooks.collector.component import Rendered
from hooks.collector.ports import Listener
from hooks.collector.sinks.base import UNBATCHED
from hooks.kinds.pipeline.model import Flow


@dataclass(frozen=True)
class End:
    """A receiver or exporter of a flow, and where it is written."""

    path: str  # "spec.flows[0].from[1].otlp.grpc"
    rendered: Rendered
    listener: Listener | None = None  # the port that it takes telemetry on


@dataclass(frozen=True)
class ResolvedFlow:
    flow: Flow
    inlets: tuple[End, ...]
    outlets: tuple[End, ...]

    @property
    def rendered(self) -> Iterator[Rendered]:
        """Its receivers and exporters."""
        return (end.rendered for end in (*self.inlets, *self.outlets))

    @property
    def folders(self) -> set[str]:
        """Those of the node that are read."""
        return {folder for end in self.inlets for folder in end.rendered.folders}


def listeners(flows: Sequence[ResolvedFlow]) -> list[Listener]:
    """Every port that telemetry is taken on, each once."""
    return sorted({end.listener for flow in flows for end in flow.inlets if end.listener})


def plainly_named(flows: Sequence[ResolvedFlow]) -> tuple[ResolvedFlow, ...]:
    """With each exporter called like its sink, where there are not two of the sink.

    A queue on disk goes by its exporter's name: so none is lost when a Pipeline gets its first
    batch processor, or loses its last.
    """
    names = {end.rendered.component.id for flow in flows for end in flow.outlets}

    def renamed(end: End) -> End:
        component = end.rendered.component
        plain = component.id.removesuffix(UNBATCHED)
        if plain in names:  # its own, or the other's
            return end
        named = replace(component, id=plain)
        return replace(end, rendered=replace(end.rendered, component=named))

    return tuple(replace(flow, outlets=tuple(map(renamed, flow.outlets))) for flow in flows)
