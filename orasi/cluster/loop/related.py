"""Related objects: what customize hooks ask for, found for a parent, and who asked for what."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.loop.answers import HookFailed, TooManyRequests
from orasi.cluster.loop.rules import InvalidRule, Rule, rule
from orasi.cluster.loop.snapshot import Key, NotServed, Snapshot, key_of, qualified_name
from orasi.cluster.loop.webhook import NoAnswer
from orasi.cluster.selector import InvalidSelector

CACHE_SECONDS = 20 * 60.0  # how long Metacontroller trusts an answer for one generation

Groups = dict[str, dict[str, Manifest]]
"""Objects as hooks get them: by "Kind.apiVersion", then by "namespace/name"."""

Ask = Callable[[Manifest], Sequence[Manifest]]
"""Asks the customize hook about a parent: the entries of its answer."""


class NotWatchedYet(Exception):
    """Somebody is the first to ask for a kind, whose objects will be known in a moment."""


class Related:
    """The answers of one controller's customize hook about one kind of parents, kept by uid and
    generation.

    Whoever watches a kind hears of its objects, and asks for each what all parents want of it, be
    they selected or not. So a first answer about one parent can bring calls about all.
    """

    def __init__(
        self, parents: Resource, watched: dict[Resource, None], *, keeps_home: bool
    ) -> None:
        """*watched*: by the whole controller, for whatever kind of parents.

        *keeps_home*: hook version v1, in which a namespace knows of no other.
        """
        self._parents = parents
        self._keeps_home = keeps_home and parents.namespaced
        self._answers: dict[str, tuple[int, float, Sequence[Manifest]]] = {}
        self._rules: dict[str, Sequence[Rule]] = {}
        self._askers: dict[Resource, dict[Key, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._watched = watched  # in order
        self._heard_of: set[Resource] = set()  # those of them whose objects are known here
        self._woken: set[str] = set()
        self._unjudged: list[tuple[Resource, Manifest]] = []  # by those who have no answer yet

    def groups(
        self, parent: Manifest, snapshot: Snapshot, now: float, ask: Ask, *, is_late: bool
    ) -> Groups:
        """The related objects of *parent*, asking the hook only if the kept answer is too old.

        Raises what makes a rule invalid; and `NotWatchedYet` if the parent *is_late*, so that a
        moment is long for it: others come again before a pass is at its end.
        """
        groups: Groups = {}
        entries = self._entries(parent, snapshot, now, ask)
        for entry in entries:
            resource = _resource(entry, snapshot)
            if resource not in self._heard_of:
                is_shared = snapshot.has(resource)
                self._watch(resource, snapshot, now, ask)
                if is_late and not is_shared:
                    raise NotWatchedYet
            found = rule(entry, resource, self._home(parent)).objects(snapshot)
            group = groups.setdefault(resource.group_key, {})
            group.update({qualified_name(each): each for each in found})
        return groups

    def forget(self, uid: str) -> None:
        """The parent is gone."""
        self._remember(uid, ())
        self._answers.pop(uid, None)

    def woken(self, snapshot: Snapshot) -> set[str]:
        """The uids of parents for whom a related object appeared, changed or went."""
        changed: list[tuple[Resource, Manifest]] = []
        for resource in self._watched:
            if resource in self._heard_of:
                both = (each for change in snapshot.changes(resource) for each in change)
                changed += [(resource, each) for each in both if each is not None]
            else:
                changed += self._all(resource, snapshot)
        self._unjudged += changed
        woken, self._woken = self._woken | self._interested(changed, snapshot), set()
        return woken

    def has_strangers(self, snapshot: Snapshot, now: float) -> bool:
        """Whether a change concerns parents of whom nobody knows what they want."""
        if self._unjudged and not any(self._strangers(snapshot, now)):
            self._unjudged.clear()
        return bool(self._unjudged)

    def ask_strangers(self, snapshot: Snapshot, now: float, ask: Ask) -> set[str]:
        """Ask what they want; the uids of those for whom the change counts."""
        changed, self._unjudged = self._unjudged, []
        asked = set()
        for parent in list(self._strangers(snapshot, now)) if changed else ():
            try:
                self._entries(parent, snapshot, now, ask)
            except (HookFailed, NoAnswer, TooManyRequests):
                continue  # Metacontroller says nothing of it either, and asks again next time
            asked.add(parent["metadata"]["uid"])
        return self._interested(changed, snapshot) & asked

    def _watch(self, resource: Resource, snapshot: Snapshot, now: float, ask: Ask) -> None:
        """From now on; at the beginning all that there is counts as changed."""
        self._watched[resource] = None
        found = self._all(resource, snapshot)
        self._unjudged += found
        self._woken |= self._interested(found, snapshot)
        self._woken |= self.ask_strangers(snapshot, now, ask)

    def _all(self, resource: Resource, snapshot: Snapshot) -> Sequence[tuple[Resource, Manifest]]:
        self._heard_of.add(resource)
        return [(resource, each) for each in snapshot.objects(resource).by_key.values()]

    def _entries(
        self, parent: Manifest, snapshot: Snapshot, now: float, ask: Ask
    ) -> Sequence[Manifest]:
        uid = parent["metadata"]["uid"]
        is_known = self._is_known(parent, now)
        if not is_known:
            self._answers[uid] = _generation(parent), now, ask(parent)
        _, _, entries = self._answers[uid]
        if not is_known or len(self._rules.get(uid, ())) < len(entries):
            self._remember(uid, list(self._valid(entries, parent, snapshot)))
        return entries

    def _valid(
        self, entries: Iterable[Manifest], parent: Manifest, snapshot: Snapshot
    ) -> Iterator[Rule]:
        for entry in entries:
            try:
                yield rule(entry, _resource(entry, snapshot), self._home(parent))
            except (InvalidRule, InvalidSelector, NotServed):
                continue  # an error of its sync; nothing can change that it selects

    def _is_known(self, parent: Manifest, now: float) -> bool:
        kept = self._answers.get(parent["metadata"]["uid"])
        return kept is not None and kept[0] == _generation(parent) and now - kept[1] < CACHE_SECONDS

    def _strangers(self, snapshot: Snapshot, now: float) -> Iterator[Manifest]:
        parents = snapshot.objects(self._parents).by_key
        return (each for each in parents.values() if not self._is_known(each, now))

    def _home(self, parent: Manifest) -> str:
        return str(parent["metadata"]["namespace"]) if self._keeps_home else ""

    def _interested(
        self, changed: Iterable[tuple[Resource, Manifest]], snapshot: Snapshot
    ) -> set[str]:
        found: set[str] = set()
        for resource, manifest in changed:
            namespace, name = key_of(manifest)
            askers = self._askers[resource]
            for place in dict.fromkeys([(namespace, name), ("", name), (namespace, ""), ("", "")]):
                found.update(
                    uid
                    for uid in askers.get(place, ())
                    if any(
                        each.resource == resource
                        and place in each.addresses()
                        and each.selects(manifest, snapshot)
                        for each in self._rules[uid]
                    )
                )
        return found

    def _remember(self, uid: str, rules: Sequence[Rule]) -> None:
        def places(rules: Sequence[Rule]) -> Iterable[tuple[Resource, Key]]:
            return ((each.resource, place) for each in rules for place in each.addresses())

        for resource, place in places(self._rules.pop(uid, ())):
            self._askers[resource][place].discard(uid)
            if not self._askers[resource][place]:
                del self._askers[resource][place]
        if rules:
            self._rules[uid] = rules
        for resource, place in places(rules):
            self._askers[resource][place].add(uid)


def _resource(entry: Manifest, snapshot: Snapshot) -> Resource:
    return snapshot.resource(entry.get("apiVersion") or "", entry.get("resource") or "")


def _generation(parent: Manifest) -> int:
    return int(parent["metadata"].get("generation", 0))
