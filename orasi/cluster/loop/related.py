"""Related objects: what a customize hook asks for, found for a parent, and who asked for what."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.loop.snapshot import Key, Snapshot, key_of, qualified_name
from orasi.cluster.selector import Predicate, labels, predicate

CACHE_SECONDS = 20 * 60.0  # how long Metacontroller trusts an answer for one generation

Groups = dict[str, dict[str, Manifest]]
"""Objects as hooks get them: by "Kind.apiVersion", then by "namespace/name"."""

_NAMESPACES = ("v1", "namespaces")


class InvalidRule(ValueError):
    """A rule that combines what cannot be combined. `str()` is Metacontroller's sentence."""


@dataclass(frozen=True)
class Rule:
    """One entry of `relatedResources`, checked, its kind resolved."""

    resource: Resource
    namespace: str  # "": any
    names: frozenset[str]  # empty: any
    accepts: Predicate  # of labels
    accepts_namespace: Predicate | None  # of a namespace's labels

    def objects(self, snapshot: Snapshot) -> Iterable[Manifest]:
        """Everything that the rule selects now."""
        found = snapshot.objects(self.resource)
        namespace = self.namespace if self.resource.namespaced else ""
        if self.names:
            return found.named(namespace, sorted(self.names))
        candidates = found.in_namespace(namespace)
        return [
            manifest
            for manifest in candidates
            if self.accepts(labels(manifest)) and self._in_namespace(manifest, snapshot)
        ]

    def addresses(self) -> Iterable[Key]:
        """Where the objects can be: namespace and name, "" for any."""
        namespace = self.namespace if self.resource.namespaced else ""
        return [(namespace, name) for name in self.names or ("",)]

    def selects(self, manifest: Manifest, snapshot: Snapshot) -> bool:
        """Whether an object at one of the `addresses` is selected."""
        return self.accepts(labels(manifest)) and self._in_namespace(manifest, snapshot)

    def _in_namespace(self, manifest: Manifest, snapshot: Snapshot) -> bool:
        if self.accepts_namespace is None:
            return True
        namespaces = snapshot.objects(snapshot.resource(*_NAMESPACES)).by_key
        namespace = namespaces.get(("", key_of(manifest)[0]))
        return namespace is not None and self.accepts_namespace(labels(namespace))


def rule(entry: Manifest, snapshot: Snapshot) -> Rule:
    """Raises `InvalidRule`, `InvalidSelector` and `NotServed`."""
    resource = snapshot.resource(entry.get("apiVersion", ""), entry.get("resource", ""))
    selector, namespace_selector = entry.get("labelSelector"), entry.get("namespaceSelector")
    names, namespace = entry.get("names") or (), entry.get("namespace") or ""
    if names and (selector is not None or namespace_selector is not None):
        raise InvalidRule(
            "related rule cannot have both names and labelSelector/namespaceSelector specified"
        )
    if namespace and namespace_selector is not None:
        raise InvalidRule("related rule cannot have both namespace and namespaceSelector specified")
    if namespace_selector is not None and not resource.namespaced:
        raise InvalidRule("namespaceSelector is only supported for namespaced related resources")
    return Rule(
        resource,
        namespace,
        frozenset(names),
        predicate(selector),
        None if namespace_selector is None else predicate(namespace_selector),
    )


class Related:
    """The answers of one controller's customize hook, kept by uid and generation of the parent."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[int, float, Sequence[Manifest]]] = {}
        self._rules: dict[str, Sequence[Rule]] = {}
        self._askers: dict[Resource, dict[Key, set[str]]] = defaultdict(lambda: defaultdict(set))

    def groups(
        self,
        parent: Manifest,
        snapshot: Snapshot,
        now: float,
        ask: Callable[[], Sequence[Manifest]],
    ) -> Groups:
        """The related objects of *parent*, asking the hook only if the kept answer is too old."""
        uid, generation = parent["metadata"]["uid"], parent["metadata"].get("generation", 0)
        kept_generation, asked_at, entries = self._answers.get(uid, (None, 0.0, ()))
        if kept_generation != generation or now - asked_at >= CACHE_SECONDS:
            entries = ask()
            self._answers[uid] = (generation, now, entries)
            self._remember(uid, ())
        rules = [rule(entry, snapshot) for entry in entries]
        groups: Groups = {}
        for each in rules:
            group = groups.setdefault(each.resource.group_key, {})
            group.update({qualified_name(found): found for found in each.objects(snapshot)})
        # Only now: a kind that cannot be listed must not be watched, it would stop all parents.
        self._remember(uid, rules)
        return groups

    def forget(self, uid: str) -> None:
        """The parent is gone."""
        self._remember(uid, ())
        self._answers.pop(uid, None)

    def woken(self, snapshot: Snapshot) -> set[str]:
        """The uids of parents for whom a related object appeared, changed or went."""
        found: set[str] = set()
        for resource in [kind for kind, askers in self._askers.items() if askers]:
            for change in snapshot.changes(resource):
                for manifest in change:
                    if manifest is not None:
                        found |= self._interested(resource, manifest, snapshot)
        return found

    def _interested(self, resource: Resource, manifest: Manifest, snapshot: Snapshot) -> set[str]:
        namespace, name = key_of(manifest)
        askers = self._askers[resource]
        places = [(namespace, name), ("", name), (namespace, ""), ("", "")]
        return {
            uid
            for place in dict.fromkeys(places)
            for uid in askers.get(place, ())
            if any(
                each.resource == resource
                and place in each.addresses()
                and each.selects(manifest, snapshot)
                for each in self._rules[uid]
            )
        }

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
