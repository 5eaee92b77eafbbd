"""Amounts that pods, claims, quotas and LimitRanges may name."""

from collections.abc import Iterator

from hooks.quantity import parse
from orasi.cluster.memory.demands.checks import Check, Fields, unique
from orasi.cluster.memory.names import key_problems
from orasi.cluster.memory.problems import Problem, forbidden_field, invalid, required

OF_CONTAINERS = ("cpu", "memory", "ephemeral-storage")
COUNTED = (
    *("pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps"),
    *("persistentvolumeclaims", "services.nodeports", "services.loadbalancers"),
)
OF_QUOTAS = (
    *OF_CONTAINERS,
    *(f"{what}.{name}" for what in ("requests", "limits") for name in OF_CONTAINERS),
    "requests.storage",
    *COUNTED,
)
STANDARD = (*OF_QUOTAS, "storage")
OF_PODS = (
    "pods",
    *(f"{what}{name}" for what in ("", "requests.", "limits.") for name in ("cpu", "memory")),
)
OF_SCOPES = {
    "BestEffort": ("pods",),
    **dict.fromkeys(("NotBestEffort", "Terminating", "NotTerminating"), OF_PODS),
    **dict.fromkeys(("PriorityClass", "CrossNamespacePodAffinity"), OF_PODS),
    "VolumeAttributesClass": ("persistentvolumeclaims", "requests.storage"),
}
"""What can be limited where a quota is about some objects only."""

OPPOSITES = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})
KINDS_OF_LIMITS = ("Pod", "Container", "PersistentVolumeClaim")


def resource(path: str, name: str) -> Iterator[Problem]:
    found = list(key_problems(path, name))
    yield from found
    if not found and "/" not in name and name not in STANDARD and not _is_huge(name):
        yield invalid(path, name, "must be a standard resource type or fully qualified")


def of_containers(path: str, name: str) -> Iterator[Problem]:
    yield from resource(path, name)
    if "/" not in name and name not in OF_CONTAINERS and not _is_huge(name):
        yield invalid(path, name, "must be a standard resource for containers")


def of_quotas(path: str, name: str) -> Iterator[Problem]:
    yield from resource(path, name)
    if "/" not in name and name not in OF_QUOTAS and not _is_huge(name):
        yield invalid(path, name, "must be a standard resource for quota")


def _is_huge(name: str) -> bool:
    return name.removeprefix("requests.").startswith("hugepages-")


def _is_extended(name: str) -> bool:
    return "/" in name and "kubernetes.io/" not in name and not name.startswith("requests.")


def amount(path: str, name: str, value: str) -> Iterator[Problem]:
    if parse(value) < 0:
        yield invalid(path, value, "must be greater than or equal to 0")
    elif (name in COUNTED or _is_extended(name)) and parse(value) % 1:
        yield invalid(path, value, "must be an integer")


def amounts(path: str, value: Fields, name_check: Check) -> Iterator[Problem]:
    for name, found in value.items():
        yield from name_check(f"{path}[{name}]", name)
        yield from amount(f"{path}[{name}]", name, found)


def requirements(path: str, value: Fields) -> Iterator[Problem]:
    limits, requests = value.get("limits", {}), value.get("requests", {})
    yield from amounts(f"{path}.limits", limits, of_containers)
    yield from amounts(f"{path}.requests", requests, of_containers)
    for name, found in requests.items():
        if name in limits and parse(found) > parse(limits[name]):
            detail = f"must be less than or equal to {name} limit of {limits[name]}"
            yield invalid(f"{path}.requests", found, detail)
        if "/" in name and _is_extended(name) and parse(found) != parse(limits.get(name, "-1")):
            detail = "Limit must be set for non overcommitable resources"
            yield required(f"{path}.limits", detail)


def claim_spec(path: str, value: Fields) -> Iterator[Problem]:
    modes = value.get("accessModes", [])
    if not modes:
        yield required(f"{path}.accessModes", "at least 1 access mode is required")
    if "ReadWriteOncePod" in modes and len(set(modes)) > 1:
        detail = "may not use ReadWriteOncePod with other access modes"
        yield forbidden_field(f"{path}.accessModes", detail)
    storage = value["resources"].get("requests", {}).get("storage")
    at = f"{path}.resources[storage]"
    if storage is None:
        yield required(at)
    elif parse(storage) <= 0:
        yield invalid(at, storage, "must be greater than zero")


def quota_spec(path: str, value: Fields) -> Iterator[Problem]:
    hard, scopes = value.get("hard", {}), value.get("scopes", [])
    yield from amounts(f"{path}.hard", hard, of_quotas)
    at = f"{path}.scopes"
    for scope in scopes:
        allowed = OF_SCOPES.get(scope)
        if allowed is None:
            yield invalid(at, scopes, "unsupported scope")
        elif any(name in OF_QUOTAS and name not in allowed for name in hard):
            yield invalid(at, scopes, "unsupported scope applied to resource")
    if any(pair <= set(scopes) for pair in OPPOSITES):
        yield invalid(at, scopes, "conflicting scopes")


def limit_range_spec(path: str, value: Fields) -> Iterator[Problem]:
    yield from unique(f"{path}.limits", value["limits"] or (), "type")


def limit_range_item(path: str, value: Fields) -> Iterator[Problem]:
    kind = value["type"]
    yield from key_problems(f"{path}.type", kind)
    if "/" not in kind and kind not in KINDS_OF_LIMITS:
        yield invalid(f"{path}.type", kind, "must be a standard limit type or fully qualified")
    name_check = of_containers if kind in ("Pod", "Container") else resource
    fields = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
    for field in fields:
        if kind == "Pod" and field.startswith("default"):
            if value.get(field):
                detail = "may not be specified when `type` is 'Pod'"
                yield forbidden_field(f"{path}.{field}", detail)
            continue
        for name in value.get(field, {}):
            yield from name_check(f"{path}.{field}[{name}]", name)
    yield from _disorder(path, value)


ORDERED = (
    ("min", "default"),
    ("min", "defaultRequest"),
    ("min", "max"),
    ("default", "max"),
    ("defaultRequest", "max"),
    ("defaultRequest", "default"),
)


def _disorder(path: str, value: Fields) -> Iterator[Problem]:
    """The least is not more than the default, and so on."""
    for low, high in ORDERED:
        for name, found in value.get(low, {}).items():
            other = value.get(high, {}).get(name)
            if other is not None and parse(found) > parse(other):
                detail = f"{low} value {found} is greater than {high} value {other}"
                yield invalid(f"{path}.{low}[{name}]", found, detail)
    for name, found in value.get("maxLimitRequestRatio", {}).items():
        if parse(found) < 1:
            yield invalid(
                f"{path}.maxLimitRequestRatio[{name}]", found, f"ratio {found} is less than 1"
            )
