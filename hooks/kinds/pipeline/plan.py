"""All that the children of a Pipeline are made from, and what they have in common."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import chain
from typing import Any

from hooks.collector.ports import Listener
from hooks.contract import Manifest, Parent
from hooks.kinds.pipeline.configuration import configuration
from hooks.kinds.pipeline.flows import listeners
from hooks.kinds.pipeline.host_paths import HostMount, host_mounts
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.mounts import files
from hooks.kinds.pipeline.resolution import Resolution
from hooks.kinds.pipeline.single import single
from hooks.metadata import annotation, labels
from hooks.platform import Platform

COMPONENT = "collector"
HASH = annotation("config-hash")


@dataclass(frozen=True)
class Plan:
    """What a Pipeline asks for, and what of the cluster that depends on."""

    parent: Parent[PipelineSpec]
    platform: Platform
    resolution: Resolution
    configuration: str  # the collector's, as YAML
    running: int = 0  # pods that its workload is to have now
    monitored: bool = False  # whether the controller lists PodMonitors
    outgoing: tuple[Listener, ...] = ()  # what pods of an older rollout still listen on
    alone: bool = False  # whether one pod may run, of this configuration or of an older rollout

    @property
    def spec(self) -> PipelineSpec:
        return self.parent.spec

    @cached_property
    def hash(self) -> str:
        """Of all files that the pods start with."""
        others = chain.from_iterable(sorted(files(self.resolution).items()))
        return sha256("\0".join([self.configuration, *others]).encode()).hexdigest()

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


def plan(parent: Parent[PipelineSpec], platform: Platform, resolution: Resolution) -> Plan:
    text = configuration(parent.spec, resolution.flows)
    alone = single(parent.spec, resolution) is not None
    return Plan(parent, platform, resolution, text, alone=alone)


def identity(parent: Parent[Any], api_version: str, kind: str, suffix: str = "") -> Manifest:
    """A child by name alone, which does not depend on the spec."""
    metadata = {"name": f"{parent.name}-pipeline{suffix}", "namespace": parent.namespace}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def child(
    parent: Parent[Any], api_version: str, kind: str, suffix: str = "", **content: Any
) -> Manifest:
    bare = identity(parent, api_version, kind, suffix)
    described = {**bare["metadata"], "labels": labels(parent, component=COMPONENT)}
    return {**bare, "metadata": described, **content}
