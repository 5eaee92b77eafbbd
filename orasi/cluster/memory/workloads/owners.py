"""What all controllers do alike: look at one object and at what it controls, and write for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from orasi.cluster.api import Cluster, Manifest, Resource
from orasi.cluster.memory.store import place
from orasi.cluster.memory.workloads.objects import (
    PODS,
    Objects,
    available_at,
    controlled,
    is_available,
    is_doomed,
    is_sound,
    status_number,
)

Owned = Mapping[Resource, Sequence[Manifest]]
"""What an object controls, by kind."""


class Owner:
    """One look at one object: what was there at a moment, and what is written because of it."""

    def __init__(
        self, cluster: Cluster, now: float, resource: Resource, manifest: Manifest, owned: Owned
    ) -> None:
        self.cluster = cluster
        self.now = now
        self.resource = resource
        self.manifest = manifest
        self.owned = owned
        self.wrote = False

    def create(self, resource: Resource, manifest: Manifest) -> Manifest:
        """Raises ApiError."""
        created = self.cluster.create(resource, manifest)
        self.wrote = True
        return created

    def update(self, resource: Resource, manifest: Manifest) -> Manifest:
        """Raises ApiError."""
        updated = self.cluster.update(resource, manifest)
        self.wrote = True
        return updated

    def delete(self, resource: Resource, manifest: Manifest) -> None:
        """Unless that is under way, and only a finalizer holds it back."""
        if not is_doomed(manifest):
            self.cluster.delete(resource, *place(manifest))
            self.wrote = True

    def report(self, wanted: Manifest) -> None:
        """Write the status of *wanted*, which is otherwise the object as it was, if it is news."""
        if wanted != self.manifest:
            self.cluster.update_status(self.resource, wanted)
            self.wrote = True

    def is_available(self, pod: Manifest) -> bool:
        return is_available(pod, self.manifest, self.now)


def each_synced(
    cluster: Cluster,
    now: float,
    resource: Resource,
    kinds: Sequence[Resource],
    sync: Callable[[Owner], None],
    may_be: Callable[[Manifest], bool] = is_sound,
) -> bool:
    """Have *sync* look at each object that *may_be*, and what it controls of these *kinds*.

    Whether anything was written.
    """
    found = [each for each in cluster.list(resource) if may_be(each)]
    if not found:
        return False
    owned = {kind: controlled(cluster.list(kind)) for kind in kinds}
    wrote = False
    for each in found:
        uid = each["metadata"]["uid"]
        mine = {kind: by_owner.get(uid, ()) for kind, by_owner in owned.items()}
        owner = Owner(cluster, now, resource, each, mine)
        sync(owner)
        wrote |= owner.wrote
    return wrote


def availabilities(
    objects: Objects, resource: Resource, ready: str, available: str
) -> Iterator[float]:
    """When pods that are ready will have been so for long enough.

    *ready* and *available* are the fields of the status that count them.
    """
    waiting = [
        each
        for each in objects.list(resource)
        if status_number(each, ready) != status_number(each, available)
    ]
    if not waiting:
        return
    owned = controlled(objects.list(PODS))
    for each in waiting:
        moments = (available_at(pod, each) for pod in owned.get(each["metadata"]["uid"], ()))
        yield from (moment for moment in moments if moment is not None)
