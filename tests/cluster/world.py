"""What a scenario sees of the cluster: one namespace of its own."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hooks import NAMESPACE
from hooks.platform import NAME as PLATFORM
from tests.cluster.audit import Entry, lines
from tests.cluster.controlplane import ControlPlane, KubectlFailed
from tests.cluster.engine import USER, Engine
from tests.cluster.server import HookServer
from tests.scenarios.world import Manifest

T = TypeVar("T")

POLL_SECONDS = 0.25
QUIET_SECONDS = 3
SETTLE_SECONDS = 60
"""How long anything may take that is not about time: generous, for a busy machine."""
LINES = 20


class PhaseEnded(Exception):
    """The test run is being interrupted."""


@dataclass(frozen=True)
class ClusterWorld:
    """A namespace, and the server and engine that all scenarios of a phase share.

    Only a serial scenario may disturb *server* and *engine*.
    """

    namespace: str
    control_plane: ControlPlane
    server: HookServer
    engine: Engine
    ended: threading.Event

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """What kubectl prints, in this namespace. Raises KubectlFailed."""
        return self.control_plane.kubectl(f"--namespace={self.namespace}", *arguments, stdin=stdin)

    @property
    def strategy(self) -> str:
        return self.engine.strategy

    def apply(self, manifest: Manifest) -> None:
        """Raises KubectlFailed.

        A custom kind is patched in the same way without its OpenAPI, in half of the time.
        """
        options = ("--openapi-patch=false", "--filename=-")
        self.kubectl("apply", *options, stdin=json.dumps(manifest))

    def refusal(self, manifest: Manifest) -> str:
        try:
            self.apply(manifest)
        except KubectlFailed as failure:
            return str(failure)
        raise AssertionError(f"the API server took {manifest}")

    def patch(self, kind: str, name: str, patch: Manifest) -> None:
        self.control_plane.client.patch(kind, name, self.namespace, patch)

    def scale(self, kind: str, name: str, replicas: int) -> None:
        self.control_plane.client.scale(kind, name, self.namespace, replicas)

    def platform(self, settings: str | None) -> None:
        kubectl, place = self.control_plane.kubectl, f"--namespace={NAMESPACE}"
        if settings is None:
            kubectl("delete", "configmap", PLATFORM, place, "--ignore-not-found")
            return
        described = {"name": PLATFORM, "namespace": NAMESPACE}
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": described}
        text = json.dumps(body | {"data": {"platform.yaml": settings}})
        kubectl("apply", "--filename=-", stdin=text)

    def delete(self, kind: str, name: str) -> None:
        self.control_plane.client.delete(kind, name, self.namespace)

    def get(self, kind: str, name: str) -> Manifest | None:
        """The object as it is now, or None if it does not exist."""
        return self.control_plane.client.get(kind, name, self.namespace)

    def list(self, kind: str) -> Sequence[Manifest]:
        return self.control_plane.client.list(kind, self.namespace)

    def eventually(
        self, what: str, predicate: Callable[[], T], seconds: float = SETTLE_SECONDS
    ) -> T:
        """The first value of *predicate* that is true. Raises AssertionError after *seconds*.

        A predicate may also assert: its last failure is then the reason that is given.
        """
        deadline = time.monotonic() + seconds
        while True:
            reason: AssertionError | None = None
            try:
                value = predicate()
            except AssertionError as failure:
                reason = failure
            else:
                if value:
                    return value
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds:g} s: {what}") from reason
            if self.ended.wait(POLL_SECONDS):
                raise PhaseEnded

    def settle(self) -> None:
        """Until nobody writes any more: what others write, an engine may still have to see."""
        seen, since = len(self._written(None)), time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            if self.ended.wait(POLL_SECONDS):
                raise PhaseEnded
            if (found := len(self._written(None))) != seen:
                seen, since = found, time.monotonic()

    def writes(self) -> int:
        return len(self._written(USER))

    def _written(self, user: str | None) -> Sequence[Entry]:
        """Every write of *user*, or anybody, in this namespace, from the audit log."""
        return self.control_plane.audit.writes(user, namespace=self.namespace)

    def described(self) -> str:
        """What a reader of a failure wants to see."""
        parts = []
        for words in (("get", "orasi,all,configmaps", "--output=wide"), ("get", "events")):
            try:
                parts.append(self.kubectl(*words))
            except KubectlFailed as failure:
                parts.append(str(failure))
        parts.append(f"The engine's writes:\n{lines(self._written(USER)[-LINES:])}")
        for name, log in (("engine", self.engine.log_text()), ("server", self.server.log_text())):
            mine = [line for line in log.splitlines() if self.namespace in line]
            parts.append("\n".join([f"What the {name} logged of it:", *mine[-LINES:]]))
        return "\n".join(parts)
