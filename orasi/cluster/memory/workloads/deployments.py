"""The Deployment controller: which ReplicaSets there are, and how many pods each is to have."""

from collections.abc import Iterator, Mapping

from orasi.cluster.api import ApiError, Cluster, Manifest
from orasi.cluster.memory.workloads import progress, revisions, sizes
from orasi.cluster.memory.workloads.objects import (
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
    Objects,
    condition,
    conditions,
    controlled,
    is_doomed,
    replicas,
    status_number,
)
from orasi.cluster.memory.workloads.owners import Owner, each_synced


def run(cluster: Cluster, now: float) -> bool:
    """Whether anything was written."""
    kinds = (REPLICA_SETS,)
    return each_synced(cluster, now, DEPLOYMENTS, kinds, lambda owner: _Sync(owner).run())


def changes(objects: Objects) -> Iterator[float]:
    """The ends of progress deadlines."""
    for each in objects.list(DEPLOYMENTS):
        current = condition(conditions(each), "Progressing")
        if current is None or not progress.has_deadline(each) or each["spec"].get("paused"):
            continue
        if progress.reason_of(current) not in (progress.COMPLETE, progress.TIMED_OUT):
            yield progress.deadline(each, current) + 1


class _Sync:
    """One look at one Deployment. What it writes waits for the end, but for ReplicaSets."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._stored = owner.manifest
        self._deployment = owner.manifest
        self._new = revisions.current(self._stored, owner.owned[REPLICA_SETS])
        self._old = [each for each in owner.owned[REPLICA_SETS] if each is not self._new]

    def run(self) -> None:
        try:
            self._adopt_new()
            if is_doomed(self._stored):
                self._finish(rollout=False)
            elif self._paused() or self._was_rescaled():
                self._rescale()
                self._finish(rollout=False)
            else:
                self._roll() if sizes.rolls(self._stored) else self._recreate()
                self._finish(rollout=True)
        except _NotCreated:
            self._owner.report(self._deployment)

    def _paused(self) -> bool:
        """Whether the rollout is paused, which is noted."""
        paused = bool(self._stored["spec"].get("paused"))
        if progress.has_deadline(self._stored):
            reason = progress.reason_of(condition(conditions(self._deployment), "Progressing"))
            if paused and reason not in (progress.PAUSED, progress.TIMED_OUT):
                self._note("Unknown", progress.PAUSED, "Deployment is paused")
            elif not paused and reason == progress.PAUSED:
                self._note("Unknown", "DeploymentResumed", "Deployment is resumed")
        return paused

    def _adopt_new(self) -> None:
        """Keep the ReplicaSet of the present template, if there is one, up to date."""
        if self._new is None:
            return
        wanted = revisions.brought_up_to_date(self._new, self._stored, self._old)
        if wanted is not self._new:
            self._new = self._owner.update(REPLICA_SETS, wanted)
        self._note_revision(self._new)
        known = condition(conditions(self._deployment), "Progressing")
        if progress.has_deadline(self._stored) and known is None:
            name = self._new["metadata"]["name"]
            self._note("True", "FoundNewReplicaSet", f'Found new replica set "{name}"')

    def _create_new(self) -> Manifest:
        if self._new is not None:
            return self._new
        wanted = revisions.replica_set(self._deployment, self._old)
        name = wanted["metadata"]["name"]
        try:
            self._new = self._owner.create(REPLICA_SETS, wanted)
        except ApiError as error:
            self._explain(name, error)
            raise _NotCreated from error
        self._note_revision(self._new)
        if progress.has_deadline(self._stored):
            self._note("True", "NewReplicaSetCreated", f'Created new replica set "{name}"')
        return self._new

    def _explain(self, name: str, error: ApiError) -> None:
        if error.reason == "AlreadyExists":  # somebody else's: next time by another name
            status = self._deployment.get("status", {})
            count = status.get("collisionCount", 0) + 1
            self._deployment = {
                **self._deployment,
                "status": {**status, "collisionCount": count},
            }
        elif progress.has_deadline(self._stored):
            message = f'Failed to create new replica set "{name}": {error}'
            self._note("False", "ReplicaSetCreateError", message)

    def _was_rescaled(self) -> bool:
        """Whether the number of replicas is another one than its ReplicaSets know."""
        wanted = str(replicas(self._stored))
        known = [
            each["metadata"].get("annotations", {}).get(sizes.DESIRED)
            for each in sizes.active(self._all())
        ]
        return any(text is not None and text != wanted for text in known)

    def _rescale(self) -> None:
        """Change sizes without going on with a rollout."""
        running = sizes.active(self._all())
        wanted = replicas(self._stored)
        if len(running) <= 1:
            latest = running or [each for each in (self._new,) if each] or sizes.by_age(self._old)
            if latest:
                self._resize({latest[-1]["metadata"]["name"]: wanted})
        elif self._is_saturated():
            self._resize({each["metadata"]["name"]: 0 for each in sizes.active(self._old)})
        elif sizes.rolls(self._stored):
            self._resize(sizes.proportional(self._stored, running), always=True)
        if self._stored["spec"].get("paused"):
            self._forget_history()

    def _is_saturated(self) -> bool:
        """Whether the new ReplicaSet has all pods, and they run."""
        if self._new is None:
            return False
        wanted = replicas(self._stored)
        known = self._new["metadata"].get("annotations", {}).get(sizes.DESIRED)
        return replicas(self._new) == wanted == status_number(
            self._new, "availableReplicas"
        ) and known == str(wanted)

    def _roll(self) -> None:
        new = self._create_new()
        size = sizes.new_size(self._stored, new, self._old)
        if self._resize({new["metadata"]["name"]: size}):
            return
        if sizes.active(self._old) and self._resize(sizes.old_sizes(self._stored, new, self._old)):
            return
        self._forget_if_complete()

    def _recreate(self) -> None:
        if self._resize({each["metadata"]["name"]: 0 for each in sizes.active(self._old)}):
            return
        old = {each["metadata"]["uid"] for each in self._old}
        if old and old & controlled(self._owner.cluster.list(PODS)).keys():
            return
        new = self._create_new()
        self._resize({new["metadata"]["name"]: replicas(self._stored)})
        self._forget_if_complete()

    def _forget_if_complete(self) -> None:
        if progress.is_complete(self._stored, self._stored.get("status", {})):
            self._forget_history()

    def _forget_history(self) -> None:
        for each in revisions.superfluous(self._stored, self._old):
            self._owner.delete(REPLICA_SETS, each)
            self._old.remove(each)

    def _all(self) -> list[Manifest]:
        return [*self._old, *([self._new] if self._new else [])]

    def _resize(self, wanted: Mapping[str, int], *, always: bool = False) -> bool:
        """Whether any ReplicaSet is to have another number of pods; *always* note the total."""
        scaled = False
        for each in self._all():
            size = wanted.get(each["metadata"]["name"], replicas(each))
            changed = revisions.resized(each, size, self._stored)
            if size == replicas(each) and not (always and changed != each):
                continue
            scaled |= size != replicas(each)
            updated = self._owner.update(REPLICA_SETS, changed)
            if each is self._new:
                self._new = updated
            else:
                self._old[self._old.index(each)] = updated
        return scaled

    def _note_revision(self, new: Manifest) -> None:
        metadata = self._deployment["metadata"]
        text = new["metadata"]["annotations"][revisions.REVISION]
        annotations = {**metadata.get("annotations", {}), revisions.REVISION: text}
        self._deployment = {
            **self._deployment,
            "metadata": {**metadata, "annotations": annotations},
        }

    def _note(self, status: str, reason: str, message: str) -> None:
        found = progress.put(
            conditions(self._deployment),
            progress.progressing(status, reason, message, self._owner.now),
        )
        changed = {**self._deployment.get("status", {}), "conditions": list(found)}
        self._deployment = {**self._deployment, "status": changed}

    def _finish(self, *, rollout: bool) -> None:
        judge = progress.judged if rollout else progress.counted
        status = judge(self._deployment, self._all(), self._new, self._owner.now)
        self._deployment = {**self._deployment, "status": status}
        self._owner.report(self._deployment)


class _NotCreated(Exception):
    """The new ReplicaSet was refused: this Deployment has to wait."""
