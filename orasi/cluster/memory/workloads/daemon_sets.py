"""The DaemonSet controller: a pod on each node that admits it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from orasi.cluster.api import ApiError, Cluster, Manifest
from orasi.cluster.memory.workloads import history, rolling
from orasi.cluster.memory.workloads.affinity import admits, bound_node, bound_to
from orasi.cluster.memory.workloads.nodes import BARRING, untolerated
from orasi.cluster.memory.workloads.objects import (
    CONTROLLER_REVISIONS,
    DAEMON_SETS,
    ENDED,
    NODES,
    PODS,
    Objects,
    is_doomed,
    is_ready,
    phase,
    pod_of,
)
from orasi.cluster.memory.workloads.owners import Owner, availabilities, each_synced

TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)


def run(cluster: Cluster, now: float) -> bool:
    """Whether anything was written."""
    kinds = (PODS, CONTROLLER_REVISIONS)
    return each_synced(cluster, now, DAEMON_SETS, kinds, lambda owner: _Sync(owner).run())


def changes(objects: Objects) -> Iterator[float]:
    return availabilities(objects, DAEMON_SETS, "numberReady", "numberAvailable")


def tolerations(spec: Manifest) -> list[Manifest]:
    """Those of the template, and what the pods of every DaemonSet bear."""
    found: list[Manifest] = list(spec.get("tolerations", ()))
    keys = [
        *TOLERATED,
        *([("network-unavailable", "NoSchedule")] if spec.get("hostNetwork") else []),
    ]
    for name, effect in keys:
        own = {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": effect}
        if own not in found:
            found.append(own)
    return found


def _age(pod: Manifest) -> tuple[bool, str, str]:
    metadata = pod["metadata"]
    return "nodeName" not in pod["spec"], metadata["creationTimestamp"], metadata["name"]


class _Sync:
    """One look at one DaemonSet."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._set = owner.manifest
        self._pods: dict[str, list[Manifest]] = defaultdict(list)
        for pod in sorted(owner.owned[PODS], key=_age):
            if not (is_doomed(pod) and phase(pod) in ENDED):  # nobody waits for that to go
                self._pods[bound_node(pod)].append(pod)
        template = self._set["spec"]["template"]
        spec = {**template["spec"], "tolerations": tolerations(template["spec"])}
        self._template = {**template, "spec": spec}
        nodes = [each for each in owner.cluster.list(NODES) if admits(spec, each)]
        names = {each["metadata"]["name"]: each for each in nodes}
        self._running = [
            name for name, each in names.items() if not untolerated(spec, each, BARRING)
        ]
        # Who is there already may stay where no more are let in.
        self._staying = {
            name for name, each in names.items() if not untolerated(spec, each, ("NoExecute",))
        }

    def run(self) -> None:
        try:
            current = history.brought_up_to_date(self._owner, history.LABEL)
        except ApiError:  # told by an event only
            return
        self._hash = current["metadata"]["labels"][history.LABEL]
        if not is_doomed(self._set):
            with suppress(ApiError):  # told by an event only
                self._manage()
                self._roll()
        self._owner.report({**self._set, "status": self._status()})
        live = {history.name_of(current)}
        hashes = {self._hash_of(pod) for found in self._pods.values() for pod in found}
        live |= {
            history.name_of(each)
            for each in self._owner.owned[CONTROLLER_REVISIONS]
            if each["metadata"]["labels"].get(history.LABEL) in hashes
        }
        history.forget(self._owner, live)

    def _hash_of(self, pod: Manifest) -> str:
        return str(pod["metadata"].get("labels", {}).get(history.LABEL, ""))

    def _is_new(self, pod: Manifest) -> bool:
        return bool(self._hash_of(pod) == self._hash)

    def _manage(self) -> None:
        """One pod on each node that admits it; two while one takes over from the other."""
        for node, pods in list(self._pods.items()):
            for pod in self._surplus(node, pods):
                self._delete(node, pod)
        for node in self._running:
            if not self._pods[node]:
                self._create(node)

    def _surplus(self, node: str, pods: Sequence[Manifest]) -> list[Manifest]:
        """What has ended makes room for another, and of what runs one is enough."""
        if node not in self._staying:
            return list(pods)
        ended = [pod for pod in pods if phase(pod) in ENDED]
        running = [pod for pod in pods if phase(pod) not in ENDED]
        if rolling.allows_surge(self._set):
            return [*ended, *self._surplus_of_two(running)]
        return [*ended, *running[1:]]

    def _surplus_of_two(self, pods: Sequence[Manifest]) -> list[Manifest]:
        new = [pod for pod in pods if self._is_new(pod)]
        old = [pod for pod in pods if not self._is_new(pod)]
        surplus = [*new[1:], *old[1:]]
        if new and old and (not is_ready(old[0]) or self._owner.is_available(new[0])):
            surplus.append(old[0])
        return surplus

    def _roll(self) -> None:
        if self._set["spec"]["updateStrategy"]["type"] != "RollingUpdate":
            return
        surge, unavailable = rolling.bounds(self._set, len(self._running))
        if surge:
            for node in self._to_surge(surge):
                self._create(node)
        else:
            for node in self._to_replace(unavailable):
                self._delete(node, self._pods[node][0])

    def _to_surge(self, most: int) -> list[str]:
        """Nodes that get a new pod beside the old one: always if that does not serve."""
        pairs = {node: pods for node, pods in self._pods.items() if node in self._running}
        waiting = sum(len(pods) > 1 for pods in pairs.values())
        single = [
            node for node, pods in pairs.items() if len(pods) == 1 and not self._is_new(pods[0])
        ]
        broken = [node for node in single if not self._owner.is_available(pairs[node][0])]
        serving = [node for node in single if node not in broken]
        return [*broken, *serving[: max(0, most - waiting)]]

    def _to_replace(self, most: int) -> list[str]:
        """Nodes whose old pod goes before there is a new one: always if it does not serve."""
        single = {node: pods[0] for node, pods in self._pods.items() if len(pods) == 1}
        missing = sum(not self._owner.is_available(pod) for pod in single.values())
        old = [node for node, pod in single.items() if not self._is_new(pod)]
        broken = [node for node in old if not self._owner.is_available(single[node])]
        serving = [node for node in old if node not in broken]
        return [*broken, *serving[: max(0, most - missing)]]

    def _create(self, node: str) -> None:
        labels = {history.LABEL: self._hash, "pod-template-generation": self._generation()}
        template = {**self._template, "spec": bound_to(self._template["spec"], node)}
        name = f"{self._set['metadata']['name']}-"
        pod = self._owner.create(PODS, pod_of(self._set, template, labels, generateName=name))
        self._pods[node].append(pod)

    def _generation(self) -> str:
        """How many templates there have been: each is a revision."""
        annotations = self._set["metadata"].get("annotations", {})
        return str(annotations.get("deprecated.daemonset.template.generation", "1"))

    def _delete(self, node: str, pod: Manifest) -> None:
        self._owner.delete(PODS, pod)
        self._pods[node].remove(pod)

    def _status(self) -> Mapping[str, Any]:
        """Of two pods on a node, the older one counts."""
        oldest = [self._pods[node][0] for node in self._running if self._pods[node]]
        strays = [node for node, pods in self._pods.items() if pods and node not in self._running]
        available = sum(map(self._owner.is_available, oldest))
        always = {
            "currentNumberScheduled": len(oldest),
            "numberMisscheduled": len(strays),
            "desiredNumberScheduled": len(self._running),
            "numberReady": sum(map(is_ready, oldest)),
        }
        numbers = {
            "observedGeneration": self._set["metadata"]["generation"],
            "updatedNumberScheduled": sum(map(self._is_new, oldest)),
            "numberAvailable": available,
            "numberUnavailable": len(self._running) - available,
        }
        return {**always, **{name: number for name, number in numbers.items() if number}}
