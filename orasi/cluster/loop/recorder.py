"""Everything that one pass does, written down as it happens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from orasi.cluster.api import ApiError, Call, Cluster, Manifest, Resource, Write
from orasi.cluster.loop.merge import as_go_writes
from orasi.cluster.loop.snapshot import key_of

_ATTEMPTS = 4  # on a conflict; as many as client-go makes


@dataclass
class Recorder:
    """Writes to a cluster, and keeps each write; refused ones with their code."""

    cluster: Cluster
    calls: list[Call] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    def create(self, resource: Resource, manifest: Manifest) -> Manifest:
        with self._writing("create", resource, manifest) as write:
            created = self.cluster.create(resource, as_go_writes(manifest))
            write.code = 201
        return created

    def update(self, resource: Resource, manifest: Manifest) -> Manifest:
        with self._writing("update", resource, manifest) as write:
            updated = self.cluster.update(resource, as_go_writes(manifest))
            write.changed = _is_gone(updated) or _differ(manifest["metadata"], updated)
        return updated

    def update_status(self, resource: Resource, manifest: Manifest) -> Manifest:
        with self._writing("update", resource, manifest, "status") as write:
            updated = self.cluster.update_status(resource, as_go_writes(manifest))
            write.changed = _differ(manifest["metadata"], updated)
        return updated

    def patch(self, resource: Resource, manifest: Manifest, merge_patch: Manifest) -> Manifest:
        with self._writing("patch", resource, manifest) as write:
            patched = self.cluster.patch(resource, *key_of(manifest), as_go_writes(merge_patch))
            write.changed = _differ(manifest["metadata"], patched)
        return patched

    def apply(
        self, resource: Resource, manifest: Manifest, known: Manifest | None, *, field_manager: str
    ) -> Manifest:
        """Server-side apply; *known* is the `metadata` as last seen, None if it never was."""
        with self._writing("patch", resource, manifest) as write:
            applied = self.cluster.apply(
                resource, as_go_writes(manifest), field_manager=field_manager
            )
            write.changed = _differ(known or {}, applied)
            write.code = 201 if _is_new(known or {}, applied) else 200
        return applied

    def delete(self, resource: Resource, manifest: Manifest) -> None:
        """In the background, and only this very object, not a successor of its name."""
        uid = manifest["metadata"]["uid"]
        with self._writing("delete", resource, manifest):
            self.cluster.delete(resource, *key_of(manifest), uid=uid, propagation="Background")

    def rewrite(
        self,
        resource: Resource,
        original: Manifest,
        change: Callable[[Manifest], Manifest | None],
        write: Callable[[Resource, Manifest], Manifest],
    ) -> Manifest:
        """Read the live object, *change* and *write* it, again on a conflict.

        *change* answers None if nothing is to be done. 404 if *original* has been replaced.
        """
        attempts = _ATTEMPTS
        while True:
            attempts -= 1
            live = self.cluster.get(resource, *key_of(original))
            if live["metadata"]["uid"] != original["metadata"]["uid"]:
                name = f"{resource.plural}.{resource.group}".rstrip(".")
                raise ApiError(404, "NotFound", f'{name} "{key_of(original)[1]}" not found')
            changed = change(live)
            if changed is None:
                return live
            try:
                return write(resource, changed)
            except ApiError as error:
                if error.code != 409 or not attempts:
                    raise

    @contextmanager
    def _writing(
        self, verb: str, resource: Resource, manifest: Manifest, subresource: str = ""
    ) -> Iterator["_Outcome"]:
        namespace, name = key_of(manifest)
        place = namespace if resource.namespaced else ""
        outcome = _Outcome()
        try:
            yield outcome
        except ApiError as error:
            outcome.code = error.code
            raise
        finally:
            self.writes.append(
                Write(verb, resource, place, name, subresource, outcome.code, outcome.changed)
            )


@dataclass
class _Outcome:
    code: int = 200
    changed: bool = True


def _differ(before: Manifest, after: Manifest) -> bool:
    """Whether a write did something: the API server keeps the version if it did not."""
    return bool(before.get("resourceVersion") != after["metadata"].get("resourceVersion"))


def _is_new(before: Manifest, after: Manifest) -> bool:
    """Whether an apply has created the object: `Cluster` tells what it is now, but not that."""
    operations = {entry.get("operation") for entry in after["metadata"].get("managedFields") or ()}
    return before.get("uid") != after["metadata"]["uid"] and operations <= {"Apply"}


def _is_gone(after: Manifest) -> bool:
    """Whether that took the last finalizer off: the object goes, with its resourceVersion."""
    metadata = after["metadata"]
    return bool(metadata.get("deletionTimestamp")) and not metadata.get("finalizers")
