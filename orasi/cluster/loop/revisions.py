"""ControllerRevisions: the states of one parent that its children follow while they are rolled."""

import copy
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from orasi.cluster.api import ApiError, Manifest, Resource
from orasi.cluster.loop.answers import CompositeAnswer
from orasi.cluster.loop.appliers import owner_reference
from orasi.cluster.loop.claims import GENERATED_LABEL
from orasi.cluster.loop.definition import Definition, GroupKind
from orasi.cluster.loop.merge import encoded, same
from orasi.cluster.loop.recorder import Recorder
from orasi.cluster.loop.snapshot import key_of

REVISIONS = Resource("metacontroller.k8s.io/v1alpha1", "ControllerRevision", "controllerrevisions")
_LONGEST_PREFIX = 253 - 41  # of a name: the rest is a hash and what separates it


@dataclass
class Revision:
    """A state of a parent, and what its hook wants then."""

    parent: Manifest  # as it was
    manifest: Manifest  # without its `children`
    claims: dict[GroupKind, list[str]]  # those `children`: names
    answer: CompositeAnswer = field(default_factory=CompositeAnswer)
    desired: dict[GroupKind, dict[str, Manifest]] = field(default_factory=dict)

    def take(self, answer: CompositeAnswer) -> None:
        self.answer = answer
        for child in answer.children:
            children = self.desired.setdefault(group_kind(child), {})
            children[relative_name(self.parent, child)] = child

    def claim(self, kind: GroupKind, name: str) -> None:
        names = self.claims.setdefault(kind, [])
        if name not in names:
            names.append(name)

    def release(self, kind: GroupKind, name: str) -> None:
        if name in self.claims.get(kind, ()):
            self.claims[kind].remove(name)

    @property
    def stored(self) -> Manifest:
        """As it is to be in the cluster."""
        claims = [
            {"apiGroup": group, "kind": kind, "names": names}
            for (group, kind), names in self.claims.items()
        ]
        return {**self.manifest, **({"children": claims} if claims else {})}


def revisions(
    definition: Definition, parent: Manifest, observed: Sequence[Manifest]
) -> list[Revision]:
    """The latest state first, observed or new; then the others."""
    now = _patch(parent, definition.revision_fields)
    latest, others = None, []
    for found in observed:
        known = {name: value for name, value in found.items() if name != "children"}
        if same(found["parentPatch"], now):
            latest = Revision(parent, known, _claims(found))
        else:
            was = _patched(parent, found["parentPatch"], definition.revision_fields)
            others.append(Revision(was, known, _claims(found)))
    return [latest or Revision(parent, _manifest(definition, parent, now), {}), *others]


class NotStored(Exception):
    """A ControllerRevision could not be written. `str()` says why."""

    def __init__(self, verb: str, name: str, error: ApiError) -> None:
        is_unknown = str(error) == "the server could not find the requested resource"
        where = f" (post {REVISIONS.plural}.{REVISIONS.group})" if is_unknown else ""
        super().__init__(f"{error}{where}")
        self.what = f"{verb} ControllerRevision {name}"


def store(recorder: Recorder, observed: Sequence[Manifest], wanted: Sequence[Manifest]) -> None:
    """Raises `NotStored` at the first that cannot be."""
    known = {each["metadata"]["name"]: each for each in observed}
    kept = {each["metadata"]["name"]: each for each in wanted}
    for name in sorted(known.keys() - kept.keys()):
        with _storing("delete", name):
            recorder.delete(REVISIONS, known[name])
    for name, revision in kept.items():
        if name not in known:
            with _storing("create", name):
                recorder.create(REVISIONS, revision)
        elif not same(known[name], revision):
            with _storing("update", name):
                recorder.update(REVISIONS, revision)


@contextmanager
def _storing(verb: str, name: str) -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        raise NotStored(verb, name, error) from error


def own_labels(parent: Resource) -> Mapping[str, str]:
    """Which kind of parents a revision is of."""
    return {
        "metacontroller.k8s.io/apiGroup": parent.group,
        "metacontroller.k8s.io/resource": parent.plural,
    }


def group_kind(manifest: Manifest) -> GroupKind:
    return str(manifest.get("apiVersion") or "").rpartition("/")[0], manifest["kind"]


def relative_name(parent: Manifest, child: Manifest) -> str:
    """Below a parent in a namespace just the name, wherever the child is to be."""
    namespace, name = key_of(child)
    return f"{namespace}/{name}" if namespace and not parent["metadata"].get("namespace") else name


def _claims(found: Manifest) -> dict[GroupKind, list[str]]:
    return {
        (each["apiGroup"], each["kind"]): list(each["names"]) for each in found.get("children", ())
    }


def _manifest(definition: Definition, parent: Manifest, patch: Manifest) -> Manifest:
    metadata, resource = parent["metadata"], definition.parent
    template = parent.get("spec", {}).get("template", {})
    selected = template.get("metadata", {}).get("labels") or {}
    if definition.generates_selector:
        selected = {GENERATED_LABEL: metadata["uid"]}
    text = metadata["uid"] + encoded(patch)
    prefix = f"{resource.plural}.{resource.group or 'core'}"[:_LONGEST_PREFIX]
    described = {
        "name": f"{prefix}-{hashlib.sha1(text.encode()).hexdigest()}",  # noqa: S324 # as the real one
        "labels": {**selected, **own_labels(resource)},
        "ownerReferences": [owner_reference(parent)],
    }
    if metadata.get("namespace"):
        described["namespace"] = metadata["namespace"]
    return {
        "apiVersion": REVISIONS.api_version,
        "kind": REVISIONS.kind,
        "metadata": described,
        "parentPatch": patch,
    }


def _patch(parent: Manifest, fields: Sequence[str]) -> Manifest:
    """The part of *parent* that makes a revision."""
    patch: Manifest = {}
    for path, value in _found(parent, fields):
        _put(patch, path, value)
    return patch


def _patched(parent: Manifest, patch: Manifest, fields: Sequence[str]) -> Manifest:
    result = copy.deepcopy(parent)
    for path, value in _found(patch, fields):
        _put(result, path, value)
    return result


def _found(manifest: Manifest, fields: Sequence[str]) -> Iterator[tuple[list[str], Any]]:
    for each in fields:
        path, value = each.split("."), manifest
        for name in path:
            if not isinstance(value, dict) or name not in value:
                break
            value = value[name]
        else:
            yield path, value


def _put(manifest: Manifest, path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        manifest = manifest.setdefault(name, {})
    manifest[path[-1]] = value
