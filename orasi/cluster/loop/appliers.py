"""Brings one child to what is desired, by either of Metacontroller's apply strategies."""

import hashlib
from dataclasses import dataclass, field
from typing import Literal, Protocol

from orasi.cluster.api import ApiError, Manifest, Resource
from orasi.cluster.loop.merge import (
    LAST_APPLIED,
    SYSTEM_METADATA,
    as_go_writes,
    encoded,
    updated,
    with_last_applied,
    without_last_applied,
)
from orasi.cluster.loop.recorder import Recorder
from orasi.cluster.loop.snapshot import key_of, qualified_name
from orasi.cluster.values import same

Method = Literal["OnDelete", "Recreate", "InPlace"]

FIELD_MANAGER = "metacontroller"


def owner_reference(parent: Manifest) -> Manifest:
    """What each child carries."""
    return {
        "apiVersion": parent["apiVersion"],
        "kind": parent["kind"],
        "name": parent["metadata"]["name"],
        "uid": parent["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


class Applier(Protocol):
    """One way of bringing a child to what is desired. Raises `ApiError` or ValueError."""

    def apply(
        self,
        recorder: Recorder,
        parent: Manifest,
        resource: Resource,
        method: Method,
        observed: Manifest | None,
        desired: Manifest,
    ) -> None: ...

    def forget(self, resource: Resource, child: Manifest) -> None: ...


def _recreate(recorder: Recorder, resource: Resource, observed: Manifest) -> None:
    """Delete now; the next sync, woken by that, creates it."""
    try:
        recorder.delete(resource, observed)
    except ApiError as error:
        if error.code != 404:
            raise


class DynamicApply:
    """Metacontroller's default: its own three-way merge, remembered in an annotation."""

    def apply(
        self,
        recorder: Recorder,
        parent: Manifest,
        resource: Resource,
        method: Method,
        observed: Manifest | None,
        desired: Manifest,
    ) -> None:
        if observed is None:
            self._create(recorder, parent, resource, desired)
            return
        merged = updated(observed, desired)
        deleting = observed["metadata"].get("deletionTimestamp")
        if deleting or method == "OnDelete" or same(merged, observed):
            return
        if method == "Recreate":
            _recreate(recorder, resource, observed)
            return
        try:
            recorder.update(resource, merged)
        except ApiError as error:
            if error.code not in (404, 409):  # changed or gone meanwhile: that wakes us again
                raise

    def forget(self, resource: Resource, child: Manifest) -> None:
        """All that is known of a child is in its annotation."""

    def _create(
        self, recorder: Recorder, parent: Manifest, resource: Resource, desired: Manifest
    ) -> None:
        try:
            recorder.create(resource, _owned(with_last_applied(desired, desired), parent))
        except ApiError as error:
            # Somebody else's object has the name. Metacontroller says nothing of it either.
            if error.reason != "AlreadyExists":
                raise


@dataclass(frozen=True)
class _Applied:
    """What a child was when it was last known to be as desired."""

    desired: str  # hash
    uid: str
    generation: int
    resource_version: str


@dataclass
class ServerSideApply:
    """Forced patches of one field manager, skipped while nothing of interest has changed."""

    _applied: dict[tuple[str, str, str], _Applied] = field(default_factory=dict)

    def apply(
        self,
        recorder: Recorder,
        parent: Manifest,
        resource: Resource,
        method: Method,
        observed: Manifest | None,
        desired: Manifest,
    ) -> None:
        if observed is not None and observed["metadata"].get("deletionTimestamp"):
            return
        desired = _bare(_owned(desired, parent))
        digest = hashlib.sha256(encoded(desired).encode()).hexdigest()
        key = self._key(resource, desired)
        known = self._applied.get(key)
        if observed is not None:
            if _is_current(known, digest, observed):
                return
            if method == "OnDelete":
                self._applied[key] = _applied(digest, observed)
                return
            if method == "Recreate":
                self._recreate(recorder, resource, key, digest, observed, desired)
                return
            observed = self._without_annotation(recorder, resource, observed)
            if observed is None:
                return
        self._patch(recorder, resource, key, digest, observed, desired)

    def forget(self, resource: Resource, child: Manifest) -> None:
        self._applied.pop(self._key(resource, child), None)

    def _key(self, resource: Resource, child: Manifest) -> tuple[str, str, str]:
        return resource.group, resource.kind, qualified_name(child)

    def _patch(
        self,
        recorder: Recorder,
        resource: Resource,
        key: tuple[str, str, str],
        digest: str,
        observed: Manifest | None,
        desired: Manifest,
    ) -> None:
        if not key_of(desired)[1]:
            raise ValueError("name is required")
        known = observed["metadata"] if observed is not None else self._last_seen(key)
        try:
            result = recorder.apply(resource, desired, known, field_manager=FIELD_MANAGER)
        except ApiError as error:
            if error.code != 409:
                raise
            return
        self._applied[key] = _applied(digest, result)

    def _last_seen(self, key: tuple[str, str, str]) -> Manifest | None:
        """The metadata of a child that is never observed, as its kind is not listed."""
        known = self._applied.get(key)
        if known is None:
            return None
        return {"uid": known.uid, "resourceVersion": known.resource_version}

    def _recreate(
        self,
        recorder: Recorder,
        resource: Resource,
        key: tuple[str, str, str],
        digest: str,
        observed: Manifest,
        desired: Manifest,
    ) -> None:
        try:
            tried = recorder.cluster.apply(
                resource, as_go_writes(desired), field_manager=FIELD_MANAGER, dry_run=True
            )
        except ApiError as error:
            if error.code in (400, 403):
                self._applied[key] = _applied(digest, observed)
                return
            raise ValueError(f"dry run failed for server-side apply: {error}") from error
        before, after = _identity(observed), _identity(tried)
        if before != after:
            raise ValueError(
                "generation or UID changed during dry run for server-side apply, expected "
                f"generation {before[0]} and UID {before[1]} but got generation {after[0]} and "
                f"UID {after[1]}, this likely means the object was updated after we read it, "
                "retrying on next reconciliation loop to avoid unnecessary delete and recreate"
            )
        if same(_bare(tried), _bare(observed)):
            self._applied[key] = _applied(digest, observed)
            return
        _recreate(recorder, resource, observed)
        self._applied.pop(key, None)

    def _without_annotation(
        self, recorder: Recorder, resource: Resource, observed: Manifest
    ) -> Manifest | None:
        """Takes dynamic apply's annotation off a child of an earlier time; None if it is gone."""
        if LAST_APPLIED not in (observed["metadata"].get("annotations") or {}):
            return observed
        try:
            gone = {"metadata": {"annotations": {LAST_APPLIED: None}}}
            return recorder.patch(resource, observed, gone)
        except ApiError as error:
            if error.code != 404:
                raise
            return None


def _owned(desired: Manifest, parent: Manifest) -> Manifest:
    reference = owner_reference(parent)
    references = desired["metadata"].get("ownerReferences") or []
    if not (isinstance(references, list) and all(isinstance(each, dict) for each in references)):
        references = []
    if any(each.get("uid") == reference["uid"] for each in references):
        return desired
    kept = [_as_read(each) for each in references]
    metadata = {**desired["metadata"], "ownerReferences": [*kept, reference]}
    return {**desired, "metadata": metadata}


def _as_read(reference: Manifest) -> Manifest:
    """An owner reference that went through Go's type for it."""
    texts = {name: reference.get(name) for name in ("apiVersion", "kind", "name", "uid")}
    flags = {name: reference.get(name) for name in ("controller", "blockOwnerDeletion")}
    return {
        **{name: value if isinstance(value, str) else "" for name, value in texts.items()},
        **{name: value for name, value in flags.items() if isinstance(value, bool)},
    }


def _bare(manifest: Manifest) -> Manifest:
    """Without what only the API server writes, and without the annotation of dynamic apply."""
    bare = {key: value for key, value in without_last_applied(manifest).items() if key != "status"}
    metadata = {k: v for k, v in bare["metadata"].items() if k not in SYSTEM_METADATA}
    return {**bare, "metadata": metadata}


def _applied(digest: str, manifest: Manifest) -> _Applied:
    generation, uid = _identity(manifest)
    return _Applied(digest, uid, generation, manifest["metadata"]["resourceVersion"])


def _identity(manifest: Manifest) -> tuple[int, str]:
    return manifest["metadata"].get("generation", 0), manifest["metadata"]["uid"]


def _is_current(known: _Applied | None, digest: str, observed: Manifest) -> bool:
    if known is None:
        return False
    generation, uid = _identity(observed)
    # Kinds without a generation are patched after every foreign change, others only if it counts.
    version_counts = generation == 0
    return (known.desired, known.uid, known.generation) == (digest, uid, generation) and not (
        version_counts and known.resource_version != observed["metadata"]["resourceVersion"]
    )
