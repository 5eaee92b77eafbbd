"""The ReplicaSet controller: as many pods as wanted, and a count of those that are well."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orasi.cluster.api import ApiError, Cluster, Manifest
from orasi.cluster.memory.times import timestamp
from orasi.cluster.memory.workloads.objects import (
    ENDED,
    PODS,
    REPLICA_SETS,
    Conditions,
    Objects,
    condition,
    conditions,
    is_doomed,
    is_ready,
    phase,
    pod_of,
    replicas,
    with_status,
    without,
    worth,
)
from orasi.cluster.memory.workloads.owners import Owner, availabilities, each_synced

FAILURE = "ReplicaFailure"


@dataclass(frozen=True)
class _Scaled:
    """What came of bringing the pods to the wanted number."""

    pods: Sequence[Manifest]
    error: ApiError | None = None


def run(cluster: Cluster, now: float) -> bool:
    """Whether anything was written."""
    return each_synced(cluster, now, REPLICA_SETS, (PODS,), _sync, _may_adopt)


def changes(objects: Objects) -> Iterator[float]:
    return availabilities(objects, REPLICA_SETS, "readyReplicas", "availableReplicas")


def _may_adopt(_replica_set: Manifest, pod: Manifest) -> bool:
    return phase(pod) not in ENDED


def _sync(owner: Owner) -> None:
    pods = [each for each in owner.owned[PODS] if not is_doomed(each) and phase(each) not in ENDED]
    scaled = _Scaled(pods) if is_doomed(owner.manifest) else _scaled(owner, pods)
    owner.report(_with_counts(owner, scaled))


def _scaled(owner: Owner, pods: Sequence[Manifest]) -> _Scaled:
    surplus = len(pods) - replicas(owner.manifest)
    if surplus > 0:
        ordered = sorted(pods, key=worth)
        for each in ordered[:surplus]:
            owner.delete(PODS, each)
        return _Scaled(ordered[surplus:])
    created: list[Manifest] = []
    for _ in range(-surplus):
        try:
            created.append(owner.create(PODS, _pod(owner.manifest)))
        except ApiError as error:
            return _Scaled([*pods, *created], error)
    return _Scaled([*pods, *created])


def _pod(replica_set: Manifest) -> Manifest:
    template = replica_set["spec"]["template"]
    return pod_of(replica_set, template, {}, generateName=f"{replica_set['metadata']['name']}-")


def _with_counts(owner: Owner, scaled: _Scaled) -> Manifest:
    replica_set = owner.manifest
    labels = replica_set["spec"]["template"].get("metadata", {}).get("labels", {}).items()
    alike = [each for each in scaled.pods if labels <= each["metadata"].get("labels", {}).items()]
    # 0 of them, too, is always written.
    numbers = {"replicas": len(scaled.pods), "terminatingReplicas": 0}
    wanted = with_status(
        replica_set,
        fullyLabeledReplicas=len(alike),
        readyReplicas=sum(map(is_ready, scaled.pods)),
        availableReplicas=sum(map(owner.is_available, scaled.pods)),
        observedGeneration=replica_set["metadata"]["generation"],
        conditions=list(_with_failure(conditions(replica_set), scaled, owner)),
    )
    return {**wanted, "status": {**numbers, **wanted["status"]}}


def _with_failure(found: Conditions, scaled: _Scaled, owner: Owner) -> Conditions:
    """The first refusal is told until one is granted."""
    if scaled.error is None:
        return without(found, FAILURE)
    if condition(found, FAILURE):
        return found
    reason = "FailedCreate" if len(scaled.pods) < replicas(owner.manifest) else "FailedDelete"
    failure = {
        "type": FAILURE,
        "status": "True",
        "lastTransitionTime": timestamp(owner.now),
        "reason": reason,
        "message": str(scaled.error),
    }
    return (*found, failure)
