"""One rule of a customize hook: which objects it selects for a parent."""

from collections.abc import Iterable
from dataclasses import dataclass

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.loop.go_syntax import go_text, go_texts
from orasi.cluster.loop.snapshot import NAMESPACES, Key, Snapshot, key_of
from orasi.cluster.selector import Predicate, labels, predicate


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
    home: str  # the only namespace whose objects wake the parent; "": any

    def objects(self, snapshot: Snapshot) -> Iterable[Manifest]:
        """Everything that the rule selects now."""
        found = snapshot.objects(self.resource)
        if self.names:
            return found.named(self.namespace, sorted(self.names))
        return [
            manifest
            for manifest in found.in_namespace(self.namespace or self.home)
            if self.selects(manifest, snapshot)
        ]

    def addresses(self) -> Iterable[Key]:
        """Where the objects can be: namespace and name, "" for any."""
        return [(self.namespace or self.home, name) for name in self.names or ("",)]

    def selects(self, manifest: Manifest, snapshot: Snapshot) -> bool:
        """Whether an object at one of the `addresses` is selected."""
        if not self.accepts(labels(manifest)):
            return False
        if self.accepts_namespace is None:
            return True
        namespaces = snapshot.objects(snapshot.resource(*NAMESPACES)).by_key
        namespace = namespaces.get(("", key_of(manifest)[0]))
        return namespace is not None and self.accepts_namespace(labels(namespace))


def rule(entry: Manifest, resource: Resource, home: str) -> Rule:
    """*home*: the namespace that a parent must keep to, in hook version v1; "" if it need not.

    Raises `InvalidRule` and `InvalidSelector`.
    """
    selector, namespace_selector = entry.get("labelSelector"), entry.get("namespaceSelector")
    names, namespace = entry.get("names") or (), entry.get("namespace") or ""
    home = home if resource.namespaced else ""
    if names and (selector is not None or namespace_selector is not None):
        raise InvalidRule(
            "related rule cannot have both names and labelSelector/namespaceSelector specified: "
            + _go(entry)
        )
    if namespace and namespace_selector is not None:
        raise InvalidRule(
            f"related rule cannot have both namespace and namespaceSelector specified: {_go(entry)}"
        )
    if namespace_selector is not None and home:
        raise InvalidRule(
            "namespaceSelector is not supported for namespaced parent in v1 hook version"
        )
    if namespace_selector is not None and not resource.namespaced:
        raise InvalidRule("namespaceSelector is only supported for namespaced related resources")
    if namespace and home and namespace != home:
        raise InvalidRule(
            f"requested related object namespace {namespace} differs from parent object "
            f"namespace {home}"
        )
    return Rule(
        resource,
        namespace if resource.namespaced else "",
        frozenset(names),
        predicate(selector),
        None if namespace_selector is None else predicate(namespace_selector),
        home,
    )


def _go(entry: Manifest) -> str:
    """As Go prints a rule with %#v, but that an address in memory means nothing: 0x…."""

    def pointer(name: str) -> str:
        return f"(*v1.LabelSelector)({'nil' if entry.get(name) is None else '0x…'})"

    return (
        "&v1alpha1.RelatedResourceRule{ResourceRule:v1alpha1.ResourceRule{"
        f"APIVersion:{go_text(entry.get('apiVersion') or '')}, "
        f"Resource:{go_text(entry.get('resource') or '')}}}, "
        f"LabelSelector:{pointer('labelSelector')}, "
        f"NamespaceSelector:{pointer('namespaceSelector')}, "
        f"Namespace:{go_text(entry.get('namespace') or '')}, "
        f"Names:{go_texts(entry.get('names'))}}}"
    )
