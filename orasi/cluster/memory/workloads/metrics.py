"""The metrics of an autoscaler: which number of pods each of them asks for, or why none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from orasi.cluster.api import Manifest
from orasi.cluster.memory.workloads.measures import Usage
from orasi.cluster.memory.workloads.utilization import Measure, Proposal, Uncountable, proposal

NOT_SERVED = "the server could not find the requested resource (get {0}.metrics.k8s.io)"
NO_CUSTOM = (
    "unable to fetch metrics from custom metrics API: no custom metrics API "
    "(custom.metrics.k8s.io) registered"
)
NO_EXTERNAL = f"unable to fetch metrics from external metrics API: {NOT_SERVED}"
UNKNOWN: Manifest = {"type": ""}
"""The status of a metric that asks for nothing."""


@dataclass(frozen=True)
class Found:
    """What one metric asks for: *replicas* None is why not, and *name* the reason."""

    name: str
    replicas: int | None
    status: Manifest
    message: str = ""


@dataclass(frozen=True)
class Seen:
    """What there is to judge by: the pods of a target, and what they use."""

    namespace: str
    pods: Sequence[Manifest]
    usage: Mapping[str, Usage] | None  # None: nothing measures pods here
    behavior: Manifest
    current: int
    now: float


def judged(metric: Manifest, seen: Seen) -> Found:
    kind = metric["type"]
    if kind in ELSEWHERE:
        return Found(f"FailedGet{kind}Metric", None, UNKNOWN, ELSEWHERE[kind](metric, seen))
    field = kind[0].lower() + kind[1:]
    source = metric[field]
    measure = Measure(source["name"], source.get("container", ""), source["target"])
    try:
        proposed = _proposed(measure, seen)
    except Uncountable as why:
        what = "utilization" if measure.is_share else "usage"
        message = f"failed to get {measure.resource} {what}: {why}"
        return Found(f"FailedGet{kind}Metric", None, UNKNOWN, message)
    described = {name: source[name] for name in ("name", "container") if name in source}
    status = {"type": kind, field: {**described, "current": proposed.current}}
    return Found(_named(measure), proposed.replicas, status)


def _proposed(measure: Measure, seen: Seen) -> Proposal:
    if not seen.usage:
        empty = "no metrics returned from resource metrics API"
        missing = f"unable to fetch metrics from resource metrics API: {NOT_SERVED.format('pods')}"
        why = missing if seen.usage is None else empty
        raise Uncountable(f"unable to get metrics for resource {measure.resource}: {why}")
    return proposal(
        measure, seen.pods, seen.usage, seen.behavior, current=seen.current, now=seen.now
    )


def _named(measure: Measure) -> str:
    if not measure.is_share:
        return f"{measure.resource} resource"
    where = "container resource" if measure.container else "resource"
    return f"{measure.resource} {where} utilization (percentage of request)"


def _pods(metric: Manifest, _: Seen) -> str:
    return f"unable to get metric {metric['pods']['metric']['name']}: {NO_CUSTOM}"


def _object(metric: Manifest, seen: Seen) -> str:
    source = metric["object"]
    described = source["describedObject"]
    place = f"{described['kind']} on {seen.namespace} {described['name']}"
    return f"unable to get metric {source['metric']['name']}: {place}/{NO_CUSTOM}"


def _external(metric: Manifest, seen: Seen) -> str:
    wanted = metric["external"]["metric"]
    name = wanted["name"]
    place = f"{seen.namespace}/{name}/{_go_selector(wanted.get('selector'))}"
    served = NO_EXTERNAL.format(f"{name}.external")
    return f"unable to get external metric {place}: {served}"


def _go_selector(selector: Manifest | None) -> str:
    """As Go prints it."""
    if selector is None:
        return "nil"
    labels = selector.get("matchLabels", {})
    return (
        "&LabelSelector{MatchLabels:map[string]string{"
        + "".join(f"{key}: {labels[key]}," for key in sorted(labels))
        + "},MatchExpressions:[]LabelSelectorRequirement{},}"
    )


ELSEWHERE: Mapping[str, Callable[[Manifest, Seen], str]] = {
    "Pods": _pods,
    "Object": _object,
    "External": _external,
}
"""What no cluster serves by itself, and this one never."""
