"""LimitRanges: what containers get that ask for nothing, and what nobody may ask for."""

from collections.abc import Iterable, Iterator
from typing import Any

from hooks.quantity import parse
from orasi.cluster.api import Manifest, Resource
from orasi.cluster.memory.workloads.nodes import resources
from orasi.cluster.memory.workloads.objects import CLAIMS, LIMIT_RANGES, PODS, Objects, is_doomed
from orasi.cluster.memory.workloads.quotas import written

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


def refusal(
    objects: Objects, resource: Resource, manifest: Manifest, old: Manifest | None = None
) -> str:
    """Why *manifest* may not be created, or not take the place of *old*; or ""."""
    if resource not in ((PODS, CLAIMS) if old is None else (CLAIMS,)) or (old and is_doomed(old)):
        return ""
    for each in objects.list(LIMIT_RANGES, manifest["metadata"]["namespace"]):
        items = each.get("spec", {}).get("limits", ())
        found = [why for item in items for why in _objections(item, resource, manifest)]
        if found:
            return found[0] if len(found) == 1 else f"[{', '.join(found)}]"
    return ""


def _objections(item: Manifest, resource: Resource, manifest: Manifest) -> Iterator[str]:
    for asked in _subjects(item["type"], resource, manifest):
        for name, bound in item.get("min", {}).items():
            yield from _too_little(item["type"], name, bound, asked)
        for name, bound in item.get("max", {}).items():
            yield from _too_much(item["type"], name, bound, asked)
        for name, bound in item.get("maxLimitRequestRatio", {}).items():
            yield from _too_uneven(item["type"], name, bound, asked)


def _subjects(kind: str, resource: Resource, manifest: Manifest) -> Iterator[Manifest]:
    """The requests and limits that an item of that type is about."""
    spec = manifest.get("spec", {})
    if kind == CLAIMS.kind and resource == CLAIMS:
        requested = spec.get("resources", {}).get("requests", {})
        yield {"requests": requested, "limits": requested}  # limits of claims do not count
    elif kind == "Pod" and resource == PODS:
        yield {
            part: {
                name: written(number, name) for name, number in resources(manifest, part).items()
            }
            for part in ("requests", "limits")
        }
    elif kind == "Container" and resource == PODS:
        for field, _ in CONTAINERS:
            yield from (each.get("resources", {}) for each in spec.get(field, ()))


def _too_little(kind: str, name: str, bound: str, asked: Manifest) -> Iterator[str]:
    said = f"minimum {name} usage per {kind} is {bound}"
    request, limit = (asked.get(part, {}).get(name) for part in ("requests", "limits"))
    if request is None:
        yield f"{said}.  No request is specified"
    elif parse(request) < parse(bound):
        yield f"{said}, but request is {request}"
    elif limit is not None and parse(limit) < parse(bound):
        yield f"{said}, but limit is {limit}"


def _too_much(kind: str, name: str, bound: str, asked: Manifest) -> Iterator[str]:
    said = f"maximum {name} usage per {kind} is {bound}"
    request, limit = (asked.get(part, {}).get(name) for part in ("requests", "limits"))
    if kind == CLAIMS.kind:
        if request is None:
            yield f"{said}.  No request is specified"
        elif parse(request) > parse(bound):
            yield f"{said}, but request is {request}"
    elif limit is None:
        yield f"{said}.  No limit is specified"
    elif parse(limit) > parse(bound):
        yield f"{said}, but limit is {limit}"
    elif request is not None and parse(request) > parse(bound):
        yield f"{said}, but request is {request}"


def _too_uneven(kind: str, name: str, bound: str, asked: Manifest) -> Iterator[str]:
    said = f"{name} max limit to request ratio per {kind} is {bound}, but"
    request, limit = (parse(asked.get(part, {}).get(name, "0")) for part in ("requests", "limits"))
    if not request:
        yield f"{said} no request is specified or request is 0"
    elif not limit:
        yield f"{said} no limit is specified or limit is 0"
    elif limit / request > parse(bound):
        yield f"{said} provided ratio is {limit / request:.6f}"
