"""What makes workloads ready: their controllers, a scheduler, kubelets, and quotas.

Deployments have ReplicaSets, those and StatefulSets and DaemonSets have pods, autoscalers write
how many. Each controller is a module with `run(cluster, now) -> bool`, whether it has written
anything, and most with `changes(objects)`, the moments at which it will have something to do by
itself. Between two such moments nothing happens, and at rest nothing is written.

Not modelled: a pod that ends, crashes or fails its probes; the load of nodes (each pod finds them
empty), nodes that fail, affinity to other pods, preferences and topology; volumes but of ConfigMaps
and Secrets (claims are bound at once, and no pod waits for them); grace periods (a deleted pod is
gone at once, so none is ever terminating); the back-off of who was refused (it is tried again
whenever anything happens); adoption of what has no owner; rollback; two revisions of the same
name; `maxUnavailable` of StatefulSets; what an autoscaler measures (see there); quotas with
scopes; events.
"""

from collections.abc import Iterator

from orasi.cluster.api import Cluster
from orasi.cluster.memory.workloads import (
    autoscalers,
    claims,
    daemon_sets,
    deployments,
    pods,
    quotas,
    replica_sets,
    stateful_sets,
)
from orasi.cluster.memory.workloads.autoscalers import Load
from orasi.cluster.memory.workloads.objects import (
    AUTOSCALERS,
    CLAIMS,
    DAEMON_SETS,
    DEPLOYMENTS,
    PODS,
    QUOTAS,
    REPLICA_SETS,
    STATEFUL_SETS,
    Objects,
)

CONTROLLERS = (deployments, replica_sets, stateful_sets, daemon_sets, pods, claims, quotas)
SUBJECTS = (
    *(DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS, PODS),
    *(AUTOSCALERS, CLAIMS, QUOTAS),
)


def run(cluster: Cluster, now: float, load: Load) -> bool:
    """Let every controller work until none finds anything to do at *now*; whether any did."""
    if not any(map(cluster.list, SUBJECTS)):
        return False
    wrote = False
    # All of them in each round: what one has written may be news for any other.
    while _round(cluster, now, load):
        wrote = True
    return wrote


def _round(cluster: Cluster, now: float, load: Load) -> bool:
    done = [controller.run(cluster, now) for controller in CONTROLLERS]
    return any((*done, autoscalers.run(cluster, now, load)))


def next_change(objects: Objects, now: float) -> float | None:
    """When one of them will next do something though nobody writes; None: never."""
    return min((moment for moment in _changes(objects) if moment > now), default=None)


def _changes(objects: Objects) -> Iterator[float]:
    yield from pods.changes(objects)
    yield from replica_sets.changes(objects)
    yield from stateful_sets.changes(objects)
    yield from daemon_sets.changes(objects)
    yield from deployments.changes(objects)
