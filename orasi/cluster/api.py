"""The interface `Cluster`, and the values that cross it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

CONTROLLER_KINDS = ("CompositeController", "DecoratorController")

Manifest = dict[str, Any]
"""One object, shaped as its JSON. A cluster never changes one it was given or handed out."""


@dataclass(frozen=True)
class Resource:
    """A kind as the API serves it: what discovery says of it."""

    api_version: str  # "apps/v1", "v1"
    kind: str  # "Deployment"
    plural: str  # "deployments"
    namespaced: bool = True
    has_status: bool = field(default=True, compare=False)  # as a subresource

    @property
    def group(self) -> str:
        """The API group, "" for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def group_key(self) -> str:
        """How Metacontroller keys a group of such objects: "Deployment.apps/v1", "ConfigMap.v1"."""
        return f"{self.kind}.{self.api_version}"


class ApiError(Exception):
    """A call that the API server refused. `str()` is its message, as `kubectl` would show it."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = code  # the HTTP status: 404, 409, 422, …
        self.reason = reason  # "NotFound", "AlreadyExists", "Conflict", "Invalid", "Forbidden", …
        self.message = message


@dataclass(frozen=True)
class Write:
    """One write request, as an audit log would name it."""

    verb: str  # create, update, patch, delete
    resource: Resource
    namespace: str  # "" for cluster-scoped objects
    name: str
    subresource: str = ""
    code: int = 200
    changed: bool = True  # False: accepted, but nothing differed (same resourceVersion)

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        plural = (
            f"{self.resource.plural}/{self.subresource}"
            if self.subresource
            else self.resource.plural
        )
        return f"{self.verb} {plural} {place} {self.code}{'' if self.changed else ' unchanged'}"


class Cluster(Protocol):
    """What the loop needs of an API server. Every method may raise `ApiError`."""

    def resources(self) -> Sequence[Resource]:
        """Every kind that is served now, as discovery tells it, custom ones included."""

    def get(self, resource: Resource, namespace: str, name: str) -> Manifest:
        """The object as stored, or 404. *namespace* is "" for cluster-scoped kinds."""

    def list(self, resource: Resource, namespace: str = "") -> Sequence[Manifest]:
        """All objects of a kind, in one namespace or ("") in all, ordered by namespace and name.

        The very same value as before means that nothing has changed.
        """

    def create(self, resource: Resource, manifest: Manifest) -> Manifest: ...

    def update(self, resource: Resource, manifest: Manifest) -> Manifest:
        """Replace all but the status; 409 if it names a resourceVersion that is not the newest."""

    def update_status(self, resource: Resource, manifest: Manifest) -> Manifest:
        """Replace the status and nothing else, by the status subresource."""

    def patch(
        self, resource: Resource, namespace: str, name: str, merge_patch: Manifest
    ) -> Manifest:
        """Change what a JSON merge patch (RFC 7386) says, all but the status."""

    def apply(
        self,
        resource: Resource,
        manifest: Manifest,
        *,
        field_manager: str,
        dry_run: bool = False,
    ) -> Manifest:
        """Server-side apply, forced: create it, or take over the fields that *manifest* names.

        *dry_run*: answer what it would become, and store nothing.
        """

    def delete(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        *,
        uid: str | None = None,
        propagation: str = "Background",
    ) -> None:
        """Ask for deletion; *uid* is a precondition (409). Finalizers hold the object back."""

    def run_controllers(self) -> None:
        """Do what a real cluster does by itself: garbage collection and the like."""

    def next_change(self) -> float | None:
        """When `run_controllers` will have something to do though nobody writes until then.

        In seconds of the clock, always later than now; what is due by a schedule does not count,
        since that never ends. None: never, or the cluster needs no call to do what it does by
        itself.
        """


class Clock(Protocol):
    """Time in seconds since 1970. Virtual time jumps where real time sleeps."""

    def now(self) -> float: ...

    def sleep_until(self, moment: float) -> None: ...


class VirtualClock:
    """Time that passes only when somebody waits for it: a back-off of 17 minutes costs nothing."""

    START = 1767225600.0  # 2026-01-01T00:00:00Z, so that every run has the same times

    def __init__(self) -> None:
        self._now = self.START

    def now(self) -> float:
        return self._now

    def sleep_until(self, moment: float) -> None:
        self._now = max(self._now, moment)


class RealClock:
    """Time as it passes."""

    def now(self) -> float:
        return time.time()

    def sleep_until(self, moment: float) -> None:
        time.sleep(max(0.0, moment - self.now()))


@dataclass(frozen=True)
class Call:
    """One call of a hook and what came back."""

    hook: str  # sync, finalize, customize
    controller: str  # its name
    parent: str  # "namespace/name"
    code: int | None  # the HTTP status; None: no answer (refused, timed out)
    error: str = ""  # what Metacontroller would say of it; "" if it was a good answer


@dataclass(frozen=True)
class Pass:
    """Every parent that had a reason to be synced, synced once."""

    number: int  # from 1
    calls: tuple[Call, ...] = ()
    writes: tuple[Write, ...] = ()  # but for events, by which errors are told
    errors: Mapping[str, str] = field(default_factory=dict)
    """Why a sync failed, by "Kind namespace/name": the text of Metacontroller's SyncError event."""

    @property
    def changes(self) -> tuple[Write, ...]:
        """The writes that changed something; a pass without one means that all is settled."""
        return tuple(write for write in self.writes if write.changed and write.code < 300)
