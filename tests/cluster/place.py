"""A namespace in memory or on the real control plane, for tests that compare the two."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from orasi.cluster.api import ApiError, Clock, Cluster, Manifest, RealClock, Resource, VirtualClock
from orasi.cluster.memory import Memory
from tests.memory.workloads import (
    AUTOSCALERS,
    BUDGETS,
    CLAIMS,
    CONFIG_MAPS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    NAMESPACES,
    QUOTAS,
    REPLICA_SETS,
    STATEFUL_SETS,
    rest,
)

WATCHED = (
    *(DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS, JOBS, CRON_JOBS, AUTOSCALERS),
    *(BUDGETS, CLAIMS, QUOTAS, CONFIG_MAPS),
)
QUIET_SECONDS = 5.0
POLL_SECONDS = 1.0
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Place:
    """A namespace of a cluster, its clock, and how it comes to rest."""

    cluster: Cluster
    namespace: str
    clock: Clock
    rest: Callable[["Place"], None]

    def create(self, resource: Resource, body: Manifest) -> Manifest:
        metadata = {**body["metadata"], "namespace": self.namespace}
        return self.cluster.create(resource, {**body, "metadata": metadata})

    def get(self, resource: Resource, name: str = "web") -> Manifest:
        return self.cluster.get(resource, self.namespace, name)

    def delete(
        self, resource: Resource, name: str = "web", propagation: str = "Background"
    ) -> None:
        self.cluster.delete(resource, self.namespace, name, propagation=propagation)

    def edit(
        self,
        change: Callable[..., Manifest],
        *,
        resource: Resource = DEPLOYMENTS,
        **changes: Any,
    ) -> None:
        """Every object of a kind."""
        for found in self.cluster.list(resource, self.namespace):
            name = found["metadata"]["name"]
            self._write(self.cluster.update, resource, name, partial(change, **changes))

    def report(self, resource: Resource, name: str, **status: Any) -> None:
        """Write the status in place of whoever does so, and keep what is not named."""

        def changed(found: Manifest) -> Manifest:
            return {**found, "status": {**found.get("status", {}), **status}}

        self._write(self.cluster.update_status, resource, name, changed)

    def let_go(self, resource: Resource, name: str) -> None:
        """Remove the finalizers."""

        def changed(found: Manifest) -> Manifest:
            return {**found, "metadata": {**found["metadata"], "finalizers": []}}

        self._write(self.cluster.update, resource, name, changed)

    def _write(
        self,
        write: Callable[[Resource, Manifest], Manifest],
        resource: Resource,
        name: str,
        change: Callable[[Manifest], Manifest],
    ) -> None:
        """Until no controller has been faster."""
        while True:
            try:
                write(resource, change(self.get(resource, name)))
                return
            except ApiError as error:
                if error.code != HTTPStatus.CONFLICT:
                    raise

    def until(self, what: Callable[[], object]) -> None:
        """Wait for what takes longer than a rest."""
        deadline = self.clock.now() + PATIENCE_SECONDS
        while not what():
            assert self.clock.now() < deadline
            self.clock.sleep_until(self.clock.now() + POLL_SECONDS)
            self.cluster.run_controllers()


def in_memory() -> Place:
    clock = VirtualClock()
    memory = Memory(clock)
    return Place(memory, "default", clock, lambda _: rest(memory, clock))


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
        time.sleep(POLL_SECONDS)
    raise AssertionError("this does not come to rest")


def _is_judged(autoscaler: Manifest) -> bool:
    """Its controller looks at it for the first time after a while."""
    return "conditions" in autoscaler.get("status", {})


def real_place(cluster: Cluster, name: str) -> Place:
    """A new namespace."""
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    cluster.create(NAMESPACES, body)
    return Place(cluster, name, RealClock(), wait_for_rest)


def leave(place: Place) -> None:
    """Delete the namespace, unless that has been done."""
    try:
        place.cluster.delete(NAMESPACES, "", place.namespace)
    except ApiError as error:
        if error.code != HTTPStatus.NOT_FOUND:
            raise
