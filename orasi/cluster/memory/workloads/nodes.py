"""The nodes of the model, and whether a pod fits one of them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from hooks.quantity import parse
from orasi.cluster.api import Manifest
from orasi.cluster.memory.workloads.affinity import admits, tolerates

NAMES = ("node-0", "node-1", "node-2")
ALLOCATABLE = {"cpu": "32", "memory": "256Gi", "ephemeral-storage": "1Ti"}
"""Of each node. Whatever else is asked for, no node has it."""

Amounts = dict[str, Decimal]
NONE = Decimal()

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


def allocatable(node: Manifest) -> Amounts:
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


def requests(pod: Manifest) -> Amounts:
    return resources(pod, "requests")


def resources(pod: Manifest, part: str) -> Amounts:
    """All *part* ("requests", "limits") of a pod, at the moment when that is the most.

    Its containers run together with the sidecars, the other init containers before them: each
    beside those sidecars that are listed before it. What is said of the pod as a whole counts.
    """
    spec = pod.get("spec", {})
    running, sidecars, starting = Amounts(), Amounts(), Amounts()
    for container in spec.get("containers", ()):
        running = _added(running, _quantities(container, part))
    for container in spec.get("initContainers", ()):
        own = _quantities(container, part)
        if container.get("restartPolicy") == "Always":
            running, sidecars = _added(running, own), _added(sidecars, own)
            own = Amounts()
        starting = _larger(starting, _added(sidecars, own))
    whole = _quantities(spec, part)
    counted = {name: number for name, number in whole.items() if is_of_whole_pods(name)}
    return _larger(running, starting) | counted


def is_of_whole_pods(name: str) -> bool:
    return name in ("cpu", "memory") or name.startswith("hugepages-")


def _quantities(asking: Manifest, part: str) -> Amounts:
    """Of a container, or of the spec of a pod."""
    return {name: parse(text) for name, text in asking.get("resources", {}).get(part, {}).items()}


def _added(one: Amounts, other: Amounts) -> Amounts:
    return {name: one.get(name, NONE) + other.get(name, NONE) for name in {**one, **other}}


def _larger(one: Amounts, other: Amounts) -> Amounts:
    return {name: max(one.get(name, NONE), other.get(name, NONE)) for name in {**one, **other}}
