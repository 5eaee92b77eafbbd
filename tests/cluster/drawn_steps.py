"""Scripts of writes to one object, drawn by Hypothesis."""

from collections.abc import Mapping
from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from orasi.cluster.api import Manifest, Resource
from tests.cluster.drawn_objects import objects
from tests.cluster.partial import part
from tests.cluster.steps import APPLIERS, Step
from tests.memory import documents, workloads

LATER = (
    *("apply", "apply", "patch", "patch", "edit", "edit", "replace"),
    *("touch", "report", "report", "delete"),
)
"""The verbs of all steps but the first, some of which are more frequent."""

MOST_STEPS = 5
VERSIONS = st.sampled_from(["newest"] * 6 + ["none", "first"])
TOUCHES: SearchStrategy[Manifest] = st.sampled_from(
    [
        {"finalizers": ["a.io/x"]},
        {"finalizers": ["b.io/y", "a.io/x"]},
        {"finalizers": []},
        {"finalizers": None},
        {"labels": {"app": "changed"}},
        {"labels": {"app": None}},
        {"labels": None},
        {"annotations": {"app": "changed", "tier": None}},
        {"annotations": {}},
        {"ownerReferences": []},
        {"generation": 7},
        {"deletionTimestamp": None},
        {"managedFields": []},
        {"managedFields": None},
    ]
)
"""Patches of the metadata."""

CONDITION = {
    "type": "Available",
    "status": "True",
    "reason": "Fine",
    "message": "",
    "lastTransitionTime": "2026-01-01T00:00:00Z",
}
REPLICAS: Manifest = {"observedGeneration": 1, "replicas": 1, "readyReplicas": 1}
STATUSES: Mapping[Resource, list[Any]] = {
    documents.DOCUMENTS: [{"ready": True}, {"ready": False, "unknown": 1}, {"ready": "x"}, None],
    documents.SERVICES: [{"loadBalancer": {}}, {"conditions": [CONDITION]}],
    workloads.BUDGETS: [
        {
            **dict.fromkeys(("currentHealthy", "desiredHealthy", "expectedPods"), 1),
            "disruptionsAllowed": 0,
            "observedGeneration": 1,
        }
    ],
    workloads.CRON_JOBS: [{}, {"lastScheduleTime": "2026-01-01T00:00:00Z"}],
    workloads.DAEMON_SETS: [
        {
            "currentNumberScheduled": 3,
            "desiredNumberScheduled": 3,
            "numberMisscheduled": 0,
            "numberReady": 2,
            "numberAvailable": 0,
        }
    ],
    workloads.DEPLOYMENTS: [REPLICAS, {**REPLICAS, "conditions": [CONDITION]}, {"replicas": 0}],
    workloads.QUOTAS: [{"hard": {"pods": "4"}, "used": {"pods": 0}}, {}],
    workloads.STATEFUL_SETS: [{**REPLICAS, "currentRevision": "it-1"}, {"replicas": 0}],
}
"""What controllers might report."""


def script(resource: Resource, data: DataObject) -> list[Step]:
    body = data.draw(objects(resource))
    verb = data.draw(st.sampled_from(["create", "apply"]))
    steps = [Step(verb, body, manager=data.draw(st.sampled_from(APPLIERS)))]
    for _ in range(data.draw(st.integers(1, MOST_STEPS - 1))):
        steps.append(_step(data.draw(st.sampled_from(LATER)), resource, data))
    return steps


def _step(verb: str, resource: Resource, data: DataObject) -> Step:
    match verb:
        case "apply":
            manager = data.draw(st.sampled_from(APPLIERS))
            return Step(verb, part(data.draw(objects(resource)), data), manager=manager)
        case "replace":
            return Step(verb, data.draw(objects(resource)), version=data.draw(VERSIONS))
        case "touch":
            verb = data.draw(st.sampled_from(["patch", "edit"]))
            return Step(verb, {"metadata": data.draw(TOUCHES)}, version=data.draw(VERSIONS))
        case "report":
            status = data.draw(st.sampled_from(STATUSES.get(resource, [{}])))
            touched = {"metadata": data.draw(TOUCHES)} if data.draw(st.booleans()) else {}
            return Step(verb, {**touched, "status": status})
        case "delete":
            propagation = st.sampled_from(["Background", "Foreground", "Orphan"])
            return Step(verb, {"propagation": data.draw(propagation)})
    drawn = data.draw(objects(resource))
    wanted = {name: drawn[name] for name in drawn if name not in ("apiVersion", "kind")}
    patch = {name: part(wanted[name], data, nulls=True) for name in wanted}
    return Step(verb, patch, version=data.draw(VERSIONS))
