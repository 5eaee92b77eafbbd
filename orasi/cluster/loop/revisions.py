"""ControllerRevisions: what a parent was, and which children are still as it wanted them then."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.loop.answers import CompositeAnswer
from orasi.cluster.loop.appliers import owner_reference
from orasi.cluster.loop.children import kind_of
from orasi.cluster.loop.merge import encoded
from orasi.cluster.loop.nested import found, with_field

API_VERSION = "metacontroller.k8s.io/v1alpha1"

_LONGEST_NAME, _HASH_LENGTH = 253, 40

Kind = tuple[str, str]
"""Group and kind: revisions say nothing of versions."""

Child = tuple[Kind, str]
"""Kind and name."""


def child_of(manifest: Manifest) -> Child:
    api_version, kind = kind_of(manifest)
    name = (manifest.get("metadata") or {}).get("name")
    return (api_version.rpartition("/")[0], kind), name if isinstance(name, str) else ""


@dataclass
class Revision:
    """One state of a parent, its children, and what the hook says of it."""

    parent: Manifest  # as it would be in this state
    stored: Manifest  # the ControllerRevision as it is, or is to be created
    claims: dict[Kind, list[str]]  # the names of its children
    answer: CompositeAnswer = field(default_factory=CompositeAnswer)

    @property
    def name(self) -> str:
        return str(self.stored["metadata"]["name"])

    @property
    def is_used(self) -> bool:
        return any(self.claims.values())

    @property
    def manifest(self) -> Manifest:
        """The ControllerRevision as it has to become."""
        children = [
            {"apiGroup": group, "kind": kind, "names": names}
            for (group, kind), names in self.claims.items()
        ]
        return {**self.stored, "children": children}

    def claim(self, child: Child) -> None:
        kind, name = child
        names = self.claims.setdefault(kind, [])
        if name not in names:
            names.append(name)

    def release(self, child: Child) -> None:
        kind, name = child
        if name in self.claims.get(kind, ()):
            self.claims[kind].remove(name)


def revision(parent: Manifest, stored: Manifest) -> Revision:
    claims = {
        (each["apiGroup"], each["kind"]): list(each["names"])
        for each in stored.get("children") or ()
    }
    return Revision(parent, stored, claims)


def marks(resource: Resource) -> dict[str, str]:
    """The labels of all revisions of one kind of parents."""
    return {
        "metacontroller.k8s.io/apiGroup": resource.group,
        "metacontroller.k8s.io/resource": resource.plural,
    }


def patch_of(parent: Manifest, paths: Iterable[str]) -> Manifest:
    """What makes up a revision: the fields at these *paths*. Raises `Misshapen`."""
    patch: Manifest = {}
    for path in paths:
        fields = path.split(".")
        is_there, value = found(parent, fields)
        if is_there:
            patch = with_field(patch, fields, value)
    return patch


def patched(parent: Manifest, patch: Manifest, paths: Sequence[str]) -> Manifest:
    """*parent* as it was: what it did not have then stays. Raises `Misshapen`."""
    for path in paths:
        fields = path.split(".")
        is_there, value = found(patch, fields)
        if is_there:
            parent = with_field(parent, fields, value)
    return parent


def new(
    resource: Resource, parent: Manifest, patch: Manifest, labels: Mapping[str, str]
) -> Manifest:
    """The ControllerRevision of what *parent* is now."""
    hashed = hashlib.sha1(usedforsecurity=False)
    hashed.update(f"{parent['metadata']['uid']}{encoded(patch)}".encode())
    prefix = f"{resource.plural}.{resource.group or 'core'}"[: _LONGEST_NAME - _HASH_LENGTH - 1]
    metadata = {
        "name": f"{prefix}-{hashed.hexdigest()}",
        "labels": {**labels, **marks(resource)},
        "ownerReferences": [owner_reference(parent)],
    }
    if parent["metadata"].get("namespace"):
        metadata["namespace"] = parent["metadata"]["namespace"]
    return {
        "apiVersion": API_VERSION,
        "kind": "ControllerRevision",
        "metadata": metadata,
        "parentPatch": patch,
    }
