"""Scripts of writes to one object that are drawn too seldom, each of what once differed."""

from collections.abc import Iterator, Sequence
from typing import Any

from orasi.cluster.api import Manifest, Resource
from tests.cluster.drawn_objects import LEASES
from tests.cluster.steps import Step
from tests.memory.documents import NAMESPACES
from tests.memory.workloads import AUTOSCALERS, BUDGETS

Script = Sequence[Step]

UNKNOWN: Manifest = {"metadata": {"finalizers": ["foo"]}}
TARGETS: list[Manifest] = [
    {"type": "Value"},
    {"type": "Value", "value": 1},
    {"type": "Value", "averageValue": 1},
    {"type": "Value", "value": 1, "averageValue": 1},
    {"type": "x", "averageValue": 1},
]


def created(spec: Manifest, *steps: Step) -> Script:
    return [Step("create", {"spec": spec}), *steps]


def edit(**spec: Any) -> Step:
    return Step("edit", {"spec": spec})


def namespaces() -> Iterator[Script]:
    for finalizers in (["a.io/x"], ["a.io/x", "kubernetes"], ["foo"], ["x y/z"]):
        yield created(
            {"finalizers": finalizers},
            edit(finalizers=["b.io/y"]),
            Step("report", {"status": {}}),
            Step("delete", {"propagation": "Background"}),
        )


def finalizers_of_any_name() -> Iterator[Script]:
    for spec in ({}, {"minAvailable": 1}):
        yield [Step("create", {**UNKNOWN, "spec": spec})]
        yield created(spec, Step("edit", UNKNOWN))
        yield created(spec, Step("edit", {"metadata": {"finalizers": ["x y"]}}))


def autoscalers() -> Iterator[Script]:
    selectors: list[Manifest] = [
        {"matchLabels": {"x y": "z !"}},
        {"matchExpressions": [{"key": "", "operator": "Near", "values": ["a b"]}]},
    ]
    about = {"kind": "Service", "name": "web", "apiVersion": "v1"}
    for kind, more in (("pods", {}), ("external", {}), ("object", {"describedObject": about})):
        sound = TARGETS[2]
        for metric in ({"name": "m", "selector": each} for each in selectors):
            yield scaled(kind, {**more, "metric": metric, "target": sound})
        yield scaled(kind, {**more, "metric": {"name": "a/b"}, "target": sound})
        for target in TARGETS:
            yield scaled(kind, {**more, "metric": {"name": "m"}, "target": target})
    for reference in ({"name": "a%"}, {"kind": "a/b"}, {"apiVersion": "a/b/c"}):
        yield scaled("resource", {"name": "cpu", "target": TARGETS[2]}, reference)


def scaled(kind: str, source: Manifest, reference: Manifest | None = None) -> Script:
    """What is scaled by one metric only."""
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", **(reference or {})}
    metric = {"type": kind.title(), kind: source}
    return created({"maxReplicas": 3, "scaleTargetRef": target, "metrics": [metric]})


DIRECTED: Sequence[tuple[Resource, Script]] = [
    *((NAMESPACES, script) for script in namespaces()),
    *((each, script) for each in (BUDGETS, LEASES) for script in finalizers_of_any_name()),
    *((AUTOSCALERS, script) for script in autoscalers()),
]
