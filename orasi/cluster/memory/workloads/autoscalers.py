"""The controller of HorizontalPodAutoscalers, for metrics that somebody gives.

Nothing runs here, so nothing is measured: `Memory.load` says what the pods of a workload use.
Scaling is not delayed: there is no window of stabilization, and `behavior` is not read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from orasi.cluster.api import Cluster, Manifest
from orasi.cluster.memory.times import timestamp
from orasi.cluster.memory.workloads.objects import (
    AUTOSCALERS,
    DEPLOYMENTS,
    REPLICA_SETS,
    STATEFUL_SETS,
    condition,
    conditions,
    replicas,
    status_number,
)

Load = Mapping[tuple[str, str], Mapping[str, int]]
"""By namespace and name of a workload, and resource: percent of one pod's request, of all pods."""

TARGETS = {each.kind: each for each in (DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS)}
TOLERANCE = 0.1
ABLE, ACTIVE, LIMITED = "AbleToScale", "ScalingActive", "ScalingLimited"
NO_METRICS = (
    "the HPA was unable to compute the replica count: failed to get {0} utilization: unable to get "
    "metrics for resource {0}: unable to fetch metrics from resource metrics API: the server could "
    "not find the requested resource (get pods.metrics.k8s.io)"
)


def run(cluster: Cluster, now: float, load: Load) -> bool:
    """Whether anything was written."""
    done = [_Sync(cluster, now, each, load).run() for each in cluster.list(AUTOSCALERS)]
    return any(done)


class _Sync:
    """One look at one autoscaler."""

    def __init__(self, cluster: Cluster, now: float, autoscaler: Manifest, load: Load) -> None:
        metadata = autoscaler["metadata"]
        self._cluster = cluster
        self._now = now
        self._stored = autoscaler
        self._spec = autoscaler["spec"]
        self._conditions = list(conditions(autoscaler))
        reference = self._spec.get("scaleTargetRef", {})
        self._place = metadata["namespace"], reference.get("name", "")
        self._resource = TARGETS.get(reference.get("kind", ""))
        self._load = load.get(self._place, {})
        self._metrics: list[Manifest] = []

    def run(self) -> bool:
        target = self._target()
        if target is None:
            return self._write({})
        current = replicas(target)
        self._note(
            ABLE,
            "True",
            "SucceededGetScale",
            "the HPA controller was able to get the target's current scale",
        )
        least, most = self._spec["minReplicas"], self._spec["maxReplicas"]
        if current == 0:
            why = "scaling is disabled since the replica count of the target is zero"
            self._note(ACTIVE, "False", "ScalingDisabled", why)
            return self._write(self._numbers(0, 0))
        wanted = min(max(current, least), most)
        if wanted == current:
            measured = self._measured(target, current)
            if measured is None:  # what was wanted before stands
                before = status_number(self._stored, "desiredReplicas")
                return self._write(self._numbers(current, before))
            wanted = self._limited(current, measured)
        if wanted == current:
            return self._write(self._numbers(current, current))
        self._scale(target, wanted)
        return self._write(
            {**self._numbers(current, wanted), "lastScaleTime": timestamp(self._now)}
        )

    def _target(self) -> Manifest | None:
        namespace, name = self._place
        found = self._cluster.list(self._resource, namespace) if self._resource else ()
        target = next((each for each in found if each["metadata"]["name"] == name), None)
        if target is None:
            scales = f"{self._resource.plural}.apps" if self._resource else "targets"
            why = f'{scales} "{name}" not found'
            message = f"the HPA controller was unable to get the target's current scale: {why}"
            self._note(ABLE, "False", "FailedGetScale", message)
        return target

    def _measured(self, target: Manifest, current: int) -> int | None:
        """The pods that the load asks for: as many as the most demanding metric."""
        wanted = {
            each["resource"]["name"]: each["resource"]["target"]["averageUtilization"]
            for each in self._spec.get("metrics", ())
        }
        unknown = [name for name in wanted if name not in self._load]
        ready = status_number(target, "readyReplicas")
        if unknown or not ready:
            first = unknown[0] if unknown else next(iter(wanted))
            self._metrics = [{"type": ""} for _ in wanted]
            self._note(ACTIVE, "False", "FailedGetResourceMetric", NO_METRICS.format(first))
            return None
        proposals = dict(self._proposals(wanted, current, ready))
        name = max(proposals, key=lambda each: proposals[each])
        found = f"{name} resource utilization (percentage of request)"
        message = f"the HPA was able to successfully calculate a replica count from {found}"
        self._note(ACTIVE, "True", "ValidMetricFound", message)
        return proposals[name]

    def _proposals(
        self, wanted: Mapping[str, int], current: int, ready: int
    ) -> Iterator[tuple[str, int]]:
        for name, percentage in wanted.items():
            total = self._load[name]
            used = total // ready  # in whole percent, and nothing after it is more exact
            seen = {"averageUtilization": used}
            self._metrics.append({"type": "Resource", "resource": {"name": name, "current": seen}})
            near = abs(used / percentage - 1) <= TOLERANCE
            yield name, current if near else -(-used * ready // percentage)

    def _limited(self, current: int, measured: int) -> int:
        why = "recommended size matches current size"
        self._note(ABLE, "True", "ReadyForNewScale", why)
        least, most = self._spec["minReplicas"], self._spec["maxReplicas"]
        fastest = max(2 * current, 4)
        if measured > min(most, fastest):
            reason, verb = ("TooManyReplicas", "more than the maximum replica count")
            if fastest < most:
                reason, verb = "ScaleUpLimit", "increasing faster than the maximum scale rate"
            self._note(LIMITED, "True", reason, f"the desired replica count is {verb}")
            return int(min(most, fastest))
        if measured < least:
            less = "the desired replica count is less than the minimum replica count"
            self._note(LIMITED, "True", "TooFewReplicas", less)
            return int(least)
        within = "the desired count is within the acceptable range"
        self._note(LIMITED, "False", "DesiredWithinRange", within)
        return measured

    def _scale(self, target: Manifest, wanted: int) -> None:
        """What the scale subresource lets it write, and nothing else."""
        scaled = {**target, "spec": {**target["spec"], "replicas": wanted}}
        self._cluster.update(TARGETS[target["kind"]], scaled)
        message = f"the HPA controller was able to update the target scale to {wanted}"
        self._note(ABLE, "True", "SucceededRescale", message)

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

    def _numbers(self, current: int, wanted: int) -> dict[str, Any]:
        return {"desiredReplicas": wanted, **({"currentReplicas": current} if current else {})}

    def _write(self, fields: dict[str, Any]) -> bool:
        before = self._stored.get("status", {})
        kept = {
            name: before[name] for name in ("lastScaleTime", "desiredReplicas") if name in before
        }
        # Go writes null for a list that is not there.
        metrics = self._metrics or None
        status = {**kept, **fields, "conditions": self._conditions, "currentMetrics": metrics}
        if status == before:
            return False
        self._cluster.update_status(AUTOSCALERS, {**self._stored, "status": status})
        return True
