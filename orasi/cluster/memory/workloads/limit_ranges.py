"""LimitRanges: what containers get that ask for nothing. Bounds are not enforced."""

from collections.abc import Iterable, Iterator
from typing import Any

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.memory.workloads.objects import LIMIT_RANGES, PODS, Objects

ANNOTATION = "kubernetes.io/limit-ranger"
CONTAINERS = (("containers", "container"), ("initContainers", "init container"))
DEFAULTS = (("requests", "defaultRequest", "request"), ("limits", "default", "limit"))


def with_defaults(objects: Objects, resource: Resource, manifest: Manifest) -> Manifest:
    """A new pod with the defaults of its namespace, and the annotation that says so."""
    if resource != PODS:
        return manifest
    for each in objects.list(LIMIT_RANGES, manifest["metadata"]["namespace"]):
        manifest = _defaulted(manifest, each)
    return manifest


def _defaulted(pod: Manifest, limit_range: Manifest) -> Manifest:
    items = [
        item
        for item in limit_range.get("spec", {}).get("limits", ())
        if item.get("type") == "Container"
    ]
    spec, said = {**pod.get("spec", {})}, list[str]()
    for field, called in CONTAINERS:
        if field in spec:
            spec[field] = list(_containers(spec[field], called, items, said))
    if not said:
        return pod
    note = {ANNOTATION: f"LimitRanger plugin set: {'; '.join(said)}"}
    annotations = {**pod["metadata"].get("annotations", {}), **note}
    return {**pod, "metadata": {**pod["metadata"], "annotations": annotations}, "spec": spec}


def _containers(
    containers: Iterable[Manifest], called: str, items: Iterable[Manifest], said: list[str]
) -> Iterator[Manifest]:
    for container in containers:
        resources: dict[str, Any] = {**container.get("resources", {})}
        for field, source, what in DEFAULTS:
            given = resources.get(field, {})
            defaults = {
                name: amount for item in items for name, amount in item.get(source, {}).items()
            }
            missing = {name: defaults[name] for name in sorted(defaults) if name not in given}
            if missing:
                resources[field] = {**given, **missing}
                said.append(f"{', '.join(missing)} {what} for {called} {container['name']}")
        yield {**container, "resources": resources}
