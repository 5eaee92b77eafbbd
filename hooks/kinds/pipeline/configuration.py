"""The collector's configuration that a Pipeline asks for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hooks.collector.component import Component
from hooks.collector.memory import memory_limiter
from hooks.collector.ports import HEALTH_PORT, METRICS_PORT, Listener
from hooks.collector.text import Part, document
from hooks.contract import Manifest
from hooks.kinds.pipeline.model import Flow, PipelineSpec, Processor

EVERYWHERE = "0.0.0.0"  # noqa: S104  # of the pod; who may come is the NetworkPolicy's matter
HEALTH_CHECK = Component("health_check", {"endpoint": f"{EVERYWHERE}:{HEALTH_PORT}"})
TELEMETRY: Manifest = {
    "logs": {"encoding": "json"},
    "metrics": {
        "readers": [
            {"pull": {"exporter": {"prometheus": {"host": EVERYWHERE, "port": METRICS_PORT}}}}
        ]
    },
}


Processors = Mapping[str, Processor]


@dataclass(frozen=True)
class Use:
    """A component, and whose it is, for people."""

    component: Component
    origin: str


def configuration(spec: PipelineSpec) -> str:
    """YAML for the collector: sorted, nothing in it that no flow uses."""
    limiter = memory_limiter(spec.memory_limiter)
    processors = {processor.name: processor for processor in spec.processors}
    flows = sorted(spec.flows, key=lambda flow: flow.name)
    return document(
        {
            "receivers": parts(use for flow in flows for use in receivers(flow)),
            "processors": [
                Part(limiter.id, "spec.memoryLimiter", limiter.settings),
                *parts(use for flow in flows for use in processing(flow, processors)),
            ],
            "exporters": parts(use for flow in flows for use in exporters(flow, processors)),
            "extensions": [Part(HEALTH_CHECK.id, "The probes of the pod.", HEALTH_CHECK.settings)],
            "service": [
                Part("extensions", "What is switched on.", [HEALTH_CHECK.id]),
                Part(
                    "pipelines", "One for each signal of each flow.", pipelines(flows, processors)
                ),
                Part("telemetry", "What the collector tells of itself.", TELEMETRY),
            ],
        }
    )


def listeners(spec: PipelineSpec) -> list[Listener]:
    """Every port that telemetry is taken on, each once."""
    found = {
        listener
        for flow in spec.flows
        for source in flow.sources
        for listener in source.otlp.listeners()
    }
    return sorted(found)


def receivers(flow: Flow) -> Iterator[Use]:
    for source in flow.sources:
        for receiver in source.otlp.receivers():
            yield Use(receiver, f"flow {flow.name}")


def processing(flow: Flow, processors: Processors) -> Iterator[Use]:
    for name in flow.process:
        yield Use(processors[name].component, f"processor {name}")


def exporters(flow: Flow, processors: Processors) -> Iterator[Use]:
    batched = not any(processors[name].batch for name in flow.process)
    for sink in flow.sinks:
        yield Use(sink.chosen.exporter(batched=batched), f"flow {flow.name}")


def pipelines(flows: Iterable[Flow], processors: Processors) -> Manifest:
    return {
        f"{signal}/{flow.name}": {
            "receivers": sorted(use.component.id for use in receivers(flow)),
            "processors": [
                "memory_limiter",
                *(
                    processors[name].component.id
                    for name in flow.process
                    if signal in processors[name].chosen.signals()
                ),
            ],
            "exporters": sorted(use.component.id for use in exporters(flow, processors)),
        }
        for flow in flows
        for signal in flow.signals
    }


def parts(uses: Iterable[Use]) -> list[Part]:
    """Each component once, with everybody who uses it."""
    components: dict[str, Component] = {}
    origins: defaultdict[str, list[str]] = defaultdict(list)
    for use in uses:
        components[use.component.id] = use.component
        if use.origin not in origins[use.component.id]:
            origins[use.component.id].append(use.origin)
    return [
        Part(id_, ", ".join(origins[id_]), component.settings)
        for id_, component in components.items()
    ]
