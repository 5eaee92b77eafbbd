"""Where writes in memory are not answered as by a real API server, and why that is not mended."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from orasi.cluster.api import Manifest, Resource
from tests.cluster.drawn_objects import ACCOUNTS, LEASES, ROLES
from tests.cluster.steps import Outcome, Refusal, Step
from tests.memory.documents import CONFIG_MAPS, DOCUMENTS, SECRETS
from tests.memory.workloads import AUTOSCALERS, JOBS, SERVICES


@dataclass(frozen=True)
class Deviation:
    """One line of the table. What *script* ends in, does still differ."""

    why: str
    concerns: Callable[[Outcome, Outcome], bool]  # what memory answers, and the real one
    resource: Resource
    script: Sequence[Step]


def _alike_but_for(*fields: str) -> Callable[[Outcome, Outcome], bool]:
    """Whether only these *fields* differ: in the spec or beside it, or in who manages them."""

    def concerns(ours: Outcome, theirs: Outcome) -> bool:
        if isinstance(ours, Refusal) or isinstance(theirs, Refusal):
            return False
        return _without(ours, fields) == _without(theirs, fields)

    return concerns


def _without(found: Manifest, fields: Sequence[str]) -> Manifest:
    kept = {}
    for manager, entry in found["metadata"]["managedFields"].items():
        owned = _pruned(entry["fieldsV1"], fields)
        if owned:
            kept[manager] = {**entry, "fieldsV1": owned}
    hidden = [field.removeprefix("f:") for field in fields]
    spec = {name: value for name, value in found.get("spec", {}).items() if name not in hidden}
    rest = {name: value for name, value in found.items() if name not in hidden}
    return {**rest, "spec": spec, "metadata": {**found["metadata"], "managedFields": kept}}


def _pruned(tree: Manifest, fields: Sequence[str]) -> Manifest:
    pruned = {name: _pruned(node, fields) for name, node in tree.items() if name not in fields}
    return {name: node for name, node in pruned.items() if node or not tree[name]}


def _refused(pattern: str) -> Callable[[Outcome, Outcome], bool]:
    """Whether only the real one refuses, with these words."""

    def concerns(_: Outcome, theirs: Outcome) -> bool:
        return isinstance(theirs, Refusal) and bool(re.search(pattern, theirs.message))

    return concerns


def _refused_in_memory(pattern: str) -> Callable[[Outcome, Outcome], bool]:
    """Whether memory refuses with these words, and the real one does not, or for another reason."""
    return lambda ours, theirs: _refused(pattern)(theirs, ours)


def _wrongly_keyed(ours: Outcome, _: Outcome) -> bool:
    return '"k:{}"' in json.dumps(ours, default=str)


def _body(**fields: Any) -> Manifest:
    return {"metadata": {}, **fields}


PORT = {"port": 80, "name": "http"}
POD = {"containers": [{"name": "web", "image": "web:1"}], "restartPolicy": "Never"}
TARGET = {"type": "AverageValue", "averageValue": "64Mi"}
PODS = {"type": "Pods", "pods": {"metric": {"name": "m"}, "target": TARGET}}
AUTOSCALED: Manifest = {
    "maxReplicas": 3,
    "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
}
DEVIATIONS = (
    Deviation(
        "What is null in etcd may be an empty list while it is written, and is then owned. Nobody "
        "writes a Role without rules.",
        _alike_but_for("f:rules"),
        ROLES,
        [Step("create", _body(rules=[]))],
    ),
    Deviation(
        "Go keeps a map with nothing in it apart from none, even where it does not store it: an "
        "immutable object may not gain one.",
        _refused("field is immutable when `immutable` is set"),
        CONFIG_MAPS,
        [
            Step("create", _body(data={"a": "x"}, immutable=True)),
            Step("edit", {"binaryData": {}}),
        ],
    ),
    Deviation(
        "Go reads bytes from a list of numbers as well, which nobody writes.",
        _refused_in_memory(r"cannot unmarshal array into Go struct field \w+\.(d|binaryD)ata "),
        SECRETS,
        [Step("create", _body(data={"a": []}))],
    ),
    Deviation(
        "Of a number that is too long, an Apply takes the last 32 bits; nobody means that.",
        _refused_in_memory(r"unable to convert unstructured.* of type int32$"),
        LEASES,
        [Step("apply", _body(spec={"leaseTransitions": 1 << 40}), manager="a")],
    ),
    Deviation(
        "The time of a deletion is owned by nobody but who comes before the first Apply, to an "
        "object that has been deleted.",
        _alike_but_for("f:deletionTimestamp", "f:deletionGracePeriodSeconds"),
        ACCOUNTS,
        [
            Step("create", _body()),
            Step("delete", {"propagation": "Orphan"}),
            Step("apply", _body(), manager="a"),
        ],
    ),
    Deviation(
        "The real one counts fields in its own way when an item of a keyed list has no key.",
        _wrongly_keyed,
        ACCOUNTS,
        [Step("create", _body(secrets=[{}]))],
    ),
    Deviation(
        "A Service that has become an ExternalName keeps a policy that the real one never shows, "
        "but in its answer to a new status.",
        _alike_but_for("f:internalTrafficPolicy"),
        SERVICES,
        [
            Step("create", _body(spec={"ports": [PORT]})),
            Step("patch", {"spec": {"type": "ExternalName", "externalName": "a.example.com"}}),
            Step("report", {"status": {"loadBalancer": {}}}),
        ],
    ),
    Deviation(
        "In a list that is owned as a whole, Go keeps things apart that it stores alike: none and "
        "nothing, and some amounts. So the same list may seem another, and gets another owner.",
        _alike_but_for("f:egress", "f:ingress", "f:limits", "f:metrics"),
        AUTOSCALERS,
        [
            Step("apply", _body(spec={**AUTOSCALED, "metrics": [PODS]}), manager="a"),
            Step("patch", {"spec": {"maxReplicas": 9}}),
        ],
    ),
    Deviation(
        "The real one shows the labels of a Job's pods as its own, and the phase of a claim, but "
        "stores them only with the first update, even with one that changes nothing else.",
        _refused(r"(jobs\.batch|claims) .*: the object has been modified"),
        JOBS,
        [
            Step("create", _body(spec={"template": {"spec": POD}})),
            Step("report", {"status": {}}),
            Step("edit", {"metadata": {"annotations": {"a": "b"}}}, version="first"),
        ],
    ),
    Deviation(
        "Of a custom kind, a text that has a format may be a list as well, and then nobody owns "
        "anything. No text in a spec of ours has one, and nobody writes that.",
        _refused_in_memory(r"spec\.since in body must be of type string: .array"),
        DOCUMENTS,
        [Step("create", _body(spec={"content": "x", "since": []}))],
    ),
    Deviation(
        "What is empty in the metadata of an object of a custom kind stays in etcd after an Apply, "
        "until the next write, which so makes another version even if it changes nothing.",
        _refused(r"documents\.test\.orasi\.io .*: the object has been modified"),
        DOCUMENTS,
        [
            Step("apply", {"metadata": {"labels": {}}, "spec": {"content": "x"}}, manager="a"),
            Step("report", {}),
            Step("edit", {"metadata": {"annotations": {"a": "b"}}}, version="first"),
        ],
    ),
    Deviation(
        "The real one panics, and answers nothing, when a Service is to lose its address and get "
        "one of each family.",
        _refused("disconnected without sending a response"),
        SERVICES,
        [
            Step("create", _body(spec={"ports": [PORT]})),
            Step(
                "edit",
                {
                    "spec": {
                        "clusterIP": "None",
                        "clusterIPs": None,
                        "ipFamilyPolicy": "PreferDualStack",
                    }
                },
            ),
        ],
    ),
)


def deviation(ours: Outcome, theirs: Outcome) -> Deviation | None:
    return next((each for each in DEVIATIONS if each.concerns(ours, theirs)), None)
