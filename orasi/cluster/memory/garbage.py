"""What a cluster removes by itself: unowned children, the content of ended namespaces and kinds."""

from collections.abc import Iterator
from typing import Any

from orasi.cluster.api import Cluster, Manifest, Resource
from orasi.cluster.memory.builtin import NAMESPACE
from orasi.cluster.memory.custom import CUSTOM_RESOURCE_DEFINITION, custom_resource
from orasi.cluster.memory.store import place

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
INSTANCES = "customresourcecleanup.apiextensions.k8s.io"


def collect(cluster: Cluster) -> None:
    """Run every controller until none finds anything to do."""
    # A kind or namespace ends only when all else is done, while the owners in it can be named.
    steps = (_release_orphans, _empty_the_doomed, _delete_unowned, _end_foreground, _end_the_empty)
    while any(step(cluster) for step in steps):
        pass


def _objects(cluster: Cluster) -> Iterator[tuple[Resource, Manifest]]:
    for resource in cluster.resources():
        for manifest in cluster.list(resource):
            yield resource, manifest


def _doomed(cluster: Cluster, finalizer: str) -> list[tuple[Resource, Manifest]]:
    """The objects being deleted that *finalizer* holds back."""
    return [
        (resource, manifest)
        for resource, manifest in _objects(cluster)
        if is_doomed(manifest) and finalizer in manifest["metadata"].get("finalizers", [])
    ]


def is_doomed(manifest: Manifest) -> bool:
    return "deletionTimestamp" in manifest["metadata"]


def _owners(manifest: Manifest) -> list[dict[str, Any]]:
    owners: list[dict[str, Any]] = manifest["metadata"].get("ownerReferences", [])
    return owners


def _with_metadata(manifest: Manifest, **fields: Any) -> Manifest:
    return {**manifest, "metadata": {**manifest["metadata"], **fields}}


def _without_finalizer(manifest: Manifest, finalizer: str) -> Manifest:
    kept = [name for name in manifest["metadata"]["finalizers"] if name != finalizer]
    return _with_metadata(manifest, finalizers=kept)


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
                cluster.update(child_resource, _with_metadata(child, ownerReferences=kept))
        cluster.update(resource, _without_finalizer(owner, ORPHAN))
    return bool(owners)


def _empty_the_doomed(cluster: Cluster) -> bool:
    """Deletes what lives in a namespace, or is of a kind, that is being deleted."""
    content = [*_namespaced_content(cluster), *_instances(cluster)]
    doomed = [one for one in content if not is_doomed(one[1])]
    for resource, manifest in doomed:
        _delete(cluster, resource, manifest, "Background")
    return bool(doomed)


def _namespaced_content(cluster: Cluster) -> Iterator[tuple[Resource, Manifest]]:
    for namespace in filter(is_doomed, cluster.list(NAMESPACE.resource)):
        yield from _content(cluster, namespace)


def _content(cluster: Cluster, namespace: Manifest) -> Iterator[tuple[Resource, Manifest]]:
    name = namespace["metadata"]["name"]
    for resource in cluster.resources():
        if resource.namespaced:
            yield from ((resource, manifest) for manifest in cluster.list(resource, name))


def _instances(cluster: Cluster) -> Iterator[tuple[Resource, Manifest]]:
    for definition in filter(is_doomed, cluster.list(CUSTOM_RESOURCE_DEFINITION.resource)):
        resource = custom_resource(definition)
        yield from ((resource, manifest) for manifest in cluster.list(resource))


def _delete_unowned(cluster: Cluster) -> bool:
    """Deletes children none of whose owners is left; drops references to those that are gone."""
    owners = {manifest["metadata"]["uid"]: manifest for _, manifest in _objects(cluster)}
    kinds = {(resource.group, resource.kind): resource for resource in cluster.resources()}
    found = False
    for resource, child in tuple(_objects(cluster)):
        references = _owners(child)
        solid = [one for one in references if _is_solid(one, child, owners, kinds)]
        if solid == references or is_doomed(child):
            continue
        found = True
        if solid:
            cluster.update(resource, _with_metadata(child, ownerReferences=solid))
        else:
            waiting = any(_is_waiting(owners.get(one["uid"])) for one in references)
            _delete(cluster, resource, child, "Foreground" if waiting else "Background")
    return found


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
    return owner is not None and FOREGROUND in owner["metadata"].get("finalizers", [])


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
        cluster.update(resource, _without_finalizer(owner, FOREGROUND))
    return bool(free)


def _end_the_empty(cluster: Cluster) -> bool:
    """Lets namespaces and kinds go that are being deleted and have nothing in them any more."""
    definitions = [
        definition
        for resource, definition in _doomed(cluster, INSTANCES)
        if not cluster.list(custom_resource(definition))
    ]
    for definition in definitions:
        bare = _without_finalizer(definition, INSTANCES)
        cluster.update(CUSTOM_RESOURCE_DEFINITION.resource, bare)
    namespaces = [
        namespace
        for namespace in cluster.list(NAMESPACE.resource)
        if is_doomed(namespace)
        and namespace["spec"].get("finalizers")
        and not any(_content(cluster, namespace))
    ]
    for namespace in namespaces:
        cluster.update(NAMESPACE.resource, {**namespace, "spec": {"finalizers": []}})
    return bool(definitions or namespaces)
