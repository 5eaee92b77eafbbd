"""The controller of HorizontalPodAutoscalers, for metrics that somebody gives.

What is measured is in `measures`, what that asks for in `metrics`, and how fast it goes in `pace`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orasi.cluster.api import ApiError, Cluster, Manifest
from orasi.cluster.memory.times import timestamp
from orasi.cluster.memory.workloads.measures import Measured, used
from orasi.cluster.memory.workloads.metrics import Found, Seen, judged
from orasi.cluster.memory.workloads.objects import (
    AUTOSCALERS,
    PODS,
    Objects,
    condition,
    conditions,
    status_number,
)
from orasi.cluster.memory.workloads.pace import History, Pace
from orasi.cluster.memory.workloads.scales import NoScale, Scale, Selector, scale
from orasi.cluster.selector import labels, predicate

ABLE, ACTIVE, LIMITED = "AbleToScale", "ScalingActive", "ScalingLimited"

Histories = dict[str, History]
"""By uid."""


def run(cluster: Cluster, now: float, measured: Measured, histories: Histories) -> bool:
    """Whether anything was written."""
    found = cluster.list(AUTOSCALERS)
    for gone in histories.keys() - {each["metadata"]["uid"] for each in found}:
        del histories[gone]
    done = [
        _Sync(cluster, now, each, histories.setdefault(each["metadata"]["uid"], History())).run(
            measured
        )
        for each in found
    ]
    return any(done)


def changes(objects: Objects, histories: Histories) -> Iterator[float]:
    """When what held one of them back no longer does."""
    for each in objects.list(AUTOSCALERS):
        if history := histories.get(each["metadata"]["uid"]):
            yield from history.changes(each["spec"])


class _Sync:
    """One look at one autoscaler."""

    def __init__(
        self, cluster: Cluster, now: float, autoscaler: Manifest, history: History
    ) -> None:
        self._cluster = cluster
        self._now = now
        self._stored = autoscaler
        self._spec = autoscaler["spec"]
        self._namespace = autoscaler["metadata"]["namespace"]
        self._history = history
        self._conditions = list(conditions(autoscaler))
        self._metrics: list[Manifest] = []

    def run(self, measured: Measured) -> bool:
        self._history.look(self._now)
        try:
            target = scale(self._cluster, self._namespace, self._spec["scaleTargetRef"])
        except NoScale as why:
            get = "the HPA controller was unable to get the target's current scale"
            self._note(ABLE, "False", "FailedGetScale", f"{get}: {why}")
            nothing = {"desiredReplicas": 0, "currentMetrics": None}
            return self._write({**nothing, **self._stored.get("status", {})})
        current = target.replicas
        self._history.begin(self._now, current)
        got = "the HPA controller was able to get the target's current scale"
        self._note(ABLE, "True", "SucceededGetScale", got)
        if current == 0:
            off = "scaling is disabled since the replica count of the target is zero"
            self._note(ACTIVE, "False", "ScalingDisabled", off)
            return self._report(0, 0)
        wanted = min(max(current, self._spec["minReplicas"]), self._spec["maxReplicas"])
        if wanted == current:
            found = self._measured(target, measured)
            if found is None:  # what was wanted before stands
                return self._report(current, status_number(self._stored, "desiredReplicas"))
            wanted = self._paced(current, found)
        if wanted != current and not self._scale(target, wanted):
            return self._report(current, status_number(self._stored, "desiredReplicas"))
        return self._report(current, wanted, is_scaled=wanted != current)

    def _measured(self, target: Scale, measured: Measured) -> int | None:
        """The pods that the most demanding metric asks for; one that is unknown may ask for all."""
        current = target.replicas
        if target.selector is None:
            why = "the HPA target's scale is missing a selector"
            self._note(ACTIVE, "False", "InvalidSelector", why)
            return None
        seen = self._seen(target, target.selector, measured)
        found = [judged(each, seen) for each in self._spec["metrics"]]
        self._metrics = [each.status for each in found]
        unknown = [each for each in found if each.replicas is None]
        most = _most(found)
        if most is None or (unknown and most[0] < current):
            why = f"the HPA was unable to compute the replica count: {unknown[0].message}"
            self._note(ACTIVE, "False", unknown[0].name, why)
            return None
        calculated = "the HPA was able to successfully calculate a replica count from"
        self._note(ACTIVE, "True", "ValidMetricFound", f"{calculated} {most[1]}")
        return most[0]

    def _seen(self, target: Scale, selector: Selector, measured: Measured) -> Seen:
        accepts = predicate(selector)
        pods = self._cluster.list(PODS, self._namespace)
        selected = [pod for pod in pods if accepts(labels(pod))]
        load = measured.load.get((self._namespace, target.name))
        usage = None if load is None else used(load, selected, measured.unmeasured)
        behavior = self._spec.get("behavior", {})
        return Seen(self._namespace, selected, usage, behavior, target.replicas, self._now)

    def _paced(self, current: int, found: int) -> int:
        self._history.find(self._now, found)
        pace = Pace(self._spec, self._history, current, self._now)
        stabilized, why = pace.stabilized(found)
        self._note(ABLE, "True", *why)
        wanted, why = pace.limited(stabilized)
        self._note(LIMITED, str(wanted != stabilized), *why)
        within = min(max(found, self._spec["minReplicas"]), self._spec["maxReplicas"])
        self._history.is_held = wanted != within
        return wanted

    def _scale(self, target: Scale, wanted: int) -> bool:
        """Whether the target takes it."""
        try:
            target.write(self._cluster, wanted)
        except ApiError as error:
            why = f"the HPA controller was unable to update the target scale: {error}"
            self._note(ABLE, "False", "FailedUpdateScale", why)
            return False
        message = f"the HPA controller was able to update the target scale to {wanted}"
        self._note(ABLE, "True", "SucceededRescale", message)
        if "behavior" in self._spec:
            self._history.done.append((self._now, wanted - target.replicas))
        return True

    def _note(self, name: str, status: str, reason: str, message: str) -> None:
        """Where it was, if it is known; a flip of its status is a transition."""
        known = condition(tuple(self._conditions), name)
        since = timestamp(self._now)
        if known and known["status"] == status:
            since = known["lastTransitionTime"]
        told = {
            "type": name,
            "status": status,
            "lastTransitionTime": since,
            "reason": reason,
            "message": message,
        }
        if known:
            self._conditions[self._conditions.index(known)] = told
        else:
            self._conditions.append(told)

    def _report(self, current: int, wanted: int, *, is_scaled: bool = False) -> bool:
        before = self._stored.get("status", {})
        status: dict[str, Any] = {}
        if is_scaled or "lastScaleTime" in before:
            status["lastScaleTime"] = timestamp(self._now) if is_scaled else before["lastScaleTime"]
        if current:
            status["currentReplicas"] = current
        # Go writes null for a list that is not there.
        return self._write(
            {**status, "desiredReplicas": wanted, "currentMetrics": self._metrics or None}
        )

    def _write(self, status: Mapping[str, Any]) -> bool:
        found = {**status, "conditions": self._conditions}
        if found == self._stored.get("status", {}):
            return False
        self._cluster.update_status(AUTOSCALERS, {**self._stored, "status": found})
        return True


def _most(found: Iterable[Found]) -> tuple[int, str] | None:
    """The largest number of pods and what asks for it; None if nothing does."""
    most = None
    for each in found:
        if each.replicas is not None and (not most or not most[0] or each.replicas > most[0]):
            most = each.replicas, each.name
    return most
