"""What happens to our objects in a life, drawn by Hypothesis."""

from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import DrawFn

from hooks.kinds import KINDS
from orasi.cluster.api import Manifest
from tests.cluster.lives import HELD, Deed
from tests.neighbours import NEIGHBOURS
from tests.worlds import specs

MOST_DEEDS = 5
NAMES = ("a", "b")
TOUCHES: list[Manifest] = [
    {"labels": {"team": "shop"}},
    {"annotations": {"note": "ü"}},
    {"annotations": {"orasi.io/paused": "true"}},
    {"annotations": {"orasi.io/paused": None}},
    {"labels": {"app.kubernetes.io/managed-by": None}},
]
DISTURBANCES: list[Manifest] = [
    {"metadata": {"labels": None}},
    {"metadata": {"labels": {"app.kubernetes.io/name": "other"}, "annotations": {"mine": "1"}}},
    {"metadata": {"finalizers": [HELD]}},
    {"metadata": {"ownerReferences": None}},
    {"metadata": {"managedFields": []}},
    {"spec": {"replicas": 7}},
    {"data": {"extra": "1"}},
]
REPORTS: list[Manifest] = [
    {},
    dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), 1),
    {"replicas": 2, "unavailableReplicas": 2},
]


@st.composite
def lives(draw: DrawFn) -> list[Deed]:
    kinds = draw(st.permutations([kind.kind for kind in KINDS]))[:2]
    begun = [_beginning(draw, kind) for kind in kinds]
    more = draw(st.integers(1, MOST_DEEDS))
    return [*begun, *(_deed(draw, begun) for _ in range(more))]


def _beginning(draw: DrawFn, kind: str) -> Deed:
    """The creation of an object, for once of one to which others may refer."""
    known = [each for each in NEIGHBOURS if each["kind"] == kind]
    found = draw(st.sampled_from([*known, *[None] * len(known)])) if known else None
    if found:
        return Deed("create", kind, found["metadata"]["name"], found["spec"])
    return Deed("create", kind, draw(st.sampled_from(NAMES)), _spec(draw, kind))


def _spec(draw: DrawFn, kind: str) -> Any:
    return draw(specs(next(each for each in KINDS if each.kind == kind)))


def _deed(draw: DrawFn, begun: list[Deed]) -> Deed:
    verbs = ("create", "edit", "edit", "touch", "delete", "disturb", "disturb", "lose", "report")
    verb = draw(st.sampled_from(verbs))
    one = draw(st.sampled_from(begun))
    rests, child = draw(st.booleans()), draw(st.integers(0, 9))
    bodies = {"touch": TOUCHES, "disturb": DISTURBANCES, "report": REPORTS}
    policies = ["Background", "Foreground", "Orphan"]
    body: Any = None
    match verb:
        case "create":
            return _beginning(draw, one.kind)
        case "edit":
            body = _spec(draw, one.kind)
        case "delete":
            body = draw(st.sampled_from(policies))
        case _ if verb in bodies:
            body = draw(st.sampled_from(bodies[verb]))
    return Deed(verb, one.kind, one.name, body, child, rests)
