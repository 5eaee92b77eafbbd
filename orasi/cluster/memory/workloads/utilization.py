"""How many pods an autoscaler finds right by what they use of a resource. Pure arithmetic."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from hooks.quantity import canonical, parse
from orasi.cluster.api import Manifest
from orasi.cluster.memory.times import seconds
from orasi.cluster.memory.workloads.measures import Usage, requests, thousandths
from orasi.cluster.memory.workloads.objects import condition, conditions, is_doomed, phase

TOLERANCE = "0.1"
YOUNG_SECONDS = 300.0
"""So long a pod that is not ready is taken to start."""
START_SECONDS = 30.0
"""A pod that was never ready later than this never started."""

Amounts = Mapping[str, int]
"""In thousandths, by the name of the pod."""


class Uncountable(Exception):
    """`str()` is what the controller says."""


@dataclass(frozen=True)
class Measure:
    """What is asked of pods: so much of a resource, in all of a pod or one container."""

    resource: str
    container: str
    target: Manifest

    @property
    def is_share(self) -> bool:
        return "averageValue" not in self.target


@dataclass(frozen=True)
class Proposal:
    """A number of pods, and the `current` of the metric's status."""

    replicas: int
    current: Manifest


def proposal(
    measure: Measure,
    pods: Sequence[Manifest],
    usage: Mapping[str, Usage],
    behavior: Manifest,
    *,
    current: int,
    now: float,
) -> Proposal:
    """Raises Uncountable."""
    amounts = dict(_amounts(measure, usage))
    groups = _groups(measure, pods, amounts, now)
    if not groups.used:
        raise Uncountable("did not receive metrics for targeted pods (pods might be unready)")
    scale = _Share.of(measure, pods) if measure.is_share else _Value.of(measure)
    replicas = _replicas(scale, groups, behavior, current)
    average = _text(measure.resource, sum(groups.used.values()) // len(groups.used))
    share = {"averageUtilization": scale.average(groups.used)} if measure.is_share else {}
    return Proposal(replicas, {"averageValue": average, **share})


def _amounts(measure: Measure, usage: Mapping[str, Usage]) -> Iterator[tuple[str, int]]:
    """A pod of which anything is not known is not measured."""
    for pod, containers in usage.items():
        chosen = [
            found
            for name, found in containers.items()
            if not measure.container or name == measure.container
        ]
        if chosen and all(measure.resource in found for found in chosen):
            yield pod, sum(found[measure.resource] for found in chosen)


@dataclass(frozen=True)
class _Groups:
    used: Amounts
    unready: Sequence[str]
    missing: Sequence[str]


def _groups(measure: Measure, pods: Sequence[Manifest], amounts: Amounts, now: float) -> _Groups:
    used, unready, missing = dict[str, int](), list[str](), list[str]()
    for pod in pods:
        name = pod["metadata"]["name"]
        if is_doomed(pod) or phase(pod) == "Failed":
            continue
        if phase(pod) == "Pending":
            unready.append(name)
        elif name not in amounts:
            missing.append(name)
        elif measure.resource == "cpu" and _is_starting(pod, now):
            unready.append(name)
        else:
            used[name] = amounts[name]
    return _Groups(used, unready, missing)


def _is_starting(pod: Manifest, now: float) -> bool:
    """What such a one uses says nothing. Of a pod that has been ready it does."""
    ready, start = condition(conditions(pod), "Ready"), pod["status"].get("startTime")
    if ready is None or start is None:
        return True
    if ready["status"] != "False":
        return False
    since, first = seconds(ready["lastTransitionTime"]), seconds(start)
    return first + YOUNG_SECONDS > now or first + START_SECONDS > since


class _Scale(Protocol):
    """What is used, against what is wanted."""

    def average(self, used: Amounts) -> int: ...

    def ratio(self, used: Amounts) -> float: ...

    def full(self, pod: str) -> int:
        """What a pod that is not measured may use, so that none goes for want of a measure."""


@dataclass(frozen=True)
class _Share:
    wanted: int
    requested: Amounts

    @classmethod
    def of(cls, measure: Measure, pods: Sequence[Manifest]) -> "_Share":
        requested = {pod["metadata"]["name"]: _requested(measure, pod) for pod in pods}
        return cls(measure.target["averageUtilization"], requested)

    def average(self, used: Amounts) -> int:
        total = sum(self.requested[pod] for pod in used)
        if not total:
            raise Uncountable("no metrics returned matched known pods")
        return sum(used.values()) * 100 // total

    def ratio(self, used: Amounts) -> float:
        return self.average(used) / self.wanted

    def full(self, pod: str) -> int:
        return self.requested[pod] * max(100, self.wanted) // 100


@dataclass(frozen=True)
class _Value:
    wanted: int

    @classmethod
    def of(cls, measure: Measure) -> "_Value":
        return cls(thousandths(measure.target["averageValue"]))

    def average(self, used: Amounts) -> int:
        return sum(used.values()) // len(used)

    def ratio(self, used: Amounts) -> float:
        return self.average(used) / self.wanted

    def full(self, _pod: str) -> int:
        return self.wanted


def _requested(measure: Measure, pod: Manifest) -> int:
    name, spec, total = pod["metadata"]["name"], pod["spec"], 0
    first = spec.get("initContainers", ())
    stays = [each for each in first if each.get("restartPolicy") == "Always"]
    containers = [
        each
        for each in (*spec["containers"], *stays)
        if not measure.container or each["name"] == measure.container
    ]
    for each in containers:
        found = requests(each).get(measure.resource)
        if found is None:
            where = f"in container {each['name']} of Pod {name}"
            raise Uncountable(f"missing request for {measure.resource} {where}")
        total += thousandths(found)
    if not containers:
        raise Uncountable(f"container {measure.container} not found in Pod {name}")
    return total


def _replicas(scale: _Scale, groups: _Groups, behavior: Manifest, current: int) -> int:
    """What is not known never turns growing into shrinking, nor the other way."""
    used, ratio = dict(groups.used), scale.ratio(groups.used)
    starting = groups.unready if ratio > 1 else ()
    if not starting and not groups.missing:
        return current if _is_near(ratio, behavior) else math.ceil(ratio * len(used))
    if ratio != 1:
        used |= {pod: scale.full(pod) if ratio < 1 else 0 for pod in groups.missing}
    used |= dict.fromkeys(starting, 0)
    again = scale.ratio(used)
    if _is_near(again, behavior) or (ratio < 1 < again) or (again < 1 < ratio):
        return current
    found = math.ceil(again * len(used))
    return current if (again < 1 and found > current) or (again > 1 and found < current) else found


def _is_near(ratio: float, behavior: Manifest) -> bool:
    down, up = (
        float(parse(behavior.get(name, {}).get("tolerance", TOLERANCE)))
        for name in ("scaleDown", "scaleUp")
    )
    return 1.0 - down <= ratio <= 1.0 + up


def _text(resource: str, amount: int) -> str:
    """Memory is counted in powers of two."""
    if resource == "memory":
        return canonical(f"{Decimal(amount) / 1024_000:f}Ki")
    return canonical(f"{amount}m")
