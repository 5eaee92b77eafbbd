"""A namespace in memory or on the real control plane, for tests that compare the two."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orasi.cluster.api import Cluster, Manifest, Resource, VirtualClock
from orasi.cluster.memory import Memory
from tests.memory.workloads import (
    AUTOSCALERS,
    CLAIMS,
    DAEMON_SETS,
    DEPLOYMENTS,
    REPLICA_SETS,
    STATEFUL_SETS,
    rest,
)

WATCHED = (DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS, AUTOSCALERS, CLAIMS)
QUIET_SECONDS = 5.0
PATIENCE_SECONDS = 120.0
NAMESPACES = Resource("v1", "Namespace", "namespaces", False)


@dataclass(frozen=True)
class Place:
    """A namespace of a cluster, and how that comes to rest."""

    cluster: Cluster
    namespace: str
    rest: Callable[["Place"], None]

    def create(self, resource: Resource, body: Manifest) -> Manifest:
        metadata = {**body["metadata"], "namespace": self.namespace}
        return self.cluster.create(resource, {**body, "metadata": metadata})

    def get(self, resource: Resource, name: str = "web") -> Manifest:
        return self.cluster.get(resource, self.namespace, name)

    def edit(
        self,
        change: Callable[..., Manifest],
        *,
        resource: Resource = DEPLOYMENTS,
        **changes: Any,
    ) -> None:
        """By an unconditional update, since the controllers write all the time."""
        for found in self.cluster.list(resource, self.namespace):
            bare = {**found["metadata"], "resourceVersion": ""}
            self.cluster.update(resource, change({**found, "metadata": bare}, **changes))


def in_memory() -> Place:
    clock = VirtualClock()
    memory = Memory(clock)
    return Place(memory, "default", lambda _: rest(memory, clock))


def wait_for_rest(place: Place) -> None:
    """Until nothing has changed for a while."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    before, since = None, time.monotonic()
    while time.monotonic() < deadline:
        now = [place.cluster.list(kind, place.namespace) for kind in WATCHED]
        if now != before or not all(
            map(_is_judged, place.cluster.list(AUTOSCALERS, place.namespace))
        ):
            before, since = now, time.monotonic()
        elif time.monotonic() > since + QUIET_SECONDS:
            return
        time.sleep(0.5)
    raise AssertionError("this does not come to rest")


def _is_judged(autoscaler: Manifest) -> bool:
    """Its controller looks at it for the first time after a while."""
    return "conditions" in autoscaler.get("status", {})


def real_place(cluster: Cluster, name: str) -> Place:
    """A new namespace."""
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    cluster.create(NAMESPACES, body)
    return Place(cluster, name, wait_for_rest)
