"""The scheduler and the kubelets: a pod gets a node at once, and is ready a little later.

Only pods of Jobs end. Nothing runs here, so they succeed, unless somebody says otherwise.
"""

from collections.abc import Collection, Iterator
from typing import Any

from orasi.cluster.api import Cluster, Manifest
from orasi.cluster.memory.times import seconds, timestamp
from orasi.cluster.memory.workloads.mounts import Missing, missing
from orasi.cluster.memory.workloads.nodes import placed
from orasi.cluster.memory.workloads.objects import (
    JOBS,
    NODES,
    PODS,
    Objects,
    condition,
    conditions,
    controller_of,
    is_doomed,
    is_ready,
    phase,
    ready_since,
)

START_SECONDS = 1.0
"""From being placed to being ready, in the clock's time."""

RUN_SECONDS = 1.0
"""From being ready to having ended, of a pod of a Job."""

COLLECTOR_SECONDS = 20.0
"""How often the collector of pods looks for those that end and never had a node."""

Failing = Collection[tuple[str, str]]
"""Namespaces and names of Jobs whose pods fail, or of CronJobs, of all their Jobs."""


def run(cluster: Cluster, now: float, failing: Failing = ()) -> bool:
    """Whether anything was written."""
    pods = cluster.list(PODS)
    done = [_step(cluster, now, pod) for pod in pods if _is_waiting(pod)]
    ended = [pod for pod in pods if _will_end(pod) and _end(pod) <= now]
    for pod in ended:
        fails = bool(failing) and _fails(cluster, pod, failing)
        cluster.update_status(PODS, {**pod, "status": _ended(pod, now, fails=fails)})
    lost = [pod for pod in pods if _is_lost(pod) and _noticed_at(pod) <= now]
    for pod in lost:
        cluster.update_status(PODS, {**pod, "status": {**pod.get("status", {}), "phase": "Failed"}})
    return any(done) or bool(ended or lost)


def changes(objects: Objects) -> Iterator[float]:
    """When pods that have a node will start, and those of Jobs end."""
    for pod in objects.list(PODS):
        if _is_waiting(pod) and "nodeName" in pod["spec"]:
            yield _placed_at(pod) + START_SECONDS
        elif _will_end(pod):
            yield _end(pod)
        elif _is_lost(pod):
            yield _noticed_at(pod)


def _is_waiting(pod: Manifest) -> bool:
    return (
        pod.get("status", {}).get("phase") == "Pending"
        and not is_doomed(pod)
        and bool(pod.get("spec", {}).get("containers"))
    )


def _is_lost(pod: Manifest) -> bool:
    """Whether it ends, though something holds it back, and no node knows of it."""
    return is_doomed(pod) and phase(pod) == "Pending" and "nodeName" not in pod["spec"]


def _noticed_at(pod: Manifest) -> float:
    return seconds(pod["metadata"]["deletionTimestamp"]) + COLLECTOR_SECONDS


def _will_end(pod: Manifest) -> bool:
    controller = controller_of(pod)
    is_of_job = controller is not None and controller["kind"] == JOBS.kind
    return is_of_job and phase(pod) == "Running" and is_ready(pod) and not is_doomed(pod)


def _end(pod: Manifest) -> float:
    return (ready_since(pod) or 0.0) + RUN_SECONDS


def _fails(cluster: Cluster, pod: Manifest, failing: Failing) -> bool:
    """Whether its Job, or the CronJob of that, is among those whose pods fail."""
    namespace, job = pod["metadata"]["namespace"], controller_of(pod) or {}
    jobs = [each for each in cluster.list(JOBS, namespace) if each["metadata"]["uid"] == job["uid"]]
    owners = [job, *filter(None, map(controller_of, jobs))]
    return any((namespace, owner["name"]) in failing for owner in owners)


def _placed_at(pod: Manifest) -> float:
    """Or, of a pod that came with a node, when it was created."""
    scheduled = condition(conditions(pod), "PodScheduled")
    return seconds((scheduled or pod["metadata"]).get("lastTransitionTime") or _created(pod))


