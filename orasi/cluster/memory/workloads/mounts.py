"""What of its ConfigMaps and Secrets keeps a pod from starting, as a kubelet would find."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from orasi.cluster.api import ApiError, Cluster, Manifest, Resource
from orasi.cluster.memory.workloads.objects import CONFIG_MAPS, SECRETS


@dataclass(frozen=True)
class Missing:
    """Why a container waits."""

    reason: str = "ContainerCreating"  # for a volume; what is missing is told by an event only
    message: str = ""


@dataclass(frozen=True)
class _Need:
    resource: Resource
    name: str
    keys: tuple[str, ...] = ()
    optional: bool = False
    is_volume: bool = False


def missing(cluster: Cluster, pod: Manifest) -> Missing | None:
    """What is not there, or None if *pod* may start."""
    namespace = pod["metadata"]["namespace"]
    for need in (*_volumes(pod["spec"]), *_variables(pod["spec"])):
        problem = "" if need.optional else _problem(cluster, namespace, need)
        if problem:
            return Missing() if need.is_volume else Missing("CreateContainerConfigError", problem)
    return None


def _problem(cluster: Cluster, namespace: str, need: _Need) -> str:
    kind = need.resource.kind
    try:
        manifest = cluster.get(need.resource, namespace, need.name)
    except ApiError:
        return f'{kind.lower()} "{need.name}" not found'
    present = {*manifest.get("data", {}), *manifest.get("binaryData", {})}
    absent = next((key for key in need.keys if key not in present), "")
    return f"couldn't find key {absent} in {kind} {namespace}/{need.name}" if absent else ""


def _volumes(spec: Manifest) -> Iterator[_Need]:
    for volume in spec.get("volumes", ()):
        for source in (volume, *volume.get("projected", {}).get("sources", ())):
            for field, resource in (("configMap", CONFIG_MAPS), ("secret", SECRETS)):
                if field in source:
                    yield _volume(source[field], resource)


def _volume(source: dict[str, Any], resource: Resource) -> _Need:
    return _Need(
        resource,
        source.get("name") or source.get("secretName", ""),
        tuple(item.get("key", "") for item in source.get("items", ())),
        source.get("optional", False),
        is_volume=True,
    )


def _variables(spec: Manifest) -> Iterator[_Need]:
    for container in (*spec.get("initContainers", ()), *spec.get("containers", ())):
        for source in container.get("envFrom", ()):
            for field, resource in (("configMapRef", CONFIG_MAPS), ("secretRef", SECRETS)):
                if field in source:
                    wanted = source[field]
                    optional = wanted.get("optional", False)
                    yield _Need(resource, wanted.get("name", ""), optional=optional)
        for variable in container.get("env", ()):
            origin = variable.get("valueFrom", {})
            for field, resource in (("configMapKeyRef", CONFIG_MAPS), ("secretKeyRef", SECRETS)):
                if field in origin:
                    wanted = origin[field]
                    keys, optional = (wanted.get("key", ""),), wanted.get("optional", False)
                    yield _Need(resource, wanted.get("name", ""), keys, optional)
