"""The nodes of the model, and whether a pod fits one of them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from hooks.quantity import parse
from orasi.cluster.api import Manifest
from orasi.cluster.memory.workloads.affinity import admits, tolerates

NAMES = ("node-0", "node-1", "node-2")
ALLOCATABLE = {"cpu": "32", "memory": "256Gi", "ephemeral-storage": "1Ti"}
"""Of each node. Whatever else is asked for, no node has it."""

BARRING = ("NoSchedule", "NoExecute")


def first_nodes() -> Iterator[Manifest]:
    """Those that there are from the beginning."""
    for name in NAMES:
        labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
        yield {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}}


def placed(pod: Manifest, nodes: Sequence[Manifest]) -> tuple[str, str]:
    """The node for *pod*, and if there is none ("") why."""
    spec = pod["spec"]
    fitting, reasons = [], dict[str, int]()
    for node in nodes:
        found = _objections(spec, node)
        for reason in found:
            reasons[reason] = reasons.get(reason, 0) + 1
        if not found:
            fitting.append(node["metadata"]["name"])
    if not fitting:
        return "", _refusal(len(nodes), reasons)
    serial = int(pod["metadata"]["uid"].partition("-")[0], 16)
    return fitting[serial % len(fitting)], ""


def _objections(spec: Manifest, node: Manifest) -> list[str]:
    if not admits(spec, node):
        return ["node(s) didn't match Pod's node affinity/selector"]
    if untolerated(spec, node, BARRING):
        return ["node(s) had untolerated taint(s)"]
    room = allocatable(node)
    asked = requests({"spec": spec})
    lacking = [name for name in asked if asked[name] > room.get(name, 0)]
    return [f"Insufficient {name}" for name in sorted(lacking)]


def untolerated(spec: Manifest, node: Manifest, effects: Sequence[str]) -> Manifest | None:
    """The first taint of *node* of these *effects* that a pod does not tolerate."""
    tolerations = spec.get("tolerations", ())
    return next(
        (
            taint
            for taint in node.get("spec", {}).get("taints", ())
            if taint["effect"] in effects
            and not any(tolerates(each, taint) for each in tolerations)
        ),
        None,
    )


def allocatable(node: Manifest) -> dict[str, Decimal]:
    found = node.get("status", {}).get("allocatable") or ALLOCATABLE
    return {name: parse(text) for name, text in found.items()}


def _refusal(count: int, reasons: dict[str, int]) -> str:
    if not count:
        return "no nodes available to schedule pods"
    causes = ", ".join(sorted(f"{number} {reason}" for reason, number in reasons.items()))
    return (
        f"0/{count} nodes are available: {causes}. no new claims to deallocate, preemption: "
        f"0/{count} nodes are available: {count} Preemption is not helpful for scheduling."
    )


def requests(pod: Manifest) -> dict[str, Decimal]:
    return resources(pod, "requests")


def resources(pod: Manifest, part: str) -> dict[str, Decimal]:
    """All *part* ("requests", "limits") of a pod: its containers' together, or one init's."""
    spec = pod.get("spec", {})
    found: dict[str, Decimal] = {}
    for name, number in _quantities(spec.get("containers", ()), part):
        found[name] = found.get(name, Decimal()) + number
    for name, number in _quantities(spec.get("initContainers", ()), part):
        found[name] = max(found.get(name, Decimal()), number)
    return found


def _quantities(containers: list[Manifest], part: str) -> Iterator[tuple[str, Decimal]]:
    for container in containers:
        for name, text in container.get("resources", {}).get(part, {}).items():
            yield name, parse(text)
