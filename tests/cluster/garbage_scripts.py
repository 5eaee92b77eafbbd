"""What is deleted in memory and on the real control plane, and what goes with it."""

from collections.abc import Iterator, Sequence
from typing import Any

from orasi.cluster.api import Manifest
from tests.cluster.job_scripts import names
from tests.cluster.place import Place
from tests.cluster.workload_scripts import HUGE, Script
from tests.memory.workloads import (
    CONFIG_MAPS,
    DEPLOYMENTS,
    JOBS,
    LIMIT_RANGES,
    NAMESPACES,
    PODS,
    QUOTAS,
    REPLICA_SETS,
    deployment,
    job,
    manifest,
    quota,
)
from tests.scenarios.world import condition

HELD = ("orasi.io/wait",)


def made(
    place: Place, name: str, *owners: Manifest, finalizers: Sequence[str] = (), **reference: Any
) -> Manifest:
    """A ConfigMap that belongs to *owners*; *reference* says how."""
    references = [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            **{field: owner["metadata"][field] for field in ("name", "uid")},
            **reference,
        }
        for owner in owners
    ]
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    metadata = {"name": name, "ownerReferences": references, "finalizers": [*finalizers]}
    return place.create(CONFIG_MAPS, {**body, "metadata": metadata})


def family(place: Place, **reference: Any) -> None:
    """Three generations, and another child that a finalizer holds."""
    parent = made(place, "parent")
    made(place, "grandchild", made(place, "child", parent, **reference), **reference)
    made(place, "held", parent, finalizers=HELD, **reference)


def is_told(place: Place, name: str, status: str) -> bool:
    """Whether the namespace's controller says so, which waits as long as a rest takes."""
    found = place.cluster.get(NAMESPACES, "", place.namespace)
    return condition(found, name).get("status") == status


def has_gone(place: Place) -> bool:
    found = place.cluster.list(NAMESPACES)
    return all(each["metadata"]["name"] != place.namespace for each in found)


def deleted(place: Place, propagation: str) -> Iterator[None]:
    """The parent, and then what holds one of its children."""
    place.delete(CONFIG_MAPS, "parent", propagation)
    yield
    place.let_go(CONFIG_MAPS, "held")
    yield


def background(place: Place) -> Iterator[None]:
    family(place)
    yield from deleted(place, "Background")


def foreground(place: Place) -> Iterator[None]:
    """The owner waits for its children, who may block it."""
    family(place, blockOwnerDeletion=True)
    yield from deleted(place, "Foreground")


def foreground_that_nobody_blocks(place: Place) -> Iterator[None]:
    family(place)
    yield from deleted(place, "Foreground")


def foreground_that_is_not_waited_for(place: Place) -> Iterator[None]:
    """A second deletion, in the background, takes the place of the first."""
    family(place, blockOwnerDeletion=True)
    place.delete(CONFIG_MAPS, "parent", "Foreground")
    yield
    place.delete(CONFIG_MAPS, "parent")
    yield


def foreground_with_grandchildren(place: Place) -> Iterator[None]:
    """Those wait as well, one generation after the other."""
    parent = made(place, "parent")
    child = made(place, "child", parent, blockOwnerDeletion=True)
    made(place, "held", child, finalizers=HELD, blockOwnerDeletion=True)
    yield from deleted(place, "Foreground")


def foreground_of_a_shared_child(place: Place) -> Iterator[None]:
    """It stays with its other owner."""
    parents = [made(place, name) for name in ("parent", "other")]
    made(place, "child", *parents, blockOwnerDeletion=True)
    place.delete(CONFIG_MAPS, "parent", "Foreground")
    yield


def orphans(place: Place) -> Iterator[None]:
    family(place, blockOwnerDeletion=True)
    place.delete(CONFIG_MAPS, "parent", "Orphan")
    yield


def orphans_after_all(place: Place) -> Iterator[None]:
    """A finalizer holds the owner back, which is then deleted in yet another way."""
    parent = made(place, "parent", finalizers=HELD)
    made(place, "child", parent)
    place.delete(CONFIG_MAPS, "parent")
    yield
    place.delete(CONFIG_MAPS, "parent", "Orphan")
    yield
    place.let_go(CONFIG_MAPS, "parent")
    yield


