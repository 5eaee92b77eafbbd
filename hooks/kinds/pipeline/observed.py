"""What there is of a Pipeline, whatever its spec asks: of others' making, it can be anything."""

from dataclasses import dataclass
from typing import Any

from hooks.collector.ports import Listener, named_listener
from hooks.contract import Manifest, SyncRequest
from hooks.kinds.pipeline.identity import HASH, SINGLE, identity
from hooks.kinds.pipeline.mounts import VOLUME
from hooks.workload import WORKLOADS, number, pods, unfinished


def observed_workload(request: SyncRequest[Any]) -> Manifest | None:
    """Whatever runs the pods; a mode cannot be changed, so there is one at most."""
    found = (request.children.like(identity(request.parent, "apps/v1", kind)) for kind in WORKLOADS)
    return next((each for each in found if each), None)


@dataclass(frozen=True)
class Scale:
    """How many pods the workload is to have now, and between what an autoscaler keeps them."""

    pods: int = 0
    bounds: tuple[int, int] | None = None  # the least and the most, if an autoscaler has them


def scale(request: SyncRequest[Any]) -> Scale:
    autoscaler = request.children.like(
        identity(request.parent, "autoscaling/v2", "HorizontalPodAutoscaler")
    )
    wanted = pods(observed_workload(request)).wanted
    least, most = (number(within(autoscaler, "spec", f"{each}Replicas")) for each in ("min", "max"))
    return Scale(wanted, (least, most) if 0 < least <= most else None)


def runs_single(request: SyncRequest[Any]) -> bool:
    """Whether only one pod may run of what is there now."""
    workload = observed_workload(request)
    annotations = workload["metadata"].get("annotations") if workload else None
    return isinstance(annotations, dict) and SINGLE in annotations


def rolled_out(request: SyncRequest[Any], configuration: str) -> bool:
    """Whether every pod has started with the ConfigMap called *configuration*."""
    workload = observed_workload(request)
    return (
        workload is not None
        and mounted(workload) == [configuration]
        and unfinished(workload) is None
    )


def mounted(workload: Manifest) -> list[Any]:
    """The names of the ConfigMaps that its pods start with."""
    volumes = within(workload, "spec", "template", "spec", "volumes")
    sources = [
        volume.get("configMap")
        for volume in (volumes if isinstance(volumes, list) else ())
        if isinstance(volume, dict) and volume.get("name") == VOLUME
    ]
    return [source.get("name") for source in sources if isinstance(source, dict)]


def observed_listeners(request: SyncRequest[Any]) -> list[Listener]:
    """The ports of the observed Service that are ours, which is seen by their names."""
    service = request.children.like(identity(request.parent, "v1", "Service"))
    ports = within(service, "spec", "ports")
    names = [
        port.get("name")
        for port in (ports if isinstance(ports, list) else ())
        if isinstance(port, dict)
    ]
    found = {listener for name in names if (listener := named_listener(name))}
    return sorted(found)


def config_hash(workload: Manifest) -> str | None:
    found = within(workload, "spec", "template", "metadata", "annotations", HASH)
    return found[:64] if isinstance(found, str) else None


def within(value: Any, *path: str) -> Any:
    """What stands in *value* at *path*; None if there is nothing."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
