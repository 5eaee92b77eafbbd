"""What makes workloads ready: their controllers, a scheduler, kubelets, and quotas.

Deployments have ReplicaSets, those and StatefulSets, DaemonSets and Jobs have pods, CronJobs have
Jobs, autoscalers write how many. Each controller is a module with `run(cluster, now) -> bool`,
whether it has written anything, and most with `changes(objects)`, the moments at which it will have
something to do by itself. Between two such moments nothing happens, and at rest nothing is written.

What each models, and what not, is in docs/embedded-cluster.md.
"""

from dataclasses import dataclass
from itertools import chain

from orasi.cluster.api import Cluster
from orasi.cluster.memory.workloads import (
    autoscalers,
    budgets,
    claims,
    cron_jobs,
    daemon_sets,
    deployments,
    finished_jobs,
    jobs,
    pods,
    quotas,
    replica_sets,
    stateful_sets,
)
from orasi.cluster.memory.workloads.autoscalers import Histories
from orasi.cluster.memory.workloads.measures import Measured
from orasi.cluster.memory.workloads.objects import (
    AUTOSCALERS,
    BUDGETS,
    CLAIMS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    PODS,
    QUOTAS,
    REPLICA_SETS,
    STATEFUL_SETS,
    Objects,
)
from orasi.cluster.memory.workloads.pods import Failing

CONTROLLERS = (
    *(deployments, replica_sets, stateful_sets, daemon_sets, cron_jobs, jobs, finished_jobs),
    *(claims, budgets, quotas),
)
SUBJECTS = (
    *(DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS, CRON_JOBS, JOBS, PODS),
    *(AUTOSCALERS, BUDGETS, CLAIMS, QUOTAS),
)
WAITING = (
    *(pods, replica_sets, stateful_sets, daemon_sets, deployments),
    *(jobs, finished_jobs),
)
"""Those that have something to do when time has passed."""


@dataclass(frozen=True)
class Given:
    """What is in no object: as nothing runs, somebody says it, or a controller remembers it."""

    measured: Measured
    failing: Failing
    histories: Histories


def run(cluster: Cluster, now: float, given: Given) -> bool:
    """Let every controller work until none finds anything to do at *now*; whether any did."""
    if not any(map(cluster.list, SUBJECTS)):
        return False
    wrote = False
    # All of them in each round: what one has written may be news for any other. Autoscalers look
    # every quarter minute only, so that they hardly ever see the others at work.
    while _round(cluster, now, given) or autoscalers.run(
        cluster, now, given.measured, given.histories
    ):
        wrote = True
    return wrote


def _round(cluster: Cluster, now: float, given: Given) -> bool:
    done = [controller.run(cluster, now) for controller in CONTROLLERS]
    done.append(pods.run(cluster, now, given.failing))
    return any(done)


def next_change(objects: Objects, now: float, given: Given) -> float | None:
    """When one of them will next go on with something though nobody writes; None: never.

    A schedule, which never ends, is not waited for: see `next_time`.
    """
    moments = chain(
        (moment for each in WAITING for moment in each.changes(objects)),
        autoscalers.changes(objects, given.histories),
    )
    return min((moment for moment in moments if moment > now), default=None)


def next_time(objects: Objects, now: float) -> float | None:
    """When the next CronJob is due; None: never."""
    return min(cron_jobs.times(objects, now), default=None)
