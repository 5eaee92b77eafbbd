"""The scheduler and the kubelets: a pod gets a node at once, and is ready a little later."""

from collections.abc import Iterator
from typing import Any

from orasi.cluster.api import Cluster, Manifest
from orasi.cluster.memory.times import seconds, timestamp
from orasi.cluster.memory.workloads.mounts import Missing, missing
from orasi.cluster.memory.workloads.nodes import placed
from orasi.cluster.memory.workloads.objects import NODES, PODS, Objects, condition, conditions

START_SECONDS = 1.0
"""From being placed to being ready, in the clock's time."""


def run(cluster: Cluster, now: float) -> bool:
    """Whether anything was written."""
    done = [_step(cluster, now, pod) for pod in cluster.list(PODS) if _is_waiting(pod)]
    return any(done)


def changes(objects: Objects) -> Iterator[float]:
    """When pods that have a node will start."""
    for pod in objects.list(PODS):
        if _is_waiting(pod) and "nodeName" in pod["spec"]:
            yield _placed_at(pod) + START_SECONDS


def _is_waiting(pod: Manifest) -> bool:
    return (
        pod.get("status", {}).get("phase") == "Pending"
        and "deletionTimestamp" not in pod["metadata"]
        and bool(pod.get("spec", {}).get("containers"))
    )


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
