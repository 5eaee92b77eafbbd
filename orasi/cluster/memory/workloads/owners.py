"""What all controllers do alike: look at one object and at what it controls, and write for it."""

from collections.abc import Callable, Iterator, Sequence

from orasi.cluster.api import Cluster, Manifest, Resource
from orasi.cluster.memory.store import place
from orasi.cluster.memory.workloads.objects import (
    PODS,
    Objects,
    available_at,
    controlled,
    controller_of,
    controller_reference,
    is_available,
    is_doomed,
    status_number,
)
from orasi.cluster.selector import labels, predicate

Rule = Callable[[Manifest, Manifest], bool]
"""Whether an object may adopt another, beside what its selector says."""


class Owner:
    """One look at one object: what was there at a moment, and what is written because of it."""

    def __init__(
        self, cluster: Cluster, now: float, resource: Resource, manifest: Manifest
    ) -> None:
        self.cluster = cluster
        self.now = now
        self.resource = resource
        self.manifest = manifest
        self.owned: dict[Resource, Sequence[Manifest]] = {}
        """What it controls, by kind."""
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
    may_adopt: Rule = lambda _owner, _orphan: True,
) -> bool:
    """Have *sync* look at each object, and at what it controls of these *kinds*.

    Whether anything was written.
    """
    found = cluster.list(resource)
    if not found:
        return False
    objects = {kind: cluster.list(kind) for kind in kinds}
    owned = {kind: controlled(objects[kind]) for kind in kinds}
    orphans = {kind: list(filter(_is_orphan, objects[kind])) for kind in kinds}
    wrote = False
    for each in found:
        owner = Owner(cluster, now, resource, each)
        for kind in kinds:
            mine = owned[kind].get(each["metadata"]["uid"], ())
            owner.owned[kind] = _claimed(owner, kind, mine, orphans[kind], may_adopt)
        sync(owner)
        wrote |= owner.wrote
    return wrote


def _is_orphan(manifest: Manifest) -> bool:
    return controller_of(manifest) is None and not is_doomed(manifest)


def _claimed(
    owner: Owner,
    kind: Resource,
    mine: Sequence[Manifest],
    orphans: list[Manifest],
    may_adopt: Rule,
) -> Sequence[Manifest]:
    """What *owner* controls of a kind: it lets go of what its selector does not select any more.

    And it adopts *orphans* that it does select, which then are no longer any.
    """
    selector = owner.manifest.get("spec", {}).get("selector")
    if selector is None or is_doomed(owner.manifest):
        return mine
    selects = predicate(selector)
    kept: list[Manifest] = []
    for each in mine:
        if selects(labels(each)):
            kept.append(each)
        else:
            owner.update(kind, _released(each))
    namespace = owner.manifest["metadata"]["namespace"]
    for each in tuple(orphans):
        is_near = each["metadata"]["namespace"] == namespace
        if is_near and selects(labels(each)) and may_adopt(owner.manifest, each):
            orphans.remove(each)
            kept.append(owner.update(kind, _adopted(owner.manifest, each)))
    return kept


def _released(manifest: Manifest) -> Manifest:
    metadata = manifest["metadata"]
    others = [each for each in metadata["ownerReferences"] if not each.get("controller")]
    return {**manifest, "metadata": {**metadata, "ownerReferences": others}}


def _adopted(owner: Manifest, orphan: Manifest) -> Manifest:
    metadata = orphan["metadata"]
    references = [*metadata.get("ownerReferences", ()), controller_reference(owner)]
    return {**orphan, "metadata": {**metadata, "ownerReferences": references}}


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
