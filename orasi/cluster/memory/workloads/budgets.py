"""The PodDisruptionBudget controller: how many pods may be evicted now. Nobody evicts any here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

from orasi.cluster.api import ApiError, Cluster, Manifest
from orasi.cluster.memory.times import timestamp
from orasi.cluster.memory.workloads.objects import (
    BUDGETS,
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    condition,
    conditions,
    controller_of,
    is_doomed,
    is_ready,
    replicas,
)
from orasi.cluster.memory.workloads.owners import Owner, each_synced
from orasi.cluster.memory.workloads.rolling import rounded_up
from orasi.cluster.selector import labels, predicate

SCALABLE = {each.kind: each for each in (DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS)}
VERDICT = "DisruptionAllowed"

Labelled = Mapping[tuple[str, str, str], Sequence[Manifest]]
"""Pods by namespace and each of their labels; all of a namespace by a label without a name."""


class _NotScalable(Exception):
    """How many pods there should be cannot be asked. `str()` is what the real controller says."""


def run(cluster: Cluster, now: float) -> bool:
    """Whether anything was written."""
    pods = cluster.list(PODS) if cluster.list(BUDGETS) else ()
    sync = partial(_sync, labelled=_by_label(pods))
    return each_synced(cluster, now, BUDGETS, (), sync)


def _by_label(pods: Sequence[Manifest]) -> Labelled:
    found: dict[tuple[str, str, str], list[Manifest]] = defaultdict(list)
    for pod in pods:
        for key, text in {**labels(pod), "": ""}.items():
            found[pod["metadata"]["namespace"], key, text].append(pod)
    return found


def _sync(owner: Owner, labelled: Labelled) -> None:
    budget = owner.manifest
    try:
        status = _counted(owner.cluster, budget, _selected(budget, labelled))
    except _NotScalable as error:
        status = {**budget["status"], "disruptionsAllowed": 0}
        verdict = ("False", "SyncFailed", str(error))
    else:
        some = status["disruptionsAllowed"] > 0
        verdict = ("True", "SufficientPods", "") if some else ("False", "InsufficientPods", "")
    seen = {name: status[name] for name in ("observedGeneration",) if name in status}
    told = [{**_told(budget, verdict, owner.now), **seen}]
    owner.report({**budget, "status": {**status, "conditions": told}})


def _told(budget: Manifest, verdict: tuple[str, str, str], now: float) -> Manifest:
    """A flip of its status is a transition."""
    status, reason, message = verdict
    known = condition(conditions(budget), VERDICT)
    same = known is not None and known["status"] == status
    since = known["lastTransitionTime"] if known and same else timestamp(now)
    named = {"type": VERDICT, "status": status, "reason": reason, "message": message}
    return {**named, "lastTransitionTime": since}


def _counted(cluster: Cluster, budget: Manifest, pods: Sequence[Manifest]) -> Manifest:
    """The status without its conditions. Raises _NotScalable."""
    spec = budget["spec"]
    healthy = sum(is_ready(pod) and not is_doomed(pod) for pod in pods)
    if "maxUnavailable" in spec:
        expected = _scale(cluster, pods)
        needed = max(0, expected - rounded_up(spec["maxUnavailable"], expected))
    elif isinstance(spec.get("minAvailable"), str):
        expected = _scale(cluster, pods)
        needed = rounded_up(spec["minAvailable"], expected)
    else:
        expected = len(pods) if "minAvailable" in spec else 0
        needed = spec.get("minAvailable", 0)
    return {
        "observedGeneration": budget["metadata"]["generation"],
        "disruptionsAllowed": max(0, healthy - needed) if expected else 0,
        "currentHealthy": healthy,
        "desiredHealthy": needed,
        "expectedPods": expected,
    }


def _selected(budget: Manifest, labelled: Labelled) -> Sequence[Manifest]:
    selector, namespace = budget["spec"].get("selector"), budget["metadata"]["namespace"]
    if selector is None:  # that is nobody, and {} is everybody
        return ()
    wanted = selector.get("matchLabels") or {"": ""}
    found = (labelled.get((namespace, key, text), ()) for key, text in wanted.items())
    selects = predicate(selector)
    return [pod for pod in min(found, key=len) if selects(labels(pod))]


def _scale(cluster: Cluster, pods: Sequence[Manifest]) -> int:
    """How many pods the controllers of *pods* are to have. Those without one do not count."""
    sizes: dict[str, int] = {}
    for pod in pods:
        reference = controller_of(pod)
        if reference is None or reference["uid"] in sizes:
            continue
        workload = _found(cluster, pod, reference)
        above = controller_of(workload)
        if above and above["kind"] == DEPLOYMENTS.kind:
            workload = _found(cluster, workload, above)
        sizes[reference["uid"]] = 0
        sizes[workload["metadata"]["uid"]] = replicas(workload)
    return sum(sizes.values())


def _found(cluster: Cluster, owned: Manifest, reference: Manifest) -> Manifest:
    """The controller of *owned*."""
    kind = SCALABLE.get(reference["kind"])
    namespace = owned["metadata"]["namespace"]
    if kind is None:
        group = reference["apiVersion"].rpartition("/")[0]
        plural = f"{reference['kind'].lower()}s.{group}"
        raise _NotScalable(f"{plural} does not implement the scale subresource")
    with suppress(ApiError):
        found = cluster.get(kind, namespace, reference["name"])
        if found["metadata"]["uid"] == reference["uid"]:
            return found
    raise _NotScalable(f'found no controllers for pod "{owned["metadata"]["name"]}"')
