"""The nodes of the model, and whether a pod fits one of them."""

from collections.abc import Iterator
from decimal import Decimal

from hooks.quantity import parse
from orasi.cluster.api import Manifest

NODES = ("node-0", "node-1", "node-2")
CAPACITY = {
    "cpu": Decimal(32),
    "memory": parse("256Gi"),
    "ephemeral-storage": parse("1Ti"),
}
"""Of each node. Whatever else is asked for, no node has it."""


def placed(pod: Manifest) -> tuple[str, str]:
    """The node for *pod*, and if there is none ("") why."""
    spec = pod["spec"]
    fitting = [name for name in NODES if spec.get("nodeSelector", {}).items() <= _labels(name)]
    if not fitting:
        return "", _refusal("node(s) didn't match Pod's node affinity/selector")
    asked = requests(pod)
    lacking = [name for name in asked if asked[name] > CAPACITY.get(name, 0)]
    if lacking:
        return "", _refusal(*(f"Insufficient {name}" for name in sorted(lacking)))
    serial = int(pod["metadata"]["uid"].partition("-")[0], 16)
    return fitting[serial % len(fitting)], ""


def _labels(node: str) -> set[tuple[str, str]]:
    return {("kubernetes.io/hostname", node), ("kubernetes.io/os", "linux")}


def _refusal(*reasons: str) -> str:
    count = len(NODES)
    causes = ", ".join(f"{count} {reason}" for reason in reasons)
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