def owners_that_never_were(place: Place) -> Iterator[None]:
    nobody = {"metadata": {"name": "nobody", "uid": "00000000-0000-4000-8000-000000000000"}}
    real = made(place, "parent")
    other = {"metadata": {**nobody["metadata"], "name": "parent"}}
    for name, owners in (
        ("of nobody", [nobody]),
        ("of another of that name", [other]),
        ("of both", [nobody, real]),
    ):
        made(place, name.replace(" ", "-"), *owners)
    yield


def a_circle(place: Place) -> Iterator[None]:
    first = made(place, "first")
    second = made(place, "second", first, blockOwnerDeletion=True)
    named = {field: second["metadata"][field] for field in ("name", "uid")}
    reference = {"apiVersion": "v1", "kind": "ConfigMap", **named, "blockOwnerDeletion": True}
    found = place.get(CONFIG_MAPS, "first")
    metadata = {**found["metadata"], "ownerReferences": [reference]}
    place.cluster.update(CONFIG_MAPS, {**found, "metadata": metadata})
    yield
    place.delete(CONFIG_MAPS, "first", "Foreground")
    yield


def deployment_deleted(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2))
    yield
    place.delete(DEPLOYMENTS, propagation="Foreground")
    yield


def deployment_deleted_alone(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2))
    yield
    place.delete(DEPLOYMENTS, propagation="Orphan")
    yield
    (name,) = names(place, REPLICA_SETS)
    place.delete(REPLICA_SETS, name, "Orphan")
    yield


def namespace_deleted(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2))
    place.create(JOBS, job(resources=HUGE))
    family(place, blockOwnerDeletion=True)
    yield
    place.cluster.delete(NAMESPACES, "", place.namespace)
    place.until(lambda: is_told(place, "NamespaceFinalizersRemaining", "True"))
    yield
    place.let_go(CONFIG_MAPS, "held")
    place.until(lambda: has_gone(place))
    yield


def namespace_with_a_pod_that_stays(place: Place) -> Iterator[None]:
    """Pods go first: as long as there are any, everything else stays."""
    spec = {"containers": [{"name": "web", "image": "web:1", "resources": HUGE}]}
    body = manifest(PODS, "web", spec)
    metadata = {**body["metadata"], "finalizers": [*HELD]}
    place.create(PODS, {**body, "metadata": metadata})
    made(place, "other")
    yield
    place.cluster.delete(NAMESPACES, "", place.namespace)
    place.until(lambda: is_told(place, "NamespaceDeletionDiscoveryFailure", "False"))
    place.until(lambda: place.get(PODS, "web")["status"]["phase"] == "Failed")  # it had no node
    yield
    place.let_go(PODS, "web")
    place.until(lambda: has_gone(place))
    yield


def limited(place: Place) -> Iterator[None]:
    """Who asks for nothing gets what the namespace says, and that is counted."""
    defaults = {"type": "Container", "defaultRequest": {"cpu": "100m", "memory": "64Mi"}}
    limit = {**defaults, "default": {"memory": "128Mi"}}
    place.create(LIMIT_RANGES, manifest(LIMIT_RANGES, "limits", {"limits": [limit]}))
    hard = {"requests.cpu": 1, "limits.memory": "300Mi", "pods": 5, "count/deployments.apps": 2}
    place.create(QUOTAS, quota(hard))
    place.rest(place)
    place.create(DEPLOYMENTS, deployment(replicas=3))
    yield
    place.delete(DEPLOYMENTS)
    yield


SCRIPTS: Sequence[Script] = (
    background,
    foreground,
    foreground_that_nobody_blocks,
    foreground_that_is_not_waited_for,
    foreground_with_grandchildren,
    foreground_of_a_shared_child,
    orphans,
    orphans_after_all,
    owners_that_never_were,
    a_circle,
    deployment_deleted,
    deployment_deleted_alone,
    namespace_deleted,
    namespace_with_a_pod_that_stays,
    limited,
)
