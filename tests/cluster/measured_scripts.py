"""What is measured of pods, and of which ones: in memory and on the real control plane."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from orasi.cluster.api import Manifest
from tests.cluster.autoscaler_scripts import (
    AT_ONCE,
    SMALL,
    change,
    ready,
    start,
    start_with_names,
)
from tests.cluster.job_scripts import names
from tests.cluster.place import Place
from tests.cluster.workload_scripts import HUGE, Script
from tests.memory.workloads import (
    AUTOSCALERS,
    DEPLOYMENTS,
    PODS,
    STATEFUL_SETS,
    autoscaler,
    container,
    deployment,
    manifest,
    with_container,
)


def metric(kind: str, **source: Any) -> Manifest:
    return {"type": kind, kind[0].lower() + kind[1:]: source}


def share(name: str = "cpu", kind: str = "Resource", **source: str) -> Manifest:
    target = {"type": "Utilization", "averageUtilization": 50}
    return metric(kind, name=name, target=target, **source)


def value(amount: str, name: str = "cpu") -> Manifest:
    return metric("Resource", name=name, target={"type": "AverageValue", "averageValue": amount})


def pods_are_not_measured(place: Place) -> Iterator[None]:
    """They are taken to be busy when it would shrink, and idle when it would grow."""
    ready(place, 4, {"cpu": 120})
    place.hide(*names(place, PODS)[:2])
    place.create(AUTOSCALERS, autoscaler(behavior={"scaleDown": AT_ONCE}))
    for load in (20, 500):
        yield
        place.use({"cpu": load})
    yield


def values_are_not_measured(place: Place) -> Iterator[None]:
    """With names, so that it is known who goes."""
    spec = {"metrics": [value("50m")], "behavior": {"scaleDown": AT_ONCE}}
    place.hide("web-0", "web-1")
    start_with_names(place, 4, {"cpu": 120}, **spec)
    yield
    place.use({"cpu": 20})
    yield


def no_pod_is_measured(place: Place) -> Iterator[None]:
    ready(place, 3, {"cpu": 300})
    place.hide(*names(place, PODS))
    place.create(AUTOSCALERS, autoscaler())
    yield


def become_unready(place: Place, *pods: str) -> None:
    now = f"{datetime.fromtimestamp(place.clock.now(), UTC):%Y-%m-%dT%H:%M:%SZ}"
    for pod in pods:
        found = place.get(PODS, pod)["status"]["conditions"]
        unready = {"status": "False", "lastTransitionTime": now}
        lost = ("Ready", "ContainersReady")
        conditions = [each | unready if each["type"] in lost else each for each in found]
        place.report(PODS, pod, conditions=conditions)


def pods_are_not_ready(place: Place) -> Iterator[None]:
    """Their CPU does not count, but what they have of memory does."""
    ready(place, 4, {"cpu": 130})
    become_unready(place, *names(place, PODS)[:2])
    place.create(AUTOSCALERS, autoscaler(behavior={"scaleDown": AT_ONCE}))
    yield
    change(place, metrics=[share(), share("memory")])
    yield
    place.use({"cpu": 500, "memory": 300})
    yield


def no_pod_is_ready(place: Place) -> Iterator[None]:
    ready(place, 2, {"cpu": 300})
    become_unready(place, *names(place, PODS))
    place.create(AUTOSCALERS, autoscaler())
    yield


def pods_have_failed(place: Place) -> Iterator[None]:
    """And others are in their place."""
    ready(place, 4, {"cpu": 120})
    place.report(PODS, names(place, PODS)[0], phase="Failed")
    place.rest(place)
    place.create(AUTOSCALERS, autoscaler(behavior={"scaleDown": AT_ONCE}))
    yield


def pods_of_others(place: Place) -> Iterator[None]:
    """They count if they have the labels, but it does not grow for want of measures."""
    for name in ("a", "b", "c"):
        body = manifest(PODS, name, {"containers": [container(resources=SMALL)]})
        place.create(PODS, {**body, "metadata": {"name": name, "labels": {"app": "web"}}})
        place.hide(name)
    start(place, 2, {"cpu": 40}, metrics=[value("50m")])
    yield


def pods_find_no_node(place: Place) -> Iterator[None]:
    """Those that wait count as idle, and what they request as unused: it does not grow."""
    start_with_names(place, 2, {"cpu": 100})
    yield
    place.edit(with_container, resource=STATEFUL_SETS, resources=HUGE)
    yield
    place.use({"cpu": 250})
    yield


def two_containers(place: Place) -> Iterator[None]:
    aside = {**container(resources=SMALL), "name": "aside"}
    body = deployment(replicas=2, pod={"containers": [container(resources=SMALL), aside]})
    start(place, 2, {"web/cpu": 240, "cpu": 100}, body)
    yield
    metrics = [share(kind="ContainerResource", container=name) for name in ("aside", "web")]
    change(place, metrics=metrics)
    yield
    change(place, metrics=[share()])
    yield
    place.use({"web/cpu": 300})  # of the other nothing is known, so neither of the pod
    yield


def no_such_container(place: Place) -> Iterator[None]:
    metrics = [share(kind="ContainerResource", container="aside")]
    start(place, 2, {"cpu": 300}, metrics=metrics)
    yield


def no_requests(place: Place) -> Iterator[None]:
    start(place, 1, {"cpu": 300}, deployment(replicas=1), minReplicas=1)
    yield
    change(place, metrics=[value("10m")])
    yield


def values(place: Place) -> Iterator[None]:
    start(place, 2, {"cpu": 250, "memory": 90}, metrics=[value("60m"), value("20M", "memory")])
    yield
    place.use({"cpu": 250, "memory": 1000})
    yield
    place.use({"cpu": 0, "memory": 0})
    yield


def two_metrics(place: Place) -> Iterator[None]:
    start(place, 3, {"cpu": 100, "memory": 250}, metrics=[share(), share("memory")])
    yield
    place.use({"cpu": 300})  # what is unknown does not keep it from growing
    yield
    place.use({"memory": 50})  # but from shrinking
    yield


def metrics_of_others(place: Place) -> Iterator[None]:
    """Nobody serves them."""
    hits, ten = {"name": "hits"}, {"type": "AverageValue", "averageValue": "10"}
    service = {"apiVersion": "v1", "kind": "Service", "name": "web"}
    labelled = {**hits, "selector": {"matchLabels": {"b": "2", "a": "1"}}}
    body = deployment(replicas=2)
    place.create(DEPLOYMENTS, body)
    place.create(AUTOSCALERS, autoscaler(metrics=[metric("Pods", metric=hits, target=ten)]))
    yield
    change(place, metrics=[metric("Object", metric=hits, target=ten, describedObject=service)])
    for each in (hits, labelled):
        yield
        change(place, metrics=[metric("External", metric=each, target=ten)])
    yield


SCRIPTS: Sequence[Script] = (
    pods_are_not_measured,
    values_are_not_measured,
    no_pod_is_measured,
    pods_are_not_ready,
    no_pod_is_ready,
    pods_have_failed,
    pods_of_others,
    pods_find_no_node,
    two_containers,
    no_such_container,
    no_requests,
    values,
    two_metrics,
    metrics_of_others,
)
