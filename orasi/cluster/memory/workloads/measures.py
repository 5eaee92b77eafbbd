"""What pods use. Nothing runs here, so nothing is measured: somebody says it."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hooks.quantity import parse
from orasi.cluster.api import Manifest
from orasi.cluster.memory.workloads.objects import is_doomed, is_ready, phase

Load = Mapping[str, int]
"""What all pods of a workload use together, in percent of what one of them requests.

By resource ("cpu"), or, for one container only, by its name and resource ("web/cpu").
"""

Usage = Mapping[str, Mapping[str, int]]
"""Of one pod, by container and resource: thousandths of a CPU, of a byte."""

Pods = Collection[tuple[str, str]]
"""Their namespaces and names."""


@dataclass(frozen=True)
class Measured:
    """What somebody says."""

    load: Mapping[tuple[str, str], Load]
    """By namespace and name of a workload; of others nothing is known."""
    unmeasured: Pods
    """Those of which nothing is known all the same."""


def used(load: Load, pods: Sequence[Manifest], unmeasured: Pods = ()) -> Mapping[str, Usage]:
    """By the name of a pod: those that are ready share the *load*, others that run use nothing."""
    running = [pod for pod in pods if phase(pod) == "Running" and not is_doomed(pod)]
    ready = sum(map(is_ready, running))
    return {
        pod["metadata"]["name"]: {
            each["name"]: {
                name: percent * thousandths(requests(each).get(name, "0")) // (100 * ready)
                if is_ready(pod)
                else 0
                for name, percent in _of_container(load, each["name"]).items()
            }
            for each in pod["spec"]["containers"]
        }
        for pod in running
        if (pod["metadata"]["namespace"], pod["metadata"]["name"]) not in unmeasured
    }


def _of_container(load: Load, container: str) -> Load:
    shared = {name: load[name] for name in load if "/" not in name}
    own = {name.partition("/")[2]: load[name] for name in load if name.startswith(f"{container}/")}
    return {**shared, **own}


def requests(container: Manifest) -> Mapping[str, str]:
    found: Mapping[str, str] = container.get("resources", {}).get("requests", {})
    return found


def thousandths(amount: str) -> int:
    return math.ceil(parse(amount) * 1000)
