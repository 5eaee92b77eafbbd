"""What Metacontroller asks: the request of a sync or finalize hook, as one value."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Generic, TypeVar

from hooks import API_VERSION
from hooks.contract.json import Manifest
from hooks.errors import MalformedRequest

Spec = TypeVar("Spec")

# The one form in which the API server writes times; in it, text order is time order.
TIMESTAMP = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z")
BEGINNING = "1970-01-01T00:00:00Z"
APPLY_CONTROLLERS = "Run `kubectl apply -k metacontroller/controllers` from this release."
INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True)
class Child:
    """A kind of object that a parent owns. Metacontroller updates it in place."""

    api_version: str  # "apps/v1"
    kind: str  # "Deployment"
    plural: str  # "deployments"
    stage: int = 0  # of the teardown: it is deleted when all of lower stages are gone
    optional: bool = False  # made only where the controller lists it


@dataclass(frozen=True)
class Observed:
    """Objects as they are in the cluster, by group ("Kind.apiVersion") and "namespace/name"."""

    groups: Mapping[str, Mapping[str, Manifest]] = field(default_factory=dict)

    def like(self, desired: Manifest) -> Manifest | None:
        """The observed counterpart of *desired*, or None while it does not exist."""
        metadata = desired["metadata"]
        group = self.groups.get(f"{desired['kind']}.{desired['apiVersion']}", {})
        return group.get(f"{metadata['namespace']}/{metadata['name']}")

    def lists(self, child: Child) -> bool:
        """Whether the controller looks for objects of this kind."""
        return f"{child.kind}.{child.api_version}" in self.groups

    def of(self, api_version: str, kind: str) -> list[Manifest]:
        """Every object of one kind, by name."""
        return [each for _, each in sorted(self.groups.get(f"{kind}.{api_version}", {}).items())]

    def asked(self, api_version: str, kind: str) -> list[Manifest]:
        """Every object of a kind that the customize hook asks for. Raises MalformedRequest."""
        self.check_asked(api_version, kind)
        return self.of(api_version, kind)

    def check_asked(self, api_version: str, kind: str) -> None:
        """Raises MalformedRequest if nobody has looked: what is not seen is not missing."""
        if f"{kind}.{api_version}" not in self.groups:
            raise MalformedRequest(
                f"The controller does not ask for objects of kind {kind}. {APPLY_CONTROLLERS}"
            )

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
        """ "" if it is cluster-scoped, as a decorated object may be."""
        return str(self.metadata.get("namespace", ""))

    @property
    def generation(self) -> int:
        return int(self.metadata.get("generation", 0))

    @property
    def annotations(self) -> Mapping[str, str]:
        annotations: Mapping[str, str] = self.metadata.get("annotations") or {}
        return annotations

    @property
    def conditions(self) -> list[Manifest]:
        """What the last answer reported; what nobody of us can have written is left out."""
        status = self.manifest.get("status")
        stored = objects_in(status.get("conditions")) if isinstance(status, dict) else ()
        return [
            item
            for item in stored
            if isinstance(item.get("type"), str)
            and isinstance(item.get("status"), str)
            and is_timestamp(item.get("lastTransitionTime"))
        ]


@dataclass(frozen=True)
class SyncRequest(Generic[Spec]):
    """Everything a hook may know. A hook that needs more is not a hook."""

    parent: Parent[Spec]
    children: Observed
    related: Observed = field(default_factory=Observed)
    finalizing: bool = False
    as_of: str = BEGINNING  # RFC 3339, UTC; the newest timestamp found in the request itself


def sync_request(kind: str, envelope: Any, *, declared: Collection[Child]) -> SyncRequest[Any]:
    """The request in *envelope*, a decoded body, about a parent of *kind*.

    *declared* are the children that we make. Keys that nobody reads may be anything, since
    Metacontroller and the API grow. Raises MalformedRequest where the rest is not what
    Metacontroller sends for our controllers.
    """
    parent = parent_of(kind, envelope)
    children = observed("children", envelope.get("children"))
    related = observed("related", envelope.get("related"))
    finalizing = truth_at("finalizing", envelope.get("finalizing"))
    for child in children:
        if child["metadata"].get("namespace") != parent.namespace:
            name = child["metadata"]["name"]
            raise MalformedRequest(f"{child['kind']} {name} is not in the namespace of its parent.")
    # Whatever else is observed, a deletion goes on: what is not answered is deleted.
    if not finalizing:
        check_listed(envelope["controller"], declared, "childResources")
        check_known(children, declared)
    return SyncRequest(
        parent=parent,
        children=children,
        related=related,
        finalizing=finalizing,
        as_of=newest_timestamp(parent.manifest, children, related),
    )


def parent_of(kind: str, envelope: Any) -> Parent[Any]:
    """The parent of *kind* that a request is about. Raises MalformedRequest."""
    parent = subject_of("parent", envelope)
    if (parent["apiVersion"], parent["kind"]) != (API_VERSION, kind):
        raise MalformedRequest(f"parent is no {kind} of {API_VERSION}.")
    if "namespace" not in parent["metadata"]:
        raise MalformedRequest("parent.metadata.namespace is not a name.")
    return Parent(parent, parent.get("spec"))


def subject_of(key: str, envelope: Any) -> Manifest:
    """The object that a request is about, which stands at *key*. Raises MalformedRequest."""
    body = object_at("The body", envelope)
    object_at("controller", body.get("controller"))
    subject = object_at(key, body.get(key))
    check_identity(key, subject)
    metadata = subject["metadata"]
    generation = metadata.get("generation", 0)
    if not isinstance(generation, int) or isinstance(generation, bool) or generation not in INT64:
        raise MalformedRequest(f"{key}.metadata.generation is not a number of 64 bits.")
    return subject


def observed(path: str, value: Any) -> Observed:
    groups = object_at(path, value)
    for group, objects in groups.items():
        for key, manifest in object_at(f"{path}[{group}]", objects).items():
            where = f"{path}[{group}][{key}]"
            check_identity(where, object_at(where, manifest))
            if group != f"{manifest['kind']}.{manifest['apiVersion']}":
                raise MalformedRequest(f"{where} is of another kind than its group.")
            metadata = manifest["metadata"]
            if key != "/".join(filter(None, (metadata.get("namespace"), metadata["name"]))):
                raise MalformedRequest(f"{where} is not keyed as hook version v2 does.")
    return Observed(groups)


def check_listed(controller: Manifest, declared: Collection[Child], field: str) -> None:
    """Raises MalformedRequest if a child of ours is of a kind that Metacontroller does not watch.

    *field* of the controller's spec has the kinds that it does.

    It would be made once, and then never be seen again.
    """
    spec = controller.get("spec")
    if not isinstance(spec, dict):
        return  # a person with curl
    listed = {
        (str(item.get("apiVersion")), str(item.get("resource")))
        for item in objects_in(spec.get(field))
    }
    for child in declared:
        if not child.optional and (child.api_version, child.plural) not in listed:
            raise MalformedRequest(
                f"The controller does not list {child.plural} of {child.api_version}, which this "
                f"version makes. {APPLY_CONTROLLERS}"
            )


def check_known(children: Observed, declared: Collection[Child]) -> None:
    """Raises MalformedRequest if a child is observed that would be deleted by mistake."""
    known = {(child.api_version, child.kind) for child in declared}
    for child in children:
        if (child["apiVersion"], child["kind"]) not in known:
            raise MalformedRequest(
                f"The controller lists children of kind {child['kind']} of {child['apiVersion']}, "
                f"which this version does not make. {APPLY_CONTROLLERS}"
            )


def object_at(path: str, value: Any) -> Manifest:
    if not isinstance(value, dict):
        raise MalformedRequest(f"{path} is not an object, so this is no hook request.")
    return value


def truth_at(path: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise MalformedRequest(f"{path} is neither true nor false.")
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
    for name in ("labels", "annotations"):
        value = metadata.get(name)
        texts = object_at(f"{path}.metadata.{name}", {} if value is None else value)
        if not all(isinstance(text, str) for text in texts.values()):
            raise MalformedRequest(f"{path}.metadata.{name} has a value that is no text.")


def newest_timestamp(subject: Manifest, *observed: Observed) -> str:
    """When the newest thing in a request happened, our own writes of the status apart.

    If those counted, a cache that lags behind one would get another time than a fresh one, and
    each answer would overwrite the other.
    """
    times = chain(timestamps(subject), *(timestamps(each) for group in observed for each in group))
    return max(times, default=BEGINNING)


def timestamps(manifest: Manifest) -> Iterator[str]:
    """When the cluster says that something happened to an object."""
    metadata = manifest["metadata"]
    yield from filter(is_timestamp, map(metadata.get, ("creationTimestamp", "deletionTimestamp")))
    is_ours = manifest["apiVersion"] == API_VERSION
    for entry in objects_in(metadata.get("managedFields")):
        is_our_write = is_ours and entry.get("subresource") == "status"
        if not is_our_write and is_timestamp(entry.get("time")):
            yield entry["time"]


def is_timestamp(value: Any) -> bool:
    return isinstance(value, str) and TIMESTAMP.fullmatch(value) is not None


def objects_in(value: Any) -> Iterator[Manifest]:
    items = value if isinstance(value, list) else []
    return (item for item in items if isinstance(item, dict))
