"""The ReplicaSet controller: as many pods as wanted, and a count of those that are well."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orasi.cluster.api import ApiError, Cluster, Manifest
from orasi.cluster.memory.times import seconds, timestamp
from orasi.cluster.memory.workloads.objects import (
    PODS,
    REPLICA_SETS,
    Conditions,
    Objects,
    available_at,
    condition,
    conditions,
    controlled,
    is_available,
    is_doomed,
    is_ready,
    phase,
    pod_of,
    ready_since,
    replicas,
    status_number,
    with_status,
    without,
)

ENDED = ("Succeeded", "Failed")
FAILURE = "ReplicaFailure"
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"


@dataclass(frozen=True)
class _Scaled:
    """What came of bringing the pods to the wanted number."""

    pods: Sequence[Manifest]
    wrote: bool = False
    error: ApiError | None = None


def run(cluster: Cluster, now: float) -> bool:
    replica_sets = [
        each for each in cluster.list(REPLICA_SETS) if "template" in each.get("spec", {})
    ]
    if not replica_sets:
        return False
    owned = controlled(cluster.list(PODS))
    done = [_sync(cluster, now, each, owned[each["metadata"]["uid"]]) for each in replica_sets]
    return any(done)


def changes(objects: Objects) -> Iterator[float]:
    """When pods that are ready will have been so for long enough."""
    waiting = [
        each
        for each in objects.list(REPLICA_SETS)
        if status_number(each, "readyReplicas") != status_number(each, "availableReplicas")
    ]
    if not waiting:
        return
    owned = controlled(objects.list(PODS))
    for each in waiting:
        moments = (available_at(pod, each) for pod in owned.get(each["metadata"]["uid"], ()))
        yield from (moment for moment in moments if moment is not None)


def _sync(cluster: Cluster, now: float, replica_set: Manifest, owned: Sequence[Manifest]) -> bool:
    """Whether anything was written."""
    pods = [each for each in owned if not is_doomed(each) and phase(each) not in ENDED]
    scaled = _Scaled(pods) if is_doomed(replica_set) else _scaled(cluster, replica_set, pods)
    wanted = _with_counts(replica_set, scaled, now)
    if wanted["status"] == replica_set.get("status"):
        return scaled.wrote
    cluster.update_status(REPLICA_SETS, wanted)
    return True


def _scaled(cluster: Cluster, replica_set: Manifest, pods: Sequence[Manifest]) -> _Scaled:
    surplus = len(pods) - replicas(replica_set)
    if surplus > 0:
        ordered = sorted(pods, key=_worth)
        for each in ordered[:surplus]:
            metadata = each["metadata"]
            cluster.delete(PODS, metadata["namespace"], metadata["name"])
        return _Scaled(ordered[surplus:], wrote=True)
    created: list[Manifest] = []
    for _ in range(-surplus):
        try:
            created.append(cluster.create(PODS, _pod(replica_set)))
        except ApiError as error:
            return _Scaled([*pods, *created], bool(created), error)
    return _Scaled([*pods, *created], bool(created))


def _worth(pod: Manifest) -> tuple[bool, bool, bool, int, float, float]:
    """Less for those to be deleted first: not yet placed, not running, not ready, not for long."""
    cost = pod["metadata"].get("annotations", {}).get(DELETION_COST, "0")
    since = ready_since(pod)
    return (
        "nodeName" in pod["spec"],
        phase(pod) == "Running",
        since is not None,
        int(cost) if cost.lstrip("-").isdecimal() else 0,
        -(since or 0.0),
        -seconds(pod["metadata"]["creationTimestamp"]),
    )


def _pod(replica_set: Manifest) -> Manifest:
    template = replica_set["spec"]["template"]
    return pod_of(replica_set, template, {}, generateName=f"{replica_set['metadata']['name']}-")


def _with_counts(replica_set: Manifest, scaled: _Scaled, now: float) -> Manifest:
    labels = replica_set["spec"]["template"].get("metadata", {}).get("labels", {}).items()
    alike = [each for each in scaled.pods if labels <= each["metadata"].get("labels", {}).items()]
    # 0 of them, too, is always written.
    numbers = {"replicas": len(scaled.pods), "terminatingReplicas": 0}
    wanted = with_status(
        replica_set,
        fullyLabeledReplicas=len(alike),
        readyReplicas=sum(map(is_ready, scaled.pods)),
        availableReplicas=sum(is_available(each, replica_set, now) for each in scaled.pods),
        observedGeneration=replica_set["metadata"]["generation"],
        conditions=list(_with_failure(conditions(replica_set), scaled, replica_set, now)),
    )
    return {**wanted, "status": {**numbers, **wanted["status"]}}


def _with_failure(
    found: Conditions, scaled: _Scaled, replica_set: Manifest, now: float
) -> Conditions:
    """The first refusal is told until one is granted."""
    if scaled.error is None:
        return without(found, FAILURE)
    if condition(found, FAILURE):
        return found
    reason = "FailedCreate" if len(scaled.pods) < replicas(replica_set) else "FailedDelete"
    failure = {
        "type": FAILURE,
        "status": "True",
        "lastTransitionTime": timestamp(now),
        "reason": reason,
        "message": str(scaled.error),
    }
    return (*found, failure)
