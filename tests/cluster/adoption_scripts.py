"""Who takes over what, in memory and on the real control plane."""

from collections.abc import Iterator, Sequence

from orasi.cluster.api import Manifest, Resource
from tests.cluster.job_scripts import names
from tests.cluster.place import Place
from tests.cluster.workload_scripts import Script
from tests.memory.workloads import (
    DAEMON_SETS,
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    container,
    daemon_set,
    deployment,
    manifest,
    stateful_set,
    with_container,
    with_spec,
)


def left_alone(place: Place, kind: Resource, body: Manifest) -> Iterator[None]:
    """What it had made stays, is taken over by another of its name, and rolled."""
    place.create(kind, body)
    yield
    place.delete(kind, propagation="Orphan")
    yield
    place.create(kind, body)
    yield
    place.edit(with_container, resource=kind, image="web:2")
    yield


def deployment_again(place: Place) -> Iterator[None]:
    yield from left_alone(place, DEPLOYMENTS, deployment(replicas=2))


def stateful_again(place: Place) -> Iterator[None]:
    yield from left_alone(place, STATEFUL_SETS, stateful_set(replicas=2))


def daemons_again(place: Place) -> Iterator[None]:
    yield from left_alone(place, DAEMON_SETS, daemon_set())


def pod_of_somebody(place: Place, name: str) -> None:
    body = manifest(PODS, name, {"containers": [container()]})
    metadata = {**body["metadata"], "labels": {"app": "web"}}
    place.create(PODS, {**body, "metadata": metadata})


def pod_that_was_there(place: Place) -> Iterator[None]:
    """Whoever selects it counts it among its own, but for names that no StatefulSet gives."""
    pod_of_somebody(place, "stray")
    pod_of_somebody(place, "web-1")
    yield
    place.create(STATEFUL_SETS, stateful_set(replicas=2))
    yield
    place.create(REPLICA_SETS, manifest(REPLICA_SETS, "web", deployment(replicas=1)["spec"]))
    yield


def pod_with_other_labels(place: Place) -> Iterator[None]:
    """As one does to look at it in peace: another takes its place."""
    place.create(DEPLOYMENTS, deployment(replicas=1))
    yield
    (name,) = names(place, PODS)

    def relabelled(found: Manifest) -> Manifest:
        return {**found, "metadata": {**found["metadata"], "labels": {"app": "odd"}}}

    place.edit(relabelled, resource=PODS)
    yield
    place.edit(with_spec, replicas=0)
    yield
    place.delete(PODS, name)
    yield


SCRIPTS: Sequence[Script] = (
    deployment_again,
    stateful_again,
    daemons_again,
    pod_that_was_there,
    pod_with_other_labels,
)
