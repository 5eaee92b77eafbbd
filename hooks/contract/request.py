"""What Metacontroller asks: the request of a sync or finalize hook, as one value."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Generic, TypeVar

from hooks import API_VERSION
from hooks.contract.json import Manifest
from hooks.errors import MalformedRequest

Spec = TypeVar("Spec")

# The one form in which the API server writes times; in it, text order is time order.
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
BEGINNING = "1970-01-01T00:00:00Z"
INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True)
class Observed:
    """Objects as they are in the cluster, by group ("Kind.apiVersion") and "namespace/name"."""

    groups: Mapping[str, Mapping[str, Manifest]] = field(default_factory=dict)

    def like(self, desired: Manifest) -> Manifest | None:
        """The observed counterpart of *desired*, or None while it does not exist."""
        metadata = desired["metadata"]
        group = self.groups.get(f"{desired['kind']}.{desired['apiVersion']}", {})
        return group.get(f"{metadata['namespace']}/{metadata['name']}")

    def __iter__(self) -> Iterator[Manifest]:
        """Every object, in an order that does not depend on that of the request."""
        for _, objects in sorted(self.groups.items()):
            for _, manifest in sorted(objects.items()):
                yield manifest


@dataclass(frozen=True)
class Parent(Generic[Spec]):
    """The object that is reconciled."""

    manifest: Manifest  # as observed
    spec: Spec  # validated; the plain JSON value while it could not be

    @property
    def metadata(self) -> Manifest:
        metadata: Manifest = self.manifest["metadata"]
        return metadata

    @property
    def name(self) -> str:
        return str(self.metadata["name"])

    @property
    def namespace(self) -> str:
        return str(self.metadata["namespace"])

    @property
    def generation(self) -> int:
        return int(self.metadata.get("generation", 0))

    @property
    def annotations(self) -> Mapping[str, Any]:
        annotations: Mapping[str, Any] = self.metadata.get("annotations") or {}
        return annotations

    @property
    def conditions(self) -> list[Manifest]:
        """What the last answer reported, as stored: anything may stand in it."""
        status = self.manifest.get("status")
        return list(objects_in(status.get("conditions"))) if isinstance(status, dict) else []


@dataclass(frozen=True)
class SyncRequest(Generic[Spec]):
    """Everything a hook may know. A hook that needs more is not a hook."""

    parent: Parent[Spec]
    children: Observed
    related: Observed = Observed()
    finalizing: bool = False
    as_of: str = BEGINNING  # RFC 3339, UTC; the newest timestamp found in the request itself


def sync_request(kind: str, envelope: Any) -> SyncRequest[Any]:
    """The request in *envelope*, a decoded body, about a parent of *kind*.

    Keys that nobody reads may be anything, since Metacontroller and the API grow. Raises
    MalformedRequest where the rest is not what Metacontroller sends.
    """
    body = object_at("The body", envelope)
    object_at("controller", body.get("controller"))
    parent = object_at("parent", body.get("parent"))
    check_identity("parent", parent)
    if (parent["apiVersion"], parent["kind"]) != (API_VERSION, kind):
        raise MalformedRequest(f"parent is no {kind} of {API_VERSION}.")
    check_parent_metadata(parent["metadata"])
    finalizing = body.get("finalizing")
    if not isinstance(finalizing, bool):
        raise MalformedRequest("finalizing is neither true nor false.")
    children = observed("children", body.get("children"))
    related = observed("related", body.get("related"))
    return SyncRequest(
        parent=Parent(parent, parent.get("spec")),
        children=children,
        related=related,
        finalizing=finalizing,
        as_of=max(
            chain.from_iterable(map(timestamps, (parent, *children, *related))), default=BEGINNING
        ),
    )


def observed(path: str, value: Any) -> Observed:
    groups = object_at(path, value)
    for group, objects in groups.items():
        for key, manifest in object_at(f"{path}[{group}]", objects).items():
            where = f"{path}[{group}][{key}]"
            check_identity(where, object_at(where, manifest))
    return Observed(groups)


def object_at(path: str, value: Any) -> Manifest:
    if not isinstance(value, dict):
        raise MalformedRequest(f"{path} is not an object, so this is no hook request.")
    return value


def check_identity(path: str, manifest: Manifest) -> None:
    metadata = object_at(f"{path}.metadata", manifest.get("metadata"))
    for name, value in (
        ("apiVersion", manifest.get("apiVersion")),
        ("kind", manifest.get("kind")),
        ("metadata.name", metadata.get("name")),
        ("metadata.namespace", metadata.get("namespace", "-")),
    ):
        if not isinstance(value, str) or not value:
            raise MalformedRequest(f"{path}.{name} is not a name.")


def check_parent_metadata(metadata: Manifest) -> None:
    if "namespace" not in metadata:
        raise MalformedRequest("parent.metadata.namespace is not a name.")
    generation = metadata.get("generation", 0)
    if not isinstance(generation, int) or isinstance(generation, bool) or generation not in INT64:
        raise MalformedRequest("parent.metadata.generation is not a number of 64 bits.")
    if not isinstance(metadata.get("annotations") or {}, dict):
        raise MalformedRequest("parent.metadata.annotations is not an object.")


def timestamps(manifest: Manifest) -> Iterator[str]:
    """The times at which the cluster says that something happened to this object."""
    metadata, status = manifest["metadata"], manifest.get("status")
    found = [metadata.get("creationTimestamp"), metadata.get("deletionTimestamp")]
    found += [entry.get("time") for entry in objects_in(metadata.get("managedFields"))]
    if isinstance(status, dict):
        found += [item.get("lastTransitionTime") for item in objects_in(status.get("conditions"))]
    return (time for time in found if isinstance(time, str) and TIMESTAMP.fullmatch(time))


def objects_in(value: Any) -> Iterator[Manifest]:
    items = value if isinstance(value, list) else []
    return (item for item in items if isinstance(item, dict))
