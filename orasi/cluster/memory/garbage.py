"""What a cluster removes by itself: unowned children, the content of ended namespaces and kinds."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from orasi.cluster.api import Cluster, Manifest, Resource
from orasi.cluster.memory import namespaces
from orasi.cluster.memory.custom import CUSTOM_RESOURCE_DEFINITION, custom_resource
from orasi.cluster.memory.store import place

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
POLICIES = {"Orphan": ORPHAN, "Foreground": FOREGROUND}
"""The finalizers that say, of an object that is deleted, what becomes of its children."""

INSTANCES = "customresourcecleanup.apiextensions.k8s.io"


def finalizers_after(manifest: Manifest, propagation: str) -> list[str]:
    """Those of an object that is deleted. What an earlier deletion said does not count any more,
    but for a Namespace that is not empty yet."""
    before = manifest["metadata"].get("finalizers", [])
    is_namespace = manifest["kind"] == "Namespace"
    if is_namespace and is_doomed(manifest) and manifest["spec"].get("finalizers"):
        return list(before)
    held = [each for each in before if each not in POLICIES.values()]
    if propagation in POLICIES:
        held.append(POLICIES[propagation])
    if manifest["kind"] == CUSTOM_RESOURCE_DEFINITION.resource.kind and INSTANCES not in held:
        held.append(INSTANCES)
    return held


def collect(cluster: namespaces.Finalizing, now: float) -> bool:
    """Run every controller until none finds anything to do; whether any did."""
    # A kind ends only when all else is done, while the owners that are of it can be named.
    steps = (
        *(_release_orphans, _empty_the_doomed, _delete_unowned, _end_foreground),
        *(_end_the_empty, partial(namespaces.ended, now=now)),
    )
    wrote = False
    while any(step(cluster) for step in steps):
        wrote = True
    return wrote


def _objects(cluster: Cluster) -> Iterator[tuple[Resource, Manifest]]:
    for resource in cluster.resources():
        for manifest in cluster.list(resource):
            yield resource, manifest


def _doomed(cluster: Cluster, finalizer: str) -> list[tuple[Resource, Manifest]]:
    """The objects being deleted that *finalizer* holds back."""
    return [
        (resource, manifest)
        for resource in cluster.resources()
        for manifest in filter(is_doomed, cluster.list(resource))
        if finalizer in manifest["metadata"].get("finalizers", [])
    ]


def is_doomed(manifest: Manifest) -> bool:
    return "deletionTimestamp" in manifest["metadata"]


def _owners(manifest: Manifest) -> list[dict[str, Any]]:
    owners: list[dict[str, Any]] = manifest["metadata"].get("ownerReferences", [])
    return owners


def _set(cluster: Cluster, resource: Resource, manifest: Manifest, **fields: Any) -> None:
    """Change *fields* of the metadata."""
    version = manifest["metadata"]["resourceVersion"]
    change = {"metadata": {"resourceVersion": version, **fields}}
    cluster.patch(resource, *place(manifest), change)


def _release(cluster: Cluster, resource: Resource, manifest: Manifest, finalizer: str) -> None:
    kept = [name for name in manifest["metadata"]["finalizers"] if name != finalizer]
    _set(cluster, resource, manifest, finalizers=kept)


def _delete(cluster: Cluster, resource: Resource, manifest: Manifest, propagation: str) -> None:
    namespace, name = place(manifest)
    uid = manifest["metadata"]["uid"]
    cluster.delete(resource, namespace, name, uid=uid, propagation=propagation)


def _release_orphans(cluster: Cluster) -> bool:
    """Deletion with propagation Orphan: the children lose their owner and stay."""
    owners = _doomed(cluster, ORPHAN)
    for resource, owner in owners:
        uid = owner["metadata"]["uid"]
        for child_resource, child in tuple(_objects(cluster)):
            kept = [one for one in _owners(child) if one["uid"] != uid]
            if kept != _owners(child):
                _set(cluster, child_resource, child, ownerReferences=kept)
        _release(cluster, resource, owner, ORPHAN)
    return bool(owners)


def _empty_the_doomed(cluster: Cluster) -> bool:
    """Deletes what lives in a namespace, or is of a kind, that is being deleted."""
    content = [*namespaces.leaving(cluster), *_instances(cluster)]
    doomed = [one for one in content if not is_doomed(one[1]) or _policy(one[1]) != "Background"]
    for resource, manifest in doomed:
        _delete(cluster, resource, manifest, "Background")
    return bool(doomed)


def _instances(cluster: Cluster) -> Iterator[tuple[Resource, Manifest]]:
    for definition in filter(is_doomed, cluster.list(CUSTOM_RESOURCE_DEFINITION.resource)):
        resource = custom_resource(definition)
        yield from ((resource, manifest) for manifest in cluster.list(resource))


def _delete_unowned(cluster: Cluster) -> bool:
    """Deletes children none of whose owners is left; drops references to those that are gone."""
    everything = tuple(_objects(cluster))
    owners = {manifest["metadata"]["uid"]: manifest for _, manifest in everything}
    kinds = {(resource.group, resource.kind): resource for resource in cluster.resources()}
    found = False
    for resource, child in everything:
        references = _owners(child)
        solid = [one for one in references if _is_solid(one, child, owners, kinds)]
        if solid == references or is_doomed(child):
            continue
        found = True
        if solid:
            _set(cluster, resource, child, ownerReferences=solid)
            continue
        waited_for = any(_is_waiting(owners.get(one["uid"])) for one in references)
        if waited_for and (dependents := _dependents(child, everything)):
            if any(map(_is_waiting, dependents)):  # in a circle, all would wait for ever
                _set(cluster, resource, child, ownerReferences=_unblocking(child))
            _delete(cluster, resource, child, "Foreground")
        else:
            _delete(cluster, resource, child, _policy(child))
    return found


def _dependents(owner: Manifest, everything: Iterable[tuple[Resource, Manifest]]) -> list[Manifest]:
    uid = owner["metadata"]["uid"]
    return [each for _, each in everything if any(one["uid"] == uid for one in _owners(each))]


def _unblocking(child: Manifest) -> list[Manifest]:
    """References to the owners of *child*, none of which has to wait for it."""
    return [{**one, "blockOwnerDeletion": False} for one in _owners(child)]


def _policy(manifest: Manifest) -> str:
    """How its own children are to be treated, if somebody has said so before."""
    finalizers = manifest["metadata"].get("finalizers", ())
    return next((name for name, each in POLICIES.items() if each in finalizers), "Background")


def _is_solid(
    reference: dict[str, Any],
    child: Manifest,
    owners: dict[str, Manifest],
    kinds: dict[tuple[str, str], Resource],
) -> bool:
    """Whether *reference* keeps *child*: its owner exists where it may be, and means to stay."""
    resource = kinds.get((reference["apiVersion"].rpartition("/")[0], reference["kind"]))
    namespace, _ = place(child)
    # An owner that could never be looked up is left unjudged, as the real collector does.
    if resource is None or (resource.namespaced and not namespace):
        return True
    owner = owners.get(reference["uid"])
    expected = (namespace if resource.namespaced else "", reference["name"])
    return owner is not None and place(owner) == expected and not _is_waiting(owner)


def _is_waiting(owner: Manifest | None) -> bool:
    """Whether *owner* is being deleted in the foreground, that is, after its children."""
    return owner is not None and is_doomed(owner) and _policy(owner) == "Foreground"


def _end_foreground(cluster: Cluster) -> bool:
    """Lets owners go whose blocking children are gone."""
    waiting = _doomed(cluster, FOREGROUND)
    if not waiting:
        return False
    blocked = {
        one["uid"]
        for _, child in _objects(cluster)
        for one in _owners(child)
        if one.get("blockOwnerDeletion")
    }
    free = [one for one in waiting if one[1]["metadata"]["uid"] not in blocked]
    for resource, owner in free:
        _release(cluster, resource, owner, FOREGROUND)
    return bool(free)


def _end_the_empty(cluster: Cluster) -> bool:
    """Lets kinds go that are being deleted and of which there are no objects any more."""
    definitions = [
        definition
        for resource, definition in _doomed(cluster, INSTANCES)
        if not cluster.list(custom_resource(definition))
    ]
    for definition in definitions:
        _release(cluster, CUSTOM_RESOURCE_DEFINITION.resource, definition, INSTANCES)
    return bool(definitions)
