"""What happens in a life to our objects, and to what is decorated, drawn by Hypothesis."""

from collections.abc import Sequence
from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import DrawFn

from hooks.kinds import KINDS
from orasi.cluster.api import Manifest
from tests.cluster.lives import HELD, Deed
from tests.cluster.strangers import LIMIT, STRANGERS
from tests.neighbours import NEIGHBOURS
from tests.worlds import specs

LEAST_DEEDS, MOST_DEEDS = 3, 7
MOST_CHILDREN = 20  # that one is chosen of
NAMES = ("a", "b")
OURS = {kind.kind: kind for kind in KINDS}
SIZE, COMPLAINT, PAUSED = (f"orasi.io/{name}" for name in ("tenant", "tenant-status", "paused"))
TOUCHES: list[Manifest] = [
    {"labels": {"team": "shop"}},
    {"annotations": {"note": "ü"}},
    {"annotations": {PAUSED: "true"}},
    {"annotations": {PAUSED: None}},
    {"labels": {"app.kubernetes.io/managed-by": None}},
    {"finalizers": [HELD]},
]
DISTURBANCES: list[Manifest] = [
    {"metadata": {"labels": None}},
    {"metadata": {"labels": {"app.kubernetes.io/name": "other"}, "annotations": {"mine": "1"}}},
    {"metadata": {"annotations": None}},
    {"metadata": {"finalizers": [HELD]}},
    {"metadata": {"ownerReferences": None}},
    {"metadata": {"managedFields": []}},
    {"spec": {"replicas": 7}},
    {"data": {"extra": "1"}},
    {"data": None, "spec": {"hard": {"secrets": "9", "pods": None}, "policyTypes": ["Egress"]}},
    {"spec": {"publishNotReadyAddresses": False, "selector": {"app": "other"}, "limits": [LIMIT]}},
    {"spec": {"ports": [{"name": "mine", "port": 1}], "source": {"prometheus": {"path": "/x"}}}},
]
REPORTS: list[Manifest] = [
    {},
    dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), 1),
    {"replicas": 2, "unavailableReplicas": 2},
]

SCRAPED = ("web", "web" + "-x" * 16)  # the name of what the second gets is shortened
SHOP: Manifest = {"selector": {"app": "shop"}}
HTTP: Manifest = {"name": "http", "port": 80}
METRICS: Manifest = {"name": "metrics", "port": 9090, "targetPort": "m"}
SERVICES: list[Manifest] = [
    {**SHOP, "ports": [{"port": 8080}]},
    {**SHOP, "ports": [HTTP, METRICS]},
    {**SHOP, "ports": [HTTP, {**HTTP, "name": "other", "port": 81}]},
    {**SHOP, "ports": [{**HTTP, "protocol": "UDP"}], "type": "NodePort"},
    {**SHOP, "ports": [METRICS], "clusterIP": "None"},
    {"ports": [HTTP]},
    {"type": "ExternalName", "externalName": "shop.example.com"},
]
OPTIONS = {
    "scrape": ["true"] * 6 + ["false", "yes", "", None],
    "port": ["metrics", "80", "8080", "nope", "", None],
    "path": ["/m", "m", None],
    "interval": ["5m", "soon", None],
    "paused": ["true", None],
}
"""What annotations of a Service say; None takes one away."""

TENANTS: list[Manifest] = [
    *({"labels": {SIZE: size}} for size in ("small", "small", "medium", "huge", "", None, None)),
    {"labels": None},
    {"annotations": {COMPLAINT: "Mine: nobody knows."}},
    {"annotations": {COMPLAINT: None}},
    {"annotations": {PAUSED: "true"}},
    {"annotations": {PAUSED: None}},
]


@st.composite
def lives(draw: DrawFn) -> list[Deed]:
    """Of two of our kinds, or of one and a Service; half of them in a tenant's Namespace."""
    kinds = draw(st.permutations(["Service", *OURS]))[:2]
    begun = [_beginning(draw, kind) for kind in kinds]
    if draw(st.booleans()):
        begun.insert(0, Deed("touch", "Namespace", body=draw(st.sampled_from(TENANTS[:4]))))
    if draw(st.sampled_from([True, False, False])):
        begun.insert(0, _intrusion(draw))
    more = draw(st.integers(LEAST_DEEDS, MOST_DEEDS))
    return [*begun, *(_deed(draw, begun) for _ in range(more))]


def _beginning(draw: DrawFn, kind: str) -> Deed:
    """The creation of an object, for once of one to which others may refer."""
    if kind == "Service":
        metadata = _asked(draw, draw(st.sets(st.sampled_from(list(OPTIONS)), max_size=2)))
        body = {"metadata": metadata, "spec": _spec(draw, kind)}
        return Deed("create", kind, draw(st.sampled_from(SCRAPED)), body)
    known = [each for each in NEIGHBOURS if each["kind"] == kind]
    found = draw(st.sampled_from([*known, *[None] * len(known)])) if known else None
    if found:
        return Deed("create", kind, found["metadata"]["name"], {"spec": found["spec"]})
    return Deed("create", kind, draw(st.sampled_from(NAMES)), {"spec": _spec(draw, kind)})


def _asked(draw: DrawFn, options: set[str]) -> Manifest:
    """The metadata of a Service that is mostly scraped, by these *options* beside."""
    said = {
        f"orasi.io/{name}": draw(st.sampled_from(OPTIONS[name]))
        for name in sorted({"scrape", *options})
    }
    return {"annotations": said}


def _spec(draw: DrawFn, kind: str) -> Any:
    return draw(specs(OURS[kind]) if kind in OURS else st.sampled_from(SERVICES))


def _intrusion(draw: DrawFn) -> Deed:
    """Somebody else makes what one of ours would make."""
    found = draw(st.sampled_from(STRANGERS))
    return Deed("create", found["kind"], found["metadata"]["name"], found)


def _deed(draw: DrawFn, begun: Sequence[Deed]) -> Deed:
    verbs = (
        *("disturb", "disturb", "disturb", "disturb", "lose", "lose", "edit", "edit", "touch"),
        *("touch", "tenant", "tenant", "delete", "create", "report", "intrude", "end"),
    )
    verb = draw(st.sampled_from(verbs))
    one = draw(st.sampled_from([each for each in begun if each.kind in (*OURS, "Service")]))
    rests, child = draw(st.booleans()), draw(st.integers(0, MOST_CHILDREN - 1))
    policies = st.sampled_from(["Background", "Foreground", "Orphan"])
    bodies = {"touch": TOUCHES, "disturb": DISTURBANCES, "report": REPORTS}
    body: Any = None
    match verb:
        case "create":
            return _beginning(draw, one.kind)
        case "intrude":
            return _intrusion(draw)
        case "tenant":
            return Deed("touch", "Namespace", body=draw(st.sampled_from(TENANTS)), rests=rests)
        case "end":
            return Deed("delete", "Namespace", body=draw(policies), rests=rests)
        case "edit":
            body = _spec(draw, one.kind)
        case "delete":
            body = draw(policies)
        case "touch" if one.kind == "Service" and draw(st.booleans()):
            body = _asked(draw, draw(st.sets(st.sampled_from(list(OPTIONS)), max_size=2)))
        case _ if verb in bodies:
            body = draw(st.sampled_from(bodies[verb]))
    return Deed(verb, one.kind, one.name, body, child, rests)
