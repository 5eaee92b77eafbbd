"""The collector's configuration that a Pipeline asks for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hooks.collector import node
from hooks.collector.component import Component
from hooks.collector.memory import LIMITER, memory_limiter
from hooks.collector.persistence import STORAGE, persistent, queue_size
from hooks.collector.ports import HEALTH_PORT, METRICS_PORT
from hooks.collector.processor import Processor
from hooks.collector.text import Part, document
from hooks.contract import Manifest
from hooks.kinds.pipeline.extra_config import overlaid
from hooks.kinds.pipeline.flows import End, ResolvedFlow
from hooks.kinds.pipeline.model import PipelineSpec

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


def configuration(spec: PipelineSpec, flows: Iterable[ResolvedFlow]) -> str:
    """YAML for the collector: sorted, and nothing of ours in it that no flow uses."""
    found = sections(spec, flows)
    return document(overlaid(found, spec.extra_config) if spec.extra_config else found)


def sections(spec: PipelineSpec, flows: Iterable[ResolvedFlow]) -> Mapping[str, list[Part]]:
    """Without what is laid over it."""
    limiter = memory_limiter(spec.memory_limiter)
    processors = {processor.name: processor for processor in spec.processors}
    flows = sorted(flows, key=lambda each: each.flow.name)
    extensions = {use.component.id for use in uses_of_extensions(spec, flows)}
    return {
        "receivers": parts(use for each in flows for use in uses(each, each.inlets)),
        "processors": [
            Part(limiter.id, "spec.memoryLimiter", limiter.settings),
            *parts(use for each in flows for use in processing(each, processors)),
        ],
        "exporters": parts(exporters(spec, flows)),
        "extensions": [
            Part(HEALTH_CHECK.id, "The probes of the pod.", HEALTH_CHECK.settings),
            *parts(uses_of_extensions(spec, flows)),
        ],
        "service": [
            Part("extensions", "What is switched on.", sorted([HEALTH_CHECK.id, *extensions])),
            Part("pipelines", "One for each signal of each flow.", pipelines(flows, processors)),
            Part("telemetry", "What the collector tells of itself.", TELEMETRY),
        ],
    }


def uses(resolved: ResolvedFlow, ends: Iterable[End]) -> Iterator[Use]:
    for end in ends:
        yield Use(end.rendered.component, f"flow {resolved.flow.name}")


def exporters(spec: PipelineSpec, flows: Sequence[ResolvedFlow]) -> Iterator[Use]:
    on_disk, number = spec.persistence, queues(flows)
    for each in flows:
        for use in uses(each, each.outlets):
            if on_disk and number:
                size = queue_size(str(on_disk.size), number)
                yield replace(use, component=persistent(use.component, size))
            else:
                yield use


def queues(flows: Iterable[ResolvedFlow]) -> int:
    """How many can be on disk: an exporter has one for each signal that it gets."""
    return len(
        {
            (end.rendered.component.id, signal)
            for each in flows
            for end in each.outlets
            for signal in each.flow.signals
            if end.rendered.component.queued
        }
    )


def uses_of_extensions(spec: PipelineSpec, flows: Iterable[ResolvedFlow]) -> Iterator[Use]:
    if spec.persistence:
        yield Use(STORAGE, "spec.persistence")
    for each in flows:
        for rendered in each.rendered:
            for extension in rendered.extensions:
                yield Use(extension, f"flow {each.flow.name}")


def processing(resolved: ResolvedFlow, processors: Processors) -> Iterator[Use]:
    if resolved.folders:
        yield Use(node.RESOURCE, f"flow {resolved.flow.name} reads from nodes")
    for name in resolved.flow.process:
        yield Use(processors[name].component, f"processor {name}")


def pipelines(flows: Iterable[ResolvedFlow], processors: Processors) -> Manifest:
    return {
        f"{signal}/{each.flow.name}": {
            "receivers": sorted(use.component.id for use in uses(each, each.inlets)),
            "processors": [
                LIMITER,
                *([node.RESOURCE.id] if each.folders else []),
                *(
                    processors[name].component.id
                    for name in each.flow.process
                    if signal in processors[name].chosen.signals()
                ),
            ],
            "exporters": sorted(use.component.id for use in uses(each, each.outlets)),
        }
        for each in flows
        for signal in each.flow.signals
    }


def parts(uses: Iterable[Use]) -> list[Part]:
    """Each component once, with everybody who uses it."""
    components: dict[str, Component] = {}
    origins: defaultdict[str, list[str]] = defaultdict(list)
    for use in uses:
        # Two of one name would silently be one, and telemetry would go where nobody sent it.
        if components.setdefault(use.component.id, use.component) != use.component:
            raise ValueError(f"two components that differ are called {use.component.id}")
        if use.origin not in origins[use.component.id]:
            origins[use.component.id].append(use.origin)
    return [
        Part(id_, ", ".join(origins[id_]), component.settings)
        for id_, component in components.items()
    ]
