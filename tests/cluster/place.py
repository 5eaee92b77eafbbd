"""A namespace in memory or on the real control plane, for tests that compare the two."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from orasi.cluster.api import ApiError, Clock, Cluster, Manifest, RealClock, Resource, VirtualClock
from orasi.cluster.memory import Memory
from orasi.cluster.memory.workloads.measures import Load
from tests.cluster.metrics import MetricsServer
from tests.cluster.pulse import Pulse
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
from tests.memory.workloads import (
    namespace as namespace_manifest,
)

WATCHED = (
    *(DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS, JOBS, CRON_JOBS, AUTOSCALERS),
    *(BUDGETS, CLAIMS, QUOTAS, CONFIG_MAPS),
)
QUIET_SECONDS = 5.0
QUIET_BEATS = 2  # of which one at least began in the quiet
POLL_SECONDS = 1.0
LOOKS = 3  # of an autoscaler, after which it has seen all that there is
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Place:
    """A namespace of a cluster, its clock, and how it comes to rest."""

    cluster: Cluster
    namespace: str
    clock: Clock
    rest: Callable[["Place"], None]
    metrics: Memory | MetricsServer

    def use(self, load: Load, name: str = "web") -> None:
        """Let the pods of a workload use so much together."""
        self.metrics.load[self.namespace, name] = load

    def hide(self, *pods: str) -> None:
        """Let nothing be known of what these use."""
        self.metrics.unmeasured.update((self.namespace, pod) for pod in pods)

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


def in_memory(namespace: str = "default") -> Place:
    clock = VirtualClock()
    memory = Memory(clock)
    if namespace != "default":
        memory.create(NAMESPACES, namespace_manifest(namespace))
    return Place(memory, namespace, clock, lambda _: rest(memory, clock), memory)


def wait_for_rest(place: Place, metrics: MetricsServer, pulse: Pulse) -> None:
    """Until nothing has changed for a while, and autoscalers have looked at what there is.

    A while is as long as controllers take to do as much for somebody else, and seconds at least.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    found: dict[Resource, Sequence[Manifest]] = {}
    since, asked, beats = time.monotonic(), 0, pulse.beats
    while time.monotonic() < deadline:
        looks = found.get(AUTOSCALERS) and metrics.measures(place.namespace)
        is_quiet = (
            time.monotonic() > since + QUIET_SECONDS
            and pulse.beats >= beats + QUIET_BEATS
            and (not looks or metrics.asked[place.namespace] >= asked + LOOKS)
        )
        # Of a kind there was none of, one more look in the end is enough.
        kinds = [kind for kind in WATCHED if is_quiet or not found or found[kind]]
        now = {kind: place.cluster.list(kind, place.namespace) for kind in kinds}
        judged = all(map(_is_judged, now.get(AUTOSCALERS, ())))
        if not judged or any(found.get(kind) != now[kind] for kind in kinds):
            found |= now
            since, asked = time.monotonic(), metrics.asked[place.namespace]
            beats = pulse.beats
        elif is_quiet:
            return
        time.sleep(POLL_SECONDS)
    raise AssertionError("this does not come to rest")


def _is_judged(autoscaler: Manifest) -> bool:
    """Its controller looks at it for the first time after a while."""
    return "conditions" in autoscaler.get("status", {})


def real_place(cluster: Cluster, name: str, metrics: MetricsServer, pulse: Pulse) -> Place:
    """A new namespace."""
    cluster.create(NAMESPACES, namespace_manifest(name))
    come_to_rest = partial(wait_for_rest, metrics=metrics, pulse=pulse)
    return Place(cluster, name, RealClock(), come_to_rest, metrics)


def leave(place: Place) -> None:
    """Delete the namespace, unless that has been done."""
    try:
        place.cluster.delete(NAMESPACES, "", place.namespace)
    except ApiError as error:
        if error.code != HTTPStatus.NOT_FOUND:
            raise
