"""Which parents of one controller have a reason to be synced, now or later."""

from collections.abc import Sequence

from orasi.cluster.api import Manifest
from orasi.cluster.loop.claims import GENERATED_LABEL, selector_of
from orasi.cluster.loop.definition import Definition
from orasi.cluster.loop.queue import FIRST_RETRY, Queue
from orasi.cluster.loop.related import Ask, Related
from orasi.cluster.loop.snapshot import Change, Key, Snapshot, controller_reference, key_of
from orasi.cluster.loop.sync import Outcome
from orasi.cluster.selector import InvalidSelector, labels

_FLUSH_PERIOD = 1800.0  # seconds, after which Metacontroller looks at every parent anyway


class Reasons:
    """Fills a work queue with what changed in the cluster, and with what time brings."""

    def __init__(self, definition: Definition, related: Related, now: float) -> None:
        self._definition = definition
        self._related = related
        self._queue = Queue()
        self._period = min(definition.resync_period or _FLUSH_PERIOD, _FLUSH_PERIOD)
        self._next_resync = now + self._period
        self._missed = True  # changes: at the start all of them

    def notice(self, snapshot: Snapshot, now: float) -> bool:
        """Take in what has changed; whether there is anything to do now.

        Raises `ApiError` if a kind cannot be listed. Then nobody knows what has been missed, and
        every parent will be synced once all can be listed again.
        """
        missed, self._missed = self._missed, True
        parents = snapshot.objects(self._definition.parent).by_key
        woken = self._changed_parents(snapshot)
        for resource in self._definition.children:
            for change in snapshot.changes(resource):
                woken |= self._concerned(change, snapshot)
        woken |= self._keys_of(self._related.woken(snapshot), snapshot)
        self._add(set(parents) if missed else woken, snapshot)
        has_strangers = self._related.has_strangers(snapshot, now)
        self._missed = False
        return bool(self._queue) or has_strangers

    def ask_strangers(self, snapshot: Snapshot, now: float, ask: Ask) -> None:
        """What parents want that have never been asked, now that a related object has changed."""
        uids = self._related.ask_strangers(snapshot, now, ask)
        self._add(self._keys_of(uids, snapshot), snapshot)

    def take(self, now: float, snapshot: Snapshot) -> Sequence[tuple[Key, Manifest]]:
        """The parents to sync now, in order; each stays due until it is `finished`."""
        parents = snapshot.objects(self._definition.parent).by_key
        if self._next_resync <= now:
            self._next_resync = now + self._period
            self._add(set(parents), snapshot)
        for key in self._queue.ready(now):
            if key not in parents:
                self._queue.done(key)
        return [(key, parents[key]) for key in self._queue.ready(now)]

    def finished(self, key: Key, outcome: Outcome, now: float) -> None:
        """Remember when this parent has to be synced again."""
        self._queue.done(key)
        if outcome.is_news:
            self._queue.add([key])
        if outcome.resync_after:
            self._queue.add_after(key, outcome.resync_after, now)
        if outcome.wait is not None:
            # Metacontroller asks again at once if told to; virtual time must move all the same.
            self._queue.add_after(key, max(outcome.wait, FIRST_RETRY), now, again=True)
        elif outcome.error or outcome.is_early:
            self._queue.add_rate_limited(key, now)
        else:
            self._queue.forget(key)

    def has_failed(self, key: Key) -> bool:
        """Whether its last sync did."""
        return self._queue.has_failed(key)

    def next_retry(self) -> float | None:
        """When the earliest parent that failed or was put off is due."""
        return self._queue.next_retry()

    def next_due(self) -> float:
        """When the earliest parent of all is due, if nothing changes until then."""
        due = self._queue.next_due()
        return self._next_resync if due is None else min(due, self._next_resync)

    def _add(self, keys: set[Key], snapshot: Snapshot) -> None:
        parents = snapshot.objects(self._definition.parent).by_key
        concerns = self._definition.concerns
        self._queue.add([key for key in keys if key in parents and concerns(parents[key])])

    def _keys_of(self, uids: set[str], snapshot: Snapshot) -> set[Key]:
        if not uids:
            return set()
        parents = snapshot.objects(self._definition.parent).by_key
        return {key for key, parent in parents.items() if _uid(parent) in uids}

    def _changed_parents(self, snapshot: Snapshot) -> set[Key]:
        woken = set()
        for before, now in snapshot.changes(self._definition.parent):
            if before is not None and (now is None or _uid(now) != _uid(before)):
                self._related.forget(_uid(before))
                self._queue.forget(key_of(before))
                before = None
            if now is not None and not (
                before is not None and self._definition.ignores_status and _only_status(before, now)
            ):
                woken.add(key_of(now))
        return woken

    def _concerned(self, change: Change, snapshot: Snapshot) -> set[Key]:
        """The parents of a child that changed: its controller, else whoever might adopt it."""
        before, now = change
        if before is not None and now is not None and _uid(before) != _uid(now):
            gone: Change = (before, None)  # and another one has its name
            return self._concerned(gone, snapshot) | self._concerned((None, now), snapshot)
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
