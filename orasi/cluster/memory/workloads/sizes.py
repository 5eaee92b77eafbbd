"""How many pods each ReplicaSet of a Deployment is to have. Pure arithmetic."""

from collections.abc import Sequence

from orasi.cluster.api import Manifest
from orasi.cluster.memory.workloads.objects import replicas, status_number

DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"

Sizes = dict[str, int]
"""New numbers of pods, by the name of the ReplicaSet."""


def rolls(deployment: Manifest) -> bool:
    return bool(deployment["spec"]["strategy"]["type"] == "RollingUpdate")


def max_surge(deployment: Manifest) -> int:
    return _bounds(deployment)[0]


def max_unavailable(deployment: Manifest) -> int:
    return min(_bounds(deployment)[1], replicas(deployment))


def _bounds(deployment: Manifest) -> tuple[int, int]:
    if not rolls(deployment):
        return 0, 0
    parameters = deployment["spec"]["strategy"].get("rollingUpdate", {})
    surge = parameters.get("maxSurge", 0)
    if isinstance(surge, str):
        surge = -(-_percent(surge, deployment) // 100)
    unavailable = parameters.get("maxUnavailable", 0)
    if isinstance(unavailable, str):
        unavailable = _percent(unavailable, deployment) // 100
    # Both may be 0 after rounding, and then nothing could move.
    return surge, unavailable if surge or unavailable else 1


def _percent(share: str, deployment: Manifest) -> int:
    return int(share.removesuffix("%")) * replicas(deployment)


def total(replica_sets: Sequence[Manifest]) -> int:
    return sum(map(replicas, replica_sets))


def available(replica_sets: Sequence[Manifest]) -> int:
    return sum(status_number(each, "availableReplicas") for each in replica_sets)


def active(replica_sets: Sequence[Manifest]) -> list[Manifest]:
    return [each for each in replica_sets if replicas(each)]


def by_age(replica_sets: Sequence[Manifest]) -> list[Manifest]:
    """Oldest first."""
    return sorted(replica_sets, key=_age)


def _age(replica_set: Manifest) -> tuple[str, str]:
    metadata = replica_set["metadata"]
    return metadata["creationTimestamp"], metadata["name"]


def first_size(deployment: Manifest, old: Sequence[Manifest]) -> int:
    """The pods that a new ReplicaSet begins with."""
    return _grown(deployment, 0, total(old))


def new_size(deployment: Manifest, new: Manifest, old: Sequence[Manifest]) -> int:
    """The pods that the *new* ReplicaSet of a rollout may have while *old* ones have theirs."""
    if replicas(new) >= replicas(deployment):
        return replicas(deployment)
    return _grown(deployment, replicas(new), replicas(new) + total(old))


def _grown(deployment: Manifest, size: int, everything: int) -> int:
    wanted = replicas(deployment)
    if not rolls(deployment):
        return wanted
    room = wanted + max_surge(deployment) - everything
    return size + min(room, wanted - size) if room > 0 else size


def old_sizes(deployment: Manifest, new: Manifest, old: Sequence[Manifest]) -> Sizes:
    """What the *old* ReplicaSets shrink to: first what does not run, then what can be spared."""
    least = replicas(deployment) - max_unavailable(deployment)
    everything = [*old, new]
    waiting = replicas(new) - status_number(new, "availableReplicas")
    spare = total(everything) - least - waiting
    if spare <= 0:
        return {}
    sizes = {each["metadata"]["name"]: replicas(each) for each in by_age(old)}
    left = spare
    for each in by_age(old):
        broken = replicas(each) - status_number(each, "availableReplicas")
        cut = max(0, min(left, broken, replicas(each)))
        sizes[each["metadata"]["name"]] -= cut
        left -= cut
    left = max(0, available(everything) - least)
    for name, size in sizes.items():
        cut = min(size, left)
        sizes[name] -= cut
        left -= cut
    return {
        name: sizes[name]
        for each in old
        if sizes[name := each["metadata"]["name"]] != replicas(each)
    }


def proportional(deployment: Manifest, replica_sets: Sequence[Manifest]) -> Sizes:
    """A change of the number of replicas amid a rollout, shared out by size."""
    wanted = replicas(deployment)
    allowed = wanted + max_surge(deployment) if wanted else 0
    change = allowed - total(replica_sets)
    # The largest first; among equals the newer one grows, the older one shrinks.
    ordered = sorted(replica_sets, key=_age, reverse=change > 0)
    ordered.sort(key=replicas, reverse=True)
    sizes, done = {}, 0
    for each in ordered:
        share = _share(deployment, each, change - done) if change else 0
        sizes[each["metadata"]["name"]] = replicas(each) + share
        done += share
    if ordered:
        first = ordered[0]["metadata"]["name"]
        sizes[first] = max(0, sizes[first] + change - done)
    return sizes


def _share(deployment: Manifest, replica_set: Manifest, left: int) -> int:
    size, wanted = replicas(replica_set), replicas(deployment)
    if not left or not size:
        return 0
    if wanted == 0:
        share = -size
    else:
        before = int(replica_set["metadata"].get("annotations", {}).get(MOST, 0))
        before = before or status_number(deployment, "replicas")
        if not before:
            return 0
        share = int(size * (wanted + max_surge(deployment)) / before + 0.5) - size
    return min(share, left) if left > 0 else max(share, left)
