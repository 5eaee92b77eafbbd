"""From the flows of a spec, with what they refer to, to what they are rendered from."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from hooks.collector.component import Rendered, Signal
from hooks.collector.connector import Connector
from hooks.collector.ports import Listener
from hooks.collector.sinks.pipeline import pipeline_exporter
from hooks.collector.sources.otlp import receiver
from hooks.configuration import ConfigurationSpec, file, variables
from hooks.configuration.values import FLAT
from hooks.contract import SyncRequest
from hooks.kinds.pipeline.dependencies import Dependencies, dependencies
from hooks.kinds.pipeline.flows import End, ResolvedFlow, plainly_named
from hooks.kinds.pipeline.model import ConfigurationUse, Flow, PipelineSpec, Sink, Source
from hooks.kinds.pipeline.refused import Unresolved
from hooks.references import same_kind, way

SHOWN_STEPS = 8


@dataclass(frozen=True)
class UsedConfiguration:
    """What a Configuration is for the pods: a file, or variables."""

    use: ConfigurationUse
    path: str  # "spec.configurations[0]"
    file_name: str = ""
    text: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)  # without the prefix


@dataclass(frozen=True)
class Resolution:
    """A spec with all that it refers to."""

    flows: tuple[ResolvedFlow, ...]
    configurations: tuple[UsedConfiguration, ...]  # by name

    @property
    def folders(self) -> list[str]:
        """Those of the node that are read, each once."""
        return sorted(set().union(*(flow.folders for flow in self.flows)))


@dataclass(frozen=True)
class Place:
    """A flow, and the field that one of its sources or sinks is written in."""

    flow: Flow
    path: str

    def refuse(self, reason: str, why: str) -> Unresolved:
        return Unresolved(reason, f"{self.path}: {why}.")


def resolved(request: SyncRequest[PipelineSpec]) -> Resolution:
    """Raises Unresolved unless references exist, can be used as they are, and make no cycle."""
    spec, namespace = request.parent.spec, request.parent.namespace
    found = dependencies(request)
    batching = {processor.name for processor in spec.processors if processor.batch}
    flows = []
    for at, flow in enumerate(spec.flows):
        path = f"spec.flows[{at}]"
        batched = not batching & set(flow.process)
        from_ = [
            end
            for number, source in enumerate(flow.sources)
            for end in inlets(source, Place(flow, f"{path}.from[{number}]"), spec.mode, found)
        ]
        to = [
            outlet(sink, Place(flow, f"{path}.to[{number}]"), namespace, found, batched=batched)
            for number, sink in enumerate(flow.sinks)
        ]
        flows.append(ResolvedFlow(flow, tuple(from_), tuple(to)))
    configurations = [
        used(use, f"spec.configurations[{at}]", found.configurations[use.name])
        for at, use in enumerate(spec.configurations)
    ]
    check_cycle(request)
    by_name = sorted(configurations, key=lambda each: each.use.name)
    return Resolution(plainly_named(flows), tuple(by_name))


def inlets(source: Source, place: Place, mode: str, found: Dependencies) -> Iterator[End]:
    """What one source becomes. Raises Unresolved."""
    if source.otlp:
        for each in source.otlp.listeners():
            path = f"{place.path}.otlp.{each.protocol}"
            yield End(path, Rendered(receiver(each)), each)
    if source.connector:
        place = Place(place.flow, f"{place.path}.connector")
        name = source.connector.name
        connector = found.connectors[name]
        receivers = connector_receivers(name, connector, place, mode)
        for rendered, listener in zip_longest(receivers, connector.listeners()):
            yield End(place.path, rendered, listener)


def outlet(sink: Sink, place: Place, namespace: str, found: Dependencies, *, batched: bool) -> End:
    """What one sink becomes. Raises Unresolved."""
    if sink.connector:
        name = sink.connector.name
        place = Place(place.flow, f"{place.path}.connector")
        exporter = connector_exporter(name, found.connectors[name], place, batched=batched)
        return End(place.path, exporter)
    if sink.pipeline:
        name = sink.pipeline.name
        place = Place(place.flow, f"{place.path}.pipeline")
        port = way_in(name, found.pipelines[name], place).port
        host = f"{name}-pipeline-headless.{namespace}.svc"
        return End(place.path, Rendered(pipeline_exporter(name, host, port, batched=batched)))
    kind = "otlp" if sink.otlp else "debug"
    return End(f"{place.path}.{kind}", Rendered(sink.inline.exporter(batched=batched)))


def connector_receivers(name: str, connector: Connector, place: Place, mode: str) -> list[Rendered]:
    if connector.source is None:
        raise place.refuse(
            "WrongDirection",
            f"Connector {name} has a sink only, so nothing comes from it: give it a source",
        )
    check_signals(place, f"Connector {name}", "brings", connector.source_signals())
    if mode not in connector.modes():
        modes = " or ".join(connector.modes())
        why = (
            "every node would bring the same"
            if mode == "DaemonSet"
            else "it reads from the nodes themselves"
        )
        raise place.refuse(
            "WrongMode",
            f"Connector {name} needs mode {modes}, and this Pipeline's is {mode}: {why}",
        )
    return connector.receivers(name)


def connector_exporter(name: str, connector: Connector, place: Place, *, batched: bool) -> Rendered:
    if connector.sink is None:
        raise place.refuse(
            "WrongDirection",
            f"Connector {name} has a source only, so nothing can be sent to it: give it a sink",
        )
    check_signals(place, f"Connector {name}", "takes", connector.sink_signals())
    return connector.exporter(name, batched=batched)


def check_signals(place: Place, who: str, verb: str, signals: Collection[Signal]) -> None:
    """Raises Unresolved if the flow is of what *who* does not know."""
    both = [signal for signal in place.flow.signals if signal in signals]
    if len(both) < len(place.flow.signals):
        remedy = f"set its signals to [{', '.join(both)}]" if both else "send something else"
        raise place.refuse(
            "WrongSignal",
            f"{who} {verb} {', '.join(signals)} only, and flow {place.flow.name} is of "
            f"{', '.join(place.flow.signals)}: {remedy}",
        )


def way_in(name: str, pipeline: PipelineSpec, place: Place) -> Listener:
    """The port of another Pipeline on which all signals of the flow are taken."""
    taken: dict[Listener, set[Signal]] = {}
    for flow in pipeline.flows:
        for source in flow.sources:
            for listener in source.otlp.listeners() if source.otlp else ():
                if listener.protocol == "grpc":
                    taken.setdefault(listener, set()).update(flow.signals)
    if not taken:
        raise place.refuse(
            "WrongDirection",
            f"Pipeline {name} takes no OTLP over gRPC by a source of its own (those of Connectors "
            "do not count, as they may ask for TLS): one of its flows must have a source "
            "{otlp: {grpc: {}}}",
        )
    wanted = set(place.flow.signals)
    best = max(sorted(taken), key=lambda each: len(taken[each] & wanted))
    port = f"Pipeline {name} on port {best.port}"
    check_signals(place, port, "takes", sorted(taken[best]))
    return best


def used(use: ConfigurationUse, path: str, configuration: ConfigurationSpec) -> UsedConfiguration:
    """Raises Unresolved."""
    if use.file:
        name, text = file(configuration)
        return UsedConfiguration(use, path, file_name=name, text=text)
    if configuration.format not in FLAT:
        raise Unresolved(
            "WrongFormat",
            f"{path}.env: Configuration {use.name} has format {configuration.format}, and "
            f"variables need {' or '.join(sorted(FLAT))}.",
        )
    return UsedConfiguration(use, path, variables=variables(configuration))


def check_cycle(request: SyncRequest[PipelineSpec]) -> None:
    """Raises Unresolved if what is sent on comes back."""
    if not any(sink.pipeline for flow in request.parent.spec.flows for sink in flow.sinks):
        return
    found = way(same_kind(request), request.parent.name, request.parent.name)
    if found:
        raise Unresolved(
            "Cycle",
            f"What this Pipeline sends comes back to it: {shown(found)}. Take "
            f"{'one of these references' if len(found) > 2 else 'this reference'} away.",
        )


def shown(steps: list[str]) -> str:
    """A way, with its middle left out if it is long."""
    if len(steps) > SHOWN_STEPS:
        half = SHOWN_STEPS // 2
        left_out = f"({len(steps) - SHOWN_STEPS} more)"
        steps = [*steps[:half], left_out, *steps[-half:]]
    return " → ".join(steps)
