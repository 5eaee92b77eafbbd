"""What is done in memory and on the real control plane when pods that should run have ended."""

from collections.abc import Iterator, Sequence

from orasi.cluster.api import Manifest, Resource
from tests.cluster.place import Place
from tests.cluster.workload_scripts import Script
from tests.memory.workloads import (
    DAEMON_SETS,
    PODS,
    STATEFUL_SETS,
    daemon_set,
    stateful_set,
    with_container,
)

PHASES = ("Failed", "Succeeded")


def end(place: Place) -> None:
    """Two of the pods, one in each way."""
    found = place.cluster.list(PODS, place.namespace)
    first = sorted(each["metadata"]["name"] for each in found)[: len(PHASES)]
    for name, phase in zip(first, PHASES, strict=True):
        place.report(PODS, name, phase=phase)


def replaced(place: Place, resource: Resource, body: Manifest) -> Iterator[None]:
    place.create(resource, body)
    yield
    before = {each["metadata"]["uid"] for each in place.cluster.list(PODS, place.namespace)}
    end(place)
    yield
    after = {each["metadata"]["uid"] for each in place.cluster.list(PODS, place.namespace)}
    assert len(before - after) == len(after - before) == len(PHASES)
    end(place)
    place.edit(with_container, resource=resource, image="web:2")
    yield


def stateful_that_ended(place: Place) -> Iterator[None]:
    return replaced(place, STATEFUL_SETS, stateful_set(replicas=3, claims=True))


def stateful_that_ended_at_once(place: Place) -> Iterator[None]:
    body = stateful_set(replicas=3, podManagementPolicy="Parallel")
    return replaced(place, STATEFUL_SETS, body)


def daemons_that_ended(place: Place) -> Iterator[None]:
    return replaced(place, DAEMON_SETS, daemon_set())


def daemons_that_ended_with_a_surge(place: Place) -> Iterator[None]:
    rolling = {"maxSurge": 1, "maxUnavailable": 0}
    strategy = {"type": "RollingUpdate", "rollingUpdate": rolling}
    return replaced(place, DAEMON_SETS, daemon_set(updateStrategy=strategy))


SCRIPTS: Sequence[Script] = (
    stateful_that_ended,
    stateful_that_ended_at_once,
    daemons_that_ended,
    daemons_that_ended_with_a_surge,
)
