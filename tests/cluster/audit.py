"""The API server's audit log as a witness: who asked for what, and what came of it."""

import json
import threading
import time
from bisect import bisect_left
from collections import defaultdict
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

    place: int  # in the log
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
    """The log at *path*, read on as it grows. Safe to share between threads.

    Of reads that were allowed, which are most of it, nothing is kept: scenarios look every moment.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writes: defaultdict[str, list[Entry]] = defaultdict(list)  # by namespace
        self._refused: list[Entry] = []
        self._end = 0  # lines that were read
        self._offset = 0  # and their bytes
        self._lock = threading.Lock()

    def mark(self) -> int:
        """The present end, for the *since* of the other methods."""
        self._read()
        return self._end

    def writes(self, user: str | None, since: int = 0, namespace: str | None = None) -> list[Entry]:
        """The requests of *user*, or anybody, that write, also those that changed nothing.

        In all namespaces if none is given.
        """
        self._read()
        places = [*self._writes] if namespace is None else [namespace]
        found = [
            entry
            for place in places
            for entry in _since(self._writes[place], since)
            if user in (None, entry.user)
        ]
        return sorted(found, key=_place)

    def refused(self, user: str, since: int = 0) -> list[Entry]:
        """The requests that *user* has no right to make; a quota's 403 is none of them."""
        self._read()
        return [entry for entry in _since(self._refused, since) if user == entry.user]

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

    def _read(self) -> None:
        """What was written since the last time."""
        with self._lock:
            if not self.path.exists():
                return
            with self.path.open("rb") as file:
                file.seek(self._offset)
                for line in file:
                    if not line.endswith(b"\n"):
                        break  # still being written
                    entry = _entry(self._end, json.loads(line))
                    self._offset += len(line)
                    self._end += 1
                    if entry.is_write:
                        self._writes[entry.namespace].append(entry)
                    if not entry.authorized:
                        self._refused.append(entry)


def _place(entry: Entry) -> int:
    return entry.place


def _since(entries: list[Entry], place: int) -> list[Entry]:
    return entries[bisect_left(entries, place, key=_place) :]


def lines(entries: Iterable[Entry]) -> str:
    """Entries as text, one a line."""
    return "\n".join(map(str, entries))


def _entry(place: int, event: dict[str, Any]) -> Entry:
    reference = event.get("objectRef", {})
    code = event.get("responseStatus", {}).get("code", 0)
    decision = event.get("annotations", {}).get("authorization.k8s.io/decision")
    return Entry(
        place=place,
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
