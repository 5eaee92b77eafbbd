"""Which parents of one controller have a reason to be synced, now or later."""

from collections.abc import Sequence
from dataclasses import dataclass

from orasi.cluster.api import Manifest
from orasi.cluster.loop.claims import GENERATED_LABEL, selector_of
from orasi.cluster.loop.definition import Definition
from orasi.cluster.loop.related import Related
from orasi.cluster.loop.snapshot import Change, Key, Snapshot, controller_reference, key_of
from orasi.cluster.loop.sync import Outcome
from orasi.cluster.selector import InvalidSelector, labels

_FIRST_RETRY, _LAST_RETRY = 0.005, 1000.0  # seconds


@dataclass
class _Waiting:
    """What is to happen to one parent later, in seconds of the clock."""

    failures: int = 0
    retry_at: float | None = None
    resync_at: float | None = None
    said: str = ""  # the message of its last event


class Reasons:
    """A work queue that is filled by what changed in the cluster, and by time."""

    def __init__(self, definition: Definition, related: Related, now: float) -> None:
        self._definition = definition
        self._related = related
        self._pending: set[Key] = set()
        self._waiting: dict[Key, _Waiting] = {}
        period = definition.resync_period
        self._next_resync = None if period is None else now + period
        self._missed = True  # changes: at the start all of them

    def notice(self, snapshot: Snapshot) -> bool:
        """Take in what has changed; whether any parent has to be synced now.

        Raises `ApiError` if a kind cannot be listed. Then nobody knows what has been missed, and
        every parent will be synced once all can be listed again.
        """
        missed, self._missed = self._missed, True
        parents = snapshot.objects(self._definition.parent).by_key
        woken = self._changed_parents(snapshot)
        for resource in self._definition.children:
            for change in snapshot.changes(resource):
                woken |= self._concerned(change, snapshot)
        uids = self._related.woken(snapshot)
        if uids:
            woken |= {key for key, parent in parents.items() if parent["metadata"]["uid"] in uids}
        if missed:
            woken = set(parents)
        self._pending |= {
            key for key in woken if key in parents and self._definition.concerns(parents[key])
        }
        self._missed = False
        return bool(self._pending)

    def take(self, now: float, snapshot: Snapshot) -> Sequence[tuple[Key, Manifest]]:
        """The parents to sync now, in order; each stays due until it is `finished`."""
        parents = snapshot.objects(self._definition.parent).by_key
        if self._next_resync is not None and self._next_resync <= now:
            self._next_resync = now + (self._definition.resync_period or 0)
            self._pending |= {k for k, v in parents.items() if self._definition.concerns(v)}
        for key, waiting in self._waiting.items():
            if waiting.retry_at is not None and waiting.retry_at <= now:
                self._pending.add(key)
                waiting.retry_at = None
            if waiting.resync_at is not None and waiting.resync_at <= now:
                self._pending.add(key)
                waiting.resync_at = None
        return [(key, parents[key]) for key in sorted(self._pending) if key in parents]

    def finished(self, key: Key, outcome: Outcome, now: float) -> None:
        """Remember when this parent has to be synced again."""
        self._pending.discard(key)
        waiting = self._waiting.setdefault(key, _Waiting())
        if outcome.wait is not None:
            # Metacontroller asks again at once if told to; virtual time must move all the same.
            waiting.retry_at = now + max(outcome.wait, _FIRST_RETRY)
            return
        if outcome.resync_after:
            at = now + outcome.resync_after
            waiting.resync_at = at if waiting.resync_at is None else min(at, waiting.resync_at)
        if outcome.error:
            waiting.retry_at = now + min(_FIRST_RETRY * 2 ** min(waiting.failures, 20), _LAST_RETRY)
            waiting.failures += 1
        else:
            waiting.retry_at, waiting.failures = None, 0

    def news(self, key: Key, message: str) -> bool:
        """Whether *message*, "" after a success, is not what was said of this parent before."""
        waiting = self._waiting.setdefault(key, _Waiting())
        before, waiting.said = waiting.said, message
        return bool(message) and message != before

    def next_retry(self) -> float | None:
        """When the earliest parent that failed or was put off is due."""
        due = [w.retry_at for w in self._waiting.values() if w.retry_at is not None]
        return min(due, default=None)

    def next_due(self) -> float | None:
        """When the earliest parent of all is due, if nothing changes until then."""
        due = [w.resync_at for w in self._waiting.values() if w.resync_at is not None]
        due += [at for at in (self._next_resync, self.next_retry()) if at is not None]
        return min(due, default=None)

    def _changed_parents(self, snapshot: Snapshot) -> set[Key]:
        woken = set()
        for before, now in snapshot.changes(self._definition.parent):
            if before is not None and (now is None or _uid(now) != _uid(before)):
                self._related.forget(_uid(before))
                self._waiting.pop(key_of(before), None)
                self._pending.discard(key_of(before))
            if now is not None and not (
                before is not None and self._definition.ignores_status and _only_status(before, now)
            ):
                woken.add(key_of(now))
        return woken

    def _concerned(self, change: Change, snapshot: Snapshot) -> set[Key]:
        """The parents of a child that changed: its controller, else whoever might adopt it."""
        before, now = change
        child = now if now is not None else before
        if child is None:
            return set()
        parent = self._definition.parent
        reference = controller_reference(child)
        namespace = key_of(child)[0] if parent.namespaced else ""
        parents = snapshot.objects(parent)
        if reference is not None:
            key = namespace, reference["name"]
            owner = parents.by_key.get(key)
            return {key} if owner is not None and _uid(owner) == reference["uid"] else set()
        if not self._definition.adopts or now is None or now["metadata"].get("deletionTimestamp"):
            return set()
        if self._definition.generates_selector and GENERATED_LABEL not in labels(child):
            return set()
        return {
            key_of(candidate)
            for candidate in parents.in_namespace(namespace)
            if self._matches(candidate, child)
        }

    def _matches(self, parent: Manifest, child: Manifest) -> bool:
        try:
            return selector_of(self._definition, parent).accepts(labels(child))
        except InvalidSelector:
            return False


def _uid(manifest: Manifest) -> str:
    return str(manifest["metadata"]["uid"])


def _only_status(before: Manifest, now: Manifest) -> bool:
    """As `ignoreStatusChanges` means it: also finalizers and managed fields do not count."""
    was, is_now = before["metadata"], now["metadata"]
    return not is_now.get("deletionTimestamp") and all(
        was.get(name) == is_now.get(name) for name in ("generation", "labels", "annotations")
    )
