"""The scale subresource: how many pods an object is to have, whatever its kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orasi.cluster.api import Cluster, Manifest, Resource
from orasi.cluster.memory.workloads.objects import (
    DEFINITIONS,
    DEPLOYMENTS,
    REPLICA_SETS,
    STATEFUL_SETS,
)

BUILT_IN = {("apps", each.kind): each for each in (DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS)}
REPLICAS = ".spec.replicas"

Selector = Manifest
"""As in `metav1.LabelSelector`."""


class NoScale(Exception):
    """The target has no number of pods to read. `str()` is what the real API server says."""


@dataclass(frozen=True)
class Scale:
    """What the subresource shows of *target*, and where that is."""

    resource: Resource
    target: Manifest
    replicas: int
    selector: Selector | None
    path: Sequence[str]

    @property
    def name(self) -> str:
        return str(self.target["metadata"]["name"])

    def write(self, cluster: Cluster, replicas: int) -> None:
        """Have the target be of so many pods, and change nothing else of it. Raises ApiError."""
        cluster.update(self.resource, _with(self.target, self.path, replicas))


def scale(cluster: Cluster, namespace: str, reference: Manifest) -> Scale:
    """Of what the `scaleTargetRef` of an autoscaler refers to. Raises NoScale."""
    group = reference.get("apiVersion", "").rpartition("/")[0]
    key = group, reference["kind"]
    if key in BUILT_IN:
        target = _found(cluster, BUILT_IN[key], namespace, reference["name"])
        spec = target["spec"]
        path = _steps(REPLICAS)
        return Scale(BUILT_IN[key], target, int(spec["replicas"]), spec["selector"], path)
    served = [each for each in cluster.resources() if (each.group, each.kind) == key]
    if not served:
        raise NoScale(f'no matches for kind "{reference["kind"]}" in group "{group}"')
    paths = _paths(cluster, served[0])
    if not paths:
        raise NoScale("the server could not find the requested resource")
    target = _found(cluster, served[0], namespace, reference["name"])
    where = paths["specReplicasPath"]
    replicas = _value(target, where)
    if replicas is None:
        raise NoScale(f'Internal error occurred: the spec replicas field "{where}" does not exist')
    selector = _selector(_value(target, paths.get("labelSelectorPath", "")))
    return Scale(served[0], target, int(replicas), selector, _steps(where))


def _paths(cluster: Cluster, resource: Resource) -> Manifest:
    """What the definition of a custom kind says of its subresource; nothing without one."""
    for definition in cluster.list(DEFINITIONS):
        spec = definition["spec"]
        if (spec["group"], spec["names"]["plural"]) == (resource.group, resource.plural):
            version = resource.api_version.rpartition("/")[2]
            (served,) = (each for each in spec["versions"] if each["name"] == version)
            paths: Manifest = served.get("subresources", {}).get("scale", {})
            return paths
    return {}


def _found(cluster: Cluster, resource: Resource, namespace: str, name: str) -> Manifest:
    for each in cluster.list(resource, namespace):
        if each["metadata"]["name"] == name:
            return each
    raise NoScale(f'{resource.plural}.{resource.group} "{name}" not found')


def _selector(text: Any) -> Selector | None:
    """Of pairs of a label and its value, as controllers write it; None if there is no text."""
    if not text:
        return None
    pairs = (pair.partition("=") for pair in str(text).split(","))
    return {"matchLabels": {key.strip(): value.strip("= ") for key, _, value in pairs}}


def _steps(path: str) -> Sequence[str]:
    return tuple(path.split(".")[1:])


def _value(manifest: Manifest, path: str) -> Any:
    """None if there is nothing; of no path as well."""
    found: Any = manifest if path else None
    for step in _steps(path):
        found = (found or {}).get(step)
    return found


def _with(manifest: Manifest, path: Sequence[str], value: int) -> Manifest:
    first, *others = path
    return {**manifest, first: _with(manifest.get(first, {}), others, value) if others else value}
