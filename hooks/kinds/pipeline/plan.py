"""All that the children of a Pipeline are made from."""

from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from itertools import chain

from hooks.collector.ports import Listener
from hooks.contract import Parent, SyncRequest
from hooks.kinds.pipeline.configuration import configuration
from hooks.kinds.pipeline.flows import listeners
from hooks.kinds.pipeline.host_paths import HostMount, host_mounts
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.monitoring import POD_MONITOR
from hooks.kinds.pipeline.mounts import files
from hooks.kinds.pipeline.observed import Scale, observed_listeners, rolled_out, runs_single, scale
from hooks.kinds.pipeline.resolution import Resolution
from hooks.kinds.pipeline.single import single
from hooks.platform import Platform


@dataclass(frozen=True)
class Plan:
    """What a Pipeline asks for, and what of the cluster that depends on."""

    parent: Parent[PipelineSpec]
    platform: Platform
    resolution: Resolution
    configuration: str  # the collector's, as YAML
    scale: Scale
    single: bool = False  # whether one pod may run, of this configuration or of an older rollout
    monitored: bool = False  # whether the controller lists PodMonitors
    rolling: bool = False  # whether pods may start with an older configuration
    outgoing: tuple[Listener, ...] = ()  # what pods of an older rollout still listen on

    @property
    def spec(self) -> PipelineSpec:
        return self.parent.spec

    @cached_property
    def hash(self) -> str:
        """Of all files that the pods start with."""
        others = chain.from_iterable(sorted(files(self.resolution).items()))
        return sha256("\0".join([self.configuration, *others]).encode()).hexdigest()

    @property
    def config_map(self) -> str:
        """Its name, in which the hash is shortened to what there is room for."""
        return f"{self.parent.name}-pipeline-{self.hash[:10]}"

    @property
    def listeners(self) -> list[Listener]:
        return listeners(self.resolution.flows)

    @property
    def reachable(self) -> list[Listener]:
        """What others may reach: old pods serve until new ones do, so their ports come first."""
        by_port = {each.port: each for each in (*self.listeners, *self.outgoing)}
        return sorted(by_port.values())

    @property
    def host_mounts(self) -> list[HostMount]:
        return host_mounts(self.resolution.folders, self.platform.collector.host_paths)


def plan(request: SyncRequest[PipelineSpec], platform: Platform, resolution: Resolution) -> Plan:
    spec = request.parent.spec
    wanted = Plan(
        request.parent,
        platform,
        resolution,
        configuration(spec, resolution.flows),
        scale(request),
        single=single(spec, resolution) is not None,
        monitored=request.children.lists(POD_MONITOR),
    )
    if rolled_out(request, wanted.config_map):
        return wanted
    return replace(
        wanted,
        rolling=True,
        outgoing=tuple(observed_listeners(request)),
        single=wanted.single or runs_single(request),
    )
