"""What keeps a configuration from being sound, beyond what a schema can say: each by its reason.

In this order; the first that fails is reported.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hooks.collector.ports import HEALTH_PORT, METRICS_PORT, MOST_LISTENERS
from hooks.conditions import Condition
from hooks.contract import Parent, SyncRequest, encoded_size
from hooks.frozen import BUT_PODS
from hooks.kinds.pipeline.children import Plan, config_map, plan
from hooks.kinds.pipeline.configuration import listeners
from hooks.kinds.pipeline.model import Flow, PipelineSpec
from hooks.platform import InvalidPlatform, platform
from hooks.resources import mistakes

# As for every child: Metacontroller notes the whole of it down in an annotation.
LARGEST = 200 * 1024

OWN_PORTS = {
    METRICS_PORT: "the collector's own metrics",
    HEALTH_PORT: "the collector's probes",
}


def listening_twice(spec: PipelineSpec) -> Iterator[str]:
    """PortConflict: one port, two protocols. The same listener in two flows is shared."""
    taken = {port: ("", user) for port, user in OWN_PORTS.items()}
    for at, flow in enumerate(spec.flows):
        for number, source in enumerate(flow.sources):
            for listener in source.otlp.listeners():
                place = f"otlp.{listener.protocol}"
                mine = place, f"{place} of flow {flow.name}"
                protocol, user = taken.setdefault(listener.port, mine)
                if protocol != place:
                    yield (
                        f"spec.flows[{at}].from[{number}].{place}.port: {listener.port} is taken "
                        f"by {user}"
                    )


def too_many_listeners(spec: PipelineSpec) -> Iterator[str]:
    """TooManyListeners: the status has no room for more."""
    found = len(listeners(spec))
    if found > MOST_LISTENERS:
        yield f"spec.flows listen on {found} ports, of which {MOST_LISTENERS} are allowed"


def unknown_processors(spec: PipelineSpec) -> Iterator[str]:
    """UnknownProcessor: a flow names what is not there."""
    names = [processor.name for processor in spec.processors]
    for at, flow in enumerate(spec.flows):
        for number, name in enumerate(flow.process):
            if name not in names:
                known = ", ".join(names) or "none"
                yield (
                    f"spec.flows[{at}].process[{number}]: {name} is not in spec.processors "
                    f"({known})"
                )


def useless_filters(spec: PipelineSpec) -> Iterator[str]:
    """UselessProcessor: a filter without a condition for anything that flows."""
    processors = {processor.name: processor for processor in spec.processors}
    for at, flow in enumerate(spec.flows):
        for number, name in enumerate(flow.process):
            signals = processors[name].chosen.signals()
            if not signals & set(flow.signals):
                yield (
                    f"spec.flows[{at}].process[{number}]: {name} has conditions for "
                    f"{', '.join(sorted(signals))} only, and flow {flow.name} is of "
                    f"{', '.join(flow.signals)}"
                )


def duplicates(spec: PipelineSpec) -> Iterator[str]:
    """Duplicate: twice the same source or sink in a flow, which would count everything twice."""
    for at, flow in enumerate(spec.flows):
        yield from (f"spec.flows[{at}].{each}" for each in repeated(flow))


def repeated(flow: Flow) -> Iterator[str]:
    listening: dict[str, int] = {}
    for number, source in enumerate(flow.sources):
        for listener in source.otlp.listeners():
            first = listening.setdefault(listener.name, number)
            if first != number:
                yield f"from[{number}] listens on port {listener.port}, as from[{first}] does"
    sending: dict[str, int] = {}
    for number, sink in enumerate(flow.sinks):
        first = sending.setdefault(sink.chosen.exporter(batched=True).id, number)
        if first != number:
            yield f"to[{number}] is the same as to[{first}]"


def wrong_sinks(spec: PipelineSpec) -> Iterator[str]:
    """InvalidEndpoint: nothing can ever be sent there."""
    for at, flow in enumerate(spec.flows):
        for number, sink in enumerate(flow.sinks):
            mistake = sink.chosen.mistake()
            if mistake:
                yield f"spec.flows[{at}].to[{number}].{mistake}"


def wrong_resources(spec: PipelineSpec) -> Iterator[str]:
    """InvalidResources: amounts that do not fit together."""
    return mistakes(spec.resources, "spec.resources")


CHECKS: tuple[tuple[str, Callable[[PipelineSpec], Iterator[str]]], ...] = (
    ("InvalidResources", wrong_resources),
    ("PortConflict", listening_twice),
    ("TooManyListeners", too_many_listeners),
    ("InvalidEndpoint", wrong_sinks),
    ("Duplicate", duplicates),
    ("UnknownProcessor", unknown_processors),
    ("UselessProcessor", useless_filters),
)


@dataclass(frozen=True)
class Refused(Exception):
    """The spec asks for what cannot be: why, in a word and in a sentence."""

    reason: str
    message: str

    def condition(self, type_: str) -> Condition:
        return Condition(type_, "False", self.reason, f"{self.message} {BUT_PODS}")


def sending_to_itself(parent: Parent[PipelineSpec]) -> str | None:
    """Loop: what arrives would be sent to this very Pipeline, for ever."""
    names = [f"{parent.name}-pipeline{suffix}" for suffix in ("", "-headless")]
    domains = ["", f".{parent.namespace}", f".{parent.namespace}.svc"]
    domains += [f"{domains[-1]}.cluster.local"]
    own = {
        f"{name}{domain}:{listener.port}"
        for name in names
        for domain in domains
        for listener in listeners(parent.spec)
    }
    for at, flow in enumerate(parent.spec.flows):
        for number, sink in enumerate(flow.sinks):
            if sink.otlp and sink.otlp.endpoint in own:
                return f"spec.flows[{at}].to[{number}].otlp.endpoint is this very Pipeline"
    return None


def checked(request: SyncRequest[PipelineSpec]) -> Plan:
    """What the children are made from. Raises Refused."""
    parent = request.parent
    try:
        settings = platform(request)
    except InvalidPlatform as error:
        raise Refused("InvalidPlatformSettings", str(error)) from None
    for reason, check in CHECKS:
        found = next(check(parent.spec), None)
        if found:
            raise Refused(reason, f"{found}.")
    loop = sending_to_itself(parent)
    if loop:
        raise Refused("Loop", f"{loop}.")
    made = plan(parent, settings)
    size = encoded_size(config_map(made))
    if size > LARGEST:
        raise Refused(
            "ConfigurationTooLarge",
            f"The configuration makes a ConfigMap of {size} bytes, encoded as JSON; {LARGEST} are "
            "allowed.",
        )
    return made
