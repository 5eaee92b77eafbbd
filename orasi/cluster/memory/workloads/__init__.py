"""What makes Deployments ready: their ReplicaSets, the pods of those, a scheduler, a kubelet.

Each controller is a module with `run(cluster, now) -> bool`, whether it has written anything, and
most with `changes(objects)`, the moments at which it will have something to do by itself. Between
two such moments nothing happens, and at rest nothing is written.

Not modelled: a pod that ends, crashes or fails its probes; the load of nodes (each pod finds them
empty), affinity, taints and topology; volumes but of ConfigMaps and Secrets; grace periods (a
deleted pod is gone at once, so none is ever terminating); the back-off of who was refused (it is
tried again whenever anything happens); adoption of pods and ReplicaSets without an owner;
rollback; quotas with scopes; events.
"""

from collections.abc import Iterator

from orasi.cluster.api import Cluster
from orasi.cluster.memory.workloads import deployments, pods, quotas, replica_sets
from orasi.cluster.memory.workloads.objects import DEPLOYMENTS, PODS, QUOTAS, REPLICA_SETS, Objects

CONTROLLERS = (deployments, replica_sets, pods, quotas)


def run(cluster: Cluster, now: float) -> None:
    """Let every controller work until none finds anything to do at *now*."""
    if not any(map(cluster.list, (DEPLOYMENTS, REPLICA_SETS, PODS, QUOTAS))):
        return
    # All of them in each round: what one has written may be news for any other.
    while sum(controller.run(cluster, now) for controller in CONTROLLERS):
        pass


def next_change(objects: Objects, now: float) -> float | None:
    """When one of them will next do something though nobody writes; None: never."""
    return min((moment for moment in _changes(objects) if moment > now), default=None)


def _changes(objects: Objects) -> Iterator[float]:
    yield from pods.changes(objects)
    yield from replica_sets.changes(objects)
    yield from deployments.changes(objects)