def _created(pod: Manifest) -> str:
    return str(pod["metadata"]["creationTimestamp"])


def _step(cluster: Cluster, now: float, pod: Manifest) -> bool:
    if "nodeName" not in pod["spec"]:
        return _schedule(cluster, now, pod)
    if now < _placed_at(pod) + START_SECONDS:
        return False
    gone = missing(cluster, pod)
    status = _held_back(pod, gone, now) if gone else _running(pod, now)
    if status == pod["status"]:
        return False
    cluster.update_status(PODS, {**pod, "status": status})
    return True


def _schedule(cluster: Cluster, now: float, pod: Manifest) -> bool:
    if condition(conditions(pod), "PodScheduled"):
        return False  # found unschedulable; neither it nor the nodes will change
    node, why = placed(pod, cluster.list(NODES))
    if node:
        pod = cluster.update(PODS, {**pod, "spec": {**pod["spec"], "nodeName": node}})
    verdict = _condition("PodScheduled", now)
    if why:
        verdict |= {"status": "False", "reason": "Unschedulable", "message": why}
    cluster.update_status(PODS, {**pod, "status": {**pod["status"], "conditions": [verdict]}})
    return True


def _condition(name: str, now: float, status: str = "True", **fields: str) -> dict[str, Any]:
    return {"type": name, "status": status, "lastTransitionTime": timestamp(now), **fields}


def _running(pod: Manifest, now: float) -> Manifest:
    names = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady")
    started = {"running": {"startedAt": timestamp(now)}}
    statuses = [
        {
            "name": each["name"],
            "image": each.get("image", ""),
            "ready": True,
            "started": True,
            "restartCount": 0,
            "state": started,
        }
        for each in pod["spec"]["containers"]
    ]
    return {
        **pod["status"],
        "phase": "Running",
        "startTime": pod["status"].get("startTime", timestamp(now)),
        "conditions": [*(_condition(name, now) for name in names), *_scheduled(pod)],
        "containerStatuses": statuses,
    }


def _ended(pod: Manifest, now: float, *, fails: bool) -> Manifest:
    reason = "PodFailed" if fails else "PodCompleted"
    end = {"exitCode": int(fails), "reason": "Error" if fails else "Completed"}
    statuses = [
        {
            **each,
            "ready": False,
            "started": False,
            "state": {
                "terminated": {**each["state"]["running"], **end, "finishedAt": timestamp(now)},
            },
        }
        for each in pod["status"].get("containerStatuses", ())
    ]
    return {
        **pod["status"],
        "phase": "Failed" if fails else "Succeeded",
        "conditions": [
            _condition("PodReadyToStartContainers", now, "False"),
            _condition("Initialized", now, reason=reason),
            _condition("Ready", now, "False", reason=reason),
            _condition("ContainersReady", now, "False", reason=reason),
            *_scheduled(pod),
        ],
        "containerStatuses": statuses,
    }


def _held_back(pod: Manifest, gone: Missing, now: float) -> Manifest:
    """The status of a pod whose containers cannot be made for what is *gone*."""
    if condition(conditions(pod), "ContainersReady"):
        return dict(pod["status"])
    unready = [each["name"] for each in pod["spec"]["containers"]]
    why = {
        "reason": "ContainersNotReady",
        "message": f"containers with unready status: [{' '.join(unready)}]",
    }
    waiting = {"reason": gone.reason, **({"message": gone.message} if gone.message else {})}
    statuses = [
        {
            "name": each["name"],
            "image": each.get("image", ""),
            "ready": False,
            "started": False,
            "restartCount": 0,
            "state": {"waiting": waiting},
        }
        for each in pod["spec"]["containers"]
    ]
    return {
        **pod["status"],
        "startTime": timestamp(now),
        "conditions": [
            _condition("Initialized", now),
            _condition("Ready", now, "False", **why),
            _condition("ContainersReady", now, "False", **why),
            *_scheduled(pod),
        ],
        "containerStatuses": statuses,
    }


def _scheduled(pod: Manifest) -> list[Manifest]:
    return [each for each in conditions(pod) if each["type"] == "PodScheduled"]
