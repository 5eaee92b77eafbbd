"""The API server's audit log as a witness: who asked for what, and what came of it."""

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.cluster.client import object_path

WRITES = frozenset({"create", "update", "patch", "delete", "deletecollection"})
POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Entry:
    """One finished request."""

    user: str
    verb: str
    group: str  # "" for the core group
    version: str
    resource: str  # the plural: "deployments"
    subresource: str  # "" for the object itself
    namespace: str  # "" for cluster-scoped objects
    name: str
    code: int
    authorized: bool  # False: the user has no right to do this (or is nobody)
    received: datetime  # when the request came in
    replicas: int | None = None  # what it wants spec.replicas to be, if it says

    @property
    def path(self) -> str:
        """Where the object can be read."""
        return object_path(self.group, self.version, self.resource, self.namespace, self.name)

    @property
    def is_write(self) -> bool:
        return self.verb in WRITES

    @property
    def created(self) -> bool:
        """Whether an object came into being: by a create, or by an apply of what was not there."""
        return self.is_write and self.code == 201 and not self.subresource

    def __str__(self) -> str:
        resource = f"{self.resource}/{self.subresource}" if self.subresource else self.resource
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.received:%H:%M:%S.%f} {self.verb} {resource} {place} {self.code}"


class AuditLog:
    """The log at *path*, read on as it grows. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entries: list[Entry] = []
        self._offset = 0
        self._lock = threading.Lock()

    def mark(self) -> int:
        """The present end, for the *since* of the other methods."""
        return len(self._read())

    def entries(
        self, user: str | None, since: int = 0, namespace: str | None = None
    ) -> list[Entry]:
        """What *user*, or anybody, asked for; in all namespaces if none is given."""
        return [
            entry
            for entry in self._read()[since:]
            if user in (None, entry.user) and namespace in (None, entry.namespace)
        ]

    def writes(self, user: str | None, since: int = 0, namespace: str | None = None) -> list[Entry]:
        """The requests of *user* that write, also those that failed or changed nothing."""
        return [entry for entry in self.entries(user, since, namespace) if entry.is_write]

    def refused(self, user: str, since: int = 0) -> list[Entry]:
        """The requests that *user* has no right to make; a quota's 403 is none of them."""
        return [entry for entry in self.entries(user, since) if not entry.authorized]

    def wait_for_quiet(self, user: str, seconds: float, timeout: float) -> None:
        """Return once *user* has written nothing for *seconds*. Raises AssertionError."""
        deadline = time.monotonic() + timeout
        seen, quiet_since = self.mark(), time.monotonic()
        while time.monotonic() - quiet_since < seconds:
            time.sleep(POLL_SECONDS)
            end = self.mark()
            writes = self.writes(user, since=seen)
            seen = end
            if writes:
                quiet_since = time.monotonic()
                assert quiet_since < deadline, f"{user} still writes:\n{lines(writes)}"

    def _read(self) -> list[Entry]:
        """All entries up to now: a list that only ever grows."""
        with self._lock:
            if self.path.exists():
                with self.path.open("rb") as file:
                    file.seek(self._offset)
                    for line in file:
                        if not line.endswith(b"\n"):
                            break  # still being written
                        self._offset += len(line)
                        self._entries.append(_entry(json.loads(line)))
            return self._entries


def lines(entries: Iterable[Entry]) -> str:
    """Entries as text, one a line."""
    return "\n".join(map(str, entries))


def _entry(event: dict[str, Any]) -> Entry:
    reference = event.get("objectRef", {})
    code = event.get("responseStatus", {}).get("code", 0)
    decision = event.get("annotations", {}).get("authorization.k8s.io/decision")
    return Entry(
        user=event["user"].get("username", ""),
        verb=event["verb"],
        group=reference.get("apiGroup", ""),
        version=reference.get("apiVersion", ""),
        resource=reference.get("resource", ""),
        subresource=reference.get("subresource", ""),
        namespace=reference.get("namespace", ""),
        name=reference.get("name", ""),
        code=code,
        authorized=code != 401 and decision != "forbid",
        received=datetime.fromisoformat(event["requestReceivedTimestamp"]),
        replicas=_replicas(event.get("requestObject")),
    )


def _replicas(body: Any) -> int | None:
    spec = body.get("spec") if isinstance(body, dict) else None
    found = spec.get("replicas") if isinstance(spec, dict) else None
    return found if isinstance(found, int) else None
