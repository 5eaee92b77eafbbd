"""Who refers to whom: read from specs as they are stored, of which nothing is certain."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hooks import API_VERSION
from hooks.contract import Manifest, Parent, RelatedRule, SyncRequest
from hooks.metadata import is_leaving


@dataclass(frozen=True)
class ReferenceField:
    """A field by which objects of one kind refer to another of the same namespace."""

    kind: str
    path: str  # below spec: "flows[].to[].connector"; what is there has a name
    target: str  # the kind that is referred to
    served: bool = True  # whether this version has that kind; else nobody could look for objects


LONGEST_NAME = 253  # of any object

Graph = Mapping[str, list[str]]
"""By name, whom objects of one kind refer to."""

REFERENCE_FIELDS = (
    ReferenceField("Pipeline", "flows[].from[].connector", "Connector"),
    ReferenceField("Pipeline", "flows[].to[].connector", "Connector"),
    ReferenceField("Pipeline", "flows[].to[].pipeline", "Pipeline"),
    ReferenceField("Pipeline", "flows[].to[].storage", "Storage", served=False),
    ReferenceField("Pipeline", "configurations[]", "Configuration"),
)
UNSERVED = frozenset(field.target for field in REFERENCE_FIELDS if not field.served)


@dataclass(frozen=True, order=True)
class Reference:
    kind: str
    name: str
    path: str  # "spec.flows[0].to[1].connector"

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def plural(kind: str) -> str:
    """As in the API's paths. A test holds the kinds to it."""
    return f"{kind.lower()}s"


def targets(kind: str) -> set[str]:
    """The kinds that objects of *kind* may refer to, as far as they are served."""
    return {field.target for field in REFERENCE_FIELDS if field.kind == kind and field.served}


def referrers(kind: str) -> set[str]:
    """The kinds whose objects may refer to one of *kind*."""
    return {field.kind for field in REFERENCE_FIELDS if field.target == kind}


def references(manifest: Manifest) -> Iterator[Reference]:
    """Every reference in the spec of *manifest*, in the order of the table and of the spec."""
    for field in REFERENCE_FIELDS:
        if field.kind != manifest.get("kind"):
            continue
        for path, value in places(manifest.get("spec"), tuple(field.path.split(".")), "spec"):
            name = value.get("name") if isinstance(value, dict) else None
            if isinstance(name, str) and 0 < len(name) <= LONGEST_NAME:
                yield Reference(field.target, name, path)


def places(value: Any, steps: tuple[str, ...], path: str) -> Iterator[tuple[str, Any]]:
    """Whatever stands below *value* at *steps*, of which "x[]" is each item of x, by its path."""
    if not steps:
        yield path, value
        return
    key = steps[0].removesuffix("[]")
    member = value.get(key) if isinstance(value, dict) else None
    if key == steps[0]:
        yield from places(member, steps[1:], f"{path}.{key}")
        return
    for number, item in enumerate(member if isinstance(member, list) else ()):
        yield from places(item, steps[1:], f"{path}.{key}[{number}]")


def asked_for(parent: Parent[Any]) -> list[RelatedRule]:
    """What a sync of *parent* needs to see because of references.

    What it refers to; all of its own kind if it refers to one of them, since a cycle may be of any
    length; and while it is being deleted all that may refer to it. Deletion changes the
    generation, so Metacontroller asks again then.

    Never what is not served: to ask for a kind that the API server does not know is an error.
    """
    kind = parent.manifest["kind"]
    names: defaultdict[str, set[str]] = defaultdict(set)
    for reference in references(parent.manifest):
        if reference.kind not in UNSERVED:
            names[reference.kind].add(reference.name)
    whole = {kind} & names.keys()
    if is_leaving(parent.manifest):
        whole |= referrers(kind)
    return [
        RelatedRule(API_VERSION, plural(each), parent.namespace, every=True)
        if each in whole
        else RelatedRule(API_VERSION, plural(each), parent.namespace, names=tuple(names[each]))
        for each in sorted(whole | names.keys())
    ]


def users(request: SyncRequest[Any]) -> list[Manifest]:
    """Every object that keeps the parent, which is being deleted, by referring to it.

    One that is being deleted itself still needs it until it is gone. But of objects that refer to
    each other in a cycle and are all being deleted, none waits for the others, or none would ever
    go; unless somebody else still uses one of them, and with it all the others.
    """
    parent = request.parent
    kind = parent.manifest["kind"]
    own = Reference(kind, parent.name, "")
    found = [
        each
        for referrer in sorted(referrers(kind))
        for each in neighbours(request, referrer)
        if refers(each, own) and identity(each) != (kind, parent.name)
    ]
    if not found or kind not in referrers(kind):
        return found
    graph = same_kind(request)
    leaving = {parent.name} | {
        each["metadata"]["name"] for each in neighbours(request, kind) if is_leaving(each)
    }
    tied = knot({name: graph[name] for name in leaving}, parent.name)
    if any(tied & set(used) for name, used in graph.items() if name not in tied):
        return found
    return [each for each in found if identity(each) not in {(kind, name) for name in tied}]


def identity(manifest: Manifest) -> tuple[str, str]:
    return manifest["kind"], manifest["metadata"]["name"]


def knot(graph: Graph, name: str) -> set[str]:
    """Everything that *name* leads to and that leads back to it, itself included."""
    backwards: defaultdict[str, list[str]] = defaultdict(list)
    for each, used in graph.items():
        for other in used:
            backwards[other].append(each)
    return {name} | (reached(graph, name) & reached(backwards, name))


def reached(graph: Graph, start: str) -> set[str]:
    """Everything that *start* leads to, by one step or more."""
    found: set[str] = set()
    border = [start]
    while border:
        border = list({each for name in border for each in graph.get(name, ())} - found)
        found.update(border)
    return found


def neighbours(request: SyncRequest[Any], kind: str) -> list[Manifest]:
    """The objects of *kind* in the parent's namespace. Raises MalformedRequest as `asked` does."""
    return [
        each
        for each in request.related.asked(API_VERSION, kind)
        if each["metadata"].get("namespace") == request.parent.namespace
    ]


def refers(manifest: Manifest, target: Reference) -> bool:
    wanted = target.kind, target.name
    return any((each.kind, each.name) == wanted for each in references(manifest))


def same_kind(request: SyncRequest[Any]) -> Graph:
    """Who refers to whom among all objects of the parent's kind in its namespace."""
    parent = request.parent.manifest
    graph = {
        each["metadata"]["name"]: followed(each) for each in neighbours(request, parent["kind"])
    }
    # A cache may be older than the request.
    return {**graph, request.parent.name: followed(parent)}


def followed(manifest: Manifest) -> list[str]:
    kind = manifest["kind"]
    return sorted({each.name for each in references(manifest) if each.kind == kind})


def way(graph: Graph, start: str, end: str) -> list[str] | None:
    """A shortest way of at least one step from *start* to *end*, both included; None if none."""
    before: dict[str, str] = {}
    border = [start]
    while border:
        following = []
        for name in border:
            for each in graph.get(name, ()):
                if each == end:
                    return [*reversed(trail(before, start, name)), end]
                if each != start and each not in before:
                    before[each] = name
                    following.append(each)
        border = following
    return None


def trail(before: Mapping[str, str], start: str, name: str) -> list[str]:
    """From *name* back to *start*."""
    found = [name]
    while found[-1] != start:
        found.append(before[found[-1]])
    return found
