"""What only one pod of a Pipeline may run: more would count twice, or see parts of a whole."""

from collections.abc import Iterator
from dataclasses import dataclass

from hooks.contract import Manifest
from hooks.kinds.pipeline.draft import Draft
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.resolution import Resolution
from hooks.model import excerpt

ELSEWHERE = "{} in another Pipeline, of one replica, which this one sends to (to: {{pipeline}})"


@dataclass(frozen=True)
class Single:
    harm: str  # what each of several pods would do
    instead: str = ""  # of running one pod


def single(spec: PipelineSpec, resolution: Resolution) -> Single | None:
    """The first thing that only one pod may run, if there is one."""
    return next(singles(spec, resolution), None)


def singles(spec: PipelineSpec, resolution: Resolution) -> Iterator[Single]:
    for each in resolution.flows:
        for end in each.inlets:
            if end.rendered.single:
                yield scraping(end.path)
    processors = {processor.name: processor.chosen for processor in spec.processors}
    for at, flow in enumerate(spec.flows):
        for number, name in enumerate(flow.process):
            if name in processors and processors[name].whole_traces and "traces" in flow.signals:
                path = f"spec.flows[{at}].process[{number}]"
                yield sampling(f"{processors[name].field} of processor {name} ({path})")
    yield from added(spec.extra_config or {})


def added(extra: Manifest) -> Iterator[Single]:
    """Of what is laid over the configuration."""
    for section, type_, made in (
        ("receivers", "prometheus", scraping),
        ("processors", "tail_sampling", sampling),
        ("processors", "groupbytrace", grouping),
    ):
        found = extra.get(section)
        for name in sorted(found) if isinstance(found, dict) else ():
            if name.partition("/")[0] == type_:
                yield made(f"{section[:-1]} {excerpt(name)} of spec.extraConfig")


def scraping(what: str) -> Single:
    return Single(
        f"scrape the targets of {what}, so that every sample would count as often as there are pods"
    )


def sampling(what: str) -> Single:
    return Single(
        f"see only some of the spans of a trace, and {what} would decide wrongly",
        ELSEWHERE.format("sample"),
    )


def grouping(what: str) -> Single:
    return Single(
        f"see only some of the spans of a trace, and {what} would group parts",
        ELSEWHERE.format("group"),
    )


def too_many_replicas(draft: Draft) -> Iterator[str]:
    """TooManyReplicas: more pods than one would see the same, or each a part of a whole."""
    spec, found = draft.spec, single(draft.spec, draft.resolution)
    if found is None:
        return
    instead = f", or {found.instead}" if found.instead else ""
    if spec.mode == "DaemonSet":
        elsewhere = found.instead or "have that in another Pipeline, of one replica"
        yield f"spec.mode: each pod of a DaemonSet would {found.harm}; {elsewhere}"
    elif spec.autoscaling:
        yield f"spec.autoscaling: each pod would {found.harm}; use replicas: 1{instead}"
    elif spec.replicas > 1:
        yield (
            f"spec.replicas: {spec.replicas} pods would each {found.harm}; 1 or 0 is allowed"
            f"{instead}"
        )
