"""What an author may write in a Pipeline, and what its status tells; the source of its CRD."""

from typing import Annotated, Literal

from pydantic import Field

from hooks.collector.component import Mode, Signal
from hooks.collector.memory import MemoryLimiter
from hooks.collector.processor import PartName, Processor
from hooks.collector.sinks.base import SinkType
from hooks.collector.sinks.debug import DebugSink
from hooks.collector.sinks.otlp import OtlpSink
from hooks.collector.sources.otlp import OtlpSource
from hooks.configuration import AnyObject
from hooks.kinds.pipeline.settings import (
    Autoscaling,
    DisruptionBudget,
    Monitoring,
    NetworkPolicySettings,
    Persistence,
    ServiceSettings,
)
from hooks.model import AS_MAP, AS_SET, ApiModel, Distinct, DistinctlyNamed
from hooks.patterns import IMAGE, MOUNT_PATH, PART, PREFIX
from hooks.platform import IMAGE_OF_COLLECTORS
from hooks.pod_settings import PodSettings
from hooks.resources import Resources
from hooks.rules import Rule, enumerated, exactly_one_of, transition

ObjectName = Annotated[str, Field(min_length=1, max_length=40, pattern=PART)]
MountPath = Annotated[str, Field(min_length=2, max_length=256, pattern=MOUNT_PATH)]


class Referred(ApiModel):
    name: ObjectName = Field(description="Name of an object of this namespace.")


class Source(ApiModel):
    rules = (exactly_one_of("otlp", "connector"),)

    otlp: OtlpSource | None = Field(
        default=None, description="Listen for OTLP, on ports of this Pipeline."
    )
    connector: Referred | None = Field(
        default=None, description="Take what the source of a Connector brings."
    )


class Sink(ApiModel):
    rules = (exactly_one_of("otlp", "debug", "connector", "pipeline", "storage"),)

    otlp: OtlpSink | None = Field(default=None, description="Send by OTLP, without TLS.")
    debug: DebugSink | None = Field(
        default=None, description="Write to the collector's log, to see what arrives."
    )
    connector: Referred | None = Field(default=None, description="Send to the sink of a Connector.")
    pipeline: Referred | None = Field(
        default=None,
        description="Send to another Pipeline, spread over its pods. One of its flows must take "
        "OTLP over gRPC, by from: [{otlp: {grpc: {}}}].",
    )
    storage: Referred | None = Field(
        default=None,
        description="Write to a Storage. This version does not have that kind yet: a Pipeline "
        "with such a sink is not Ready, and runs on as it was.",
    )

    @property
    def inline(self) -> SinkType:
        """What is written here, if it is no reference."""
        return next(each for each in (self.otlp, self.debug) if each)


class Flow(ApiModel):
    rules = (
        Rule(
            "!has(self.process) || "
            "self.process.all(each, self.process.filter(other, other == each).size() == 1)",
            "process must name each processor once",
            lambda flow: len(set(flow.process)) == len(flow.process),
            given="'repeats ' + self.process.filter(each, "
            "self.process.filter(other, other == each).size() > 1)[0]",
        ),
    )

    name: PartName = Field(description="Name of the flow, distinct within the Pipeline.")
    signals: Annotated[list[Signal], Distinct, AS_SET] = Field(
        default=["logs", "metrics", "traces"],
        min_length=1,
        max_length=3,
        description="What flows: logs, metrics, traces. Default: all of them.",
    )
    sources: list[Source] = Field(
        alias="from",
        min_length=1,
        max_length=16,
        description="Where it comes from. Flows that listen on the same port share what arrives.",
    )
    process: list[PartName] = Field(
        default_factory=list,
        max_length=32,
        description="Names of processors, in the order in which they are applied.",
    )
    sinks: list[Sink] = Field(
        alias="to", min_length=1, max_length=16, description="Where it goes: to each of them."
    )


class ConfigurationFile(ApiModel):
    mount_path: MountPath = Field(
        description="Folder of the collector in which the file of the Configuration is, such as "
        '"/etc/orasi/routing".'
    )


class ConfigurationVariables(ApiModel):
    prefix: str | None = Field(
        default=None,
        min_length=1,
        max_length=64,
        pattern=PREFIX,
        description='What the names of all variables begin with, such as "APP_". Default: none.',
    )


class ConfigurationUse(ApiModel):
    rules = (exactly_one_of("file", "env"),)

    name: ObjectName = Field(description="Name of a Configuration of this namespace.")
    file: ConfigurationFile | None = Field(default=None, description="Give the collector its file.")
    env: ConfigurationVariables | None = Field(
        default=None,
        description="Give the collector its values as environment variables; its format must be "
        "env or properties.",
    )


class PipelineSpec(ApiModel):
    rules = (
        transition(
            "self.mode == oldSelf.mode",
            "mode cannot be changed: create another Pipeline, and delete this one when nothing "
            "sends to it any more",
            given="'mode was ' + oldSelf.mode",
        ),
        transition(
            "self.replicas == oldSelf.replicas || "
            "!(has(self.autoscaling) && has(oldSelf.autoscaling) || self.mode == 'DaemonSet')",
            "replicas cannot be changed with autoscaling or in mode DaemonSet, which decide that",
            given="'replicas was %d'.format([oldSelf.replicas])",
        ),
        transition(
            "has(self.autoscaling) || !has(oldSelf.autoscaling) || "
            "self.replicas >= oldSelf.autoscaling.minReplicas",
            "replicas must be at least the minReplicas that there were when autoscaling is turned "
            "off: say how many pods are to run, or most of them would go at once",
            given="'replicas is %d, minReplicas was %d'"
            ".format([self.replicas, oldSelf.autoscaling.minReplicas])",
        ),
        transition(
            "has(self.persistence) == has(oldSelf.persistence)",
            "persistence cannot be added or taken away: create another Pipeline",
        ),
        Rule(
            "!has(self.autoscaling) || self.mode != 'DaemonSet'",
            "autoscaling cannot be used in mode DaemonSet, which runs one pod on each node",
            lambda spec: spec.autoscaling is None or spec.mode != "DaemonSet",
        ),
        Rule(
            "!has(self.persistence) || self.mode == 'StatefulSet'",
            "persistence needs mode StatefulSet",
            lambda spec: spec.persistence is None or spec.mode == "StatefulSet",
            given=enumerated("mode"),
        ),
        Rule(
            "!(has(self.persistence) && has(self.autoscaling))",
            "persistence and autoscaling exclude each other: what is in the volumes of pods that "
            "are gone would not be sent on",
            lambda spec: spec.persistence is None or spec.autoscaling is None,
        ),
    )

    mode: Mode = Field(
        default="Deployment",
        description="What runs the collector: Deployment, for pods that are all alike; DaemonSet, "
        "for one on each node; StatefulSet, for pods with volumes of their own. It cannot be "
        "changed. Default: Deployment.",
    )
    replicas: int = Field(
        default=1,
        ge=0,
        le=1000,
        description="Pods to run, 0 to 1000; 0 switches it off. Ignored with autoscaling, and in "
        "mode DaemonSet. Default: 1.",
    )
    autoscaling: Autoscaling | None = Field(
        default=None,
        description="Let a HorizontalPodAutoscaler choose the number of pods. Default: "
        "replicas says it.",
    )
    image: str | None = Field(
        default=None,
        min_length=1,
        max_length=512,
        pattern=IMAGE,
        description="Image of an OpenTelemetry Collector of version 0.155 to 0.165, with all "
        "components that the flows need. Default: the platform's; without settings of it, "
        f"{IMAGE_OF_COLLECTORS}.",
    )
    resources: Resources = Field(
        default=Resources(),
        description="What each pod may use. Default: the platform's; without settings of it, "
        "100m CPU and 256Mi are reserved, and at most 512Mi used.",
    )
    memory_limiter: MemoryLimiter = Field(
        default=MemoryLimiter(),
        description="When data is refused because memory runs short; its senders try again. "
        "Default: from 60 percent of the memory limit on.",
    )
    persistence: Persistence | None = Field(
        default=None,
        description="Keep what waits to be sent on disk, so that a crash loses nothing that was "
        "taken; some may be sent twice. For sinks otlp, kafka, clickhouse and pipeline; not for "
        "what a batch processor holds. Default: it is kept in memory.",
    )
    pod: PodSettings = Field(
        default_factory=PodSettings,
        description="What else is said of the pods, passed on as it is.",
    )
    service: ServiceSettings = Field(
        default_factory=ServiceSettings, description="How the ports of sources are reached."
    )
    network_policy: NetworkPolicySettings = Field(
        default_factory=NetworkPolicySettings, description="Who may reach the pods."
    )
    pod_disruption_budget: DisruptionBudget = Field(
        default_factory=DisruptionBudget,
        description="How many pods may be taken away at once, if there can be more than one.",
    )
    monitoring: Monitoring = Field(
        default_factory=Monitoring, description="Who watches the collector itself."
    )
    flows: Annotated[list[Flow], DistinctlyNamed, AS_MAP] = Field(
        min_length=1, max_length=32, description="What flows from where to where."
    )
    processors: Annotated[list[Processor], DistinctlyNamed, AS_MAP] = Field(
        default_factory=list,
        max_length=64,
        description="What flows can do to telemetry on its way, each with a name.",
    )
    configurations: Annotated[list[ConfigurationUse], DistinctlyNamed, AS_MAP] = Field(
        default_factory=list,
        max_length=16,
        description="Configurations that the collector gets, each as a file or as environment "
        "variables. A change of one rolls the pods.",
    )
    extra_config: AnyObject | None = Field(
        default=None,
        description="What is laid over the collector's configuration, for what no other field "
        "says: {receivers, processors, exporters, connectors, extensions, service}. Maps are "
        "merged key by key, lists and all else replace what is there. It is not judged here but "
        "by the collector, in an init container; only what would break probes, ports or the memory "
        "limiter is refused. In its texts ${env:NAME} is expanded. Ports that it opens are in no "
        "Service and no NetworkPolicy. No null, no secrets; at most 64 KiB, encoded as JSON, and "
        "64 levels deep. Default: nothing.",
    )


class Endpoint(ApiModel):
    protocol: str = Field(max_length=16, description="What is spoken: grpc or http.")
    address: str = Field(
        max_length=253, description="Where to send to, within the cluster: <host>:<port>."
    )


# Each source and sink of each flow, and each Configuration.
MOST_DEPENDENCIES = 32 * (16 + 16) + 16


class Dependency(ApiModel):
    kind: str = Field(max_length=63, description="Connector, Pipeline, Storage or Configuration.")
    name: str = Field(max_length=253, description="Its name, in the same namespace.")
    state: Literal["Found", "Deleting", "Missing"] = Field(
        description="Found, Missing, or Deleting: it goes when nothing refers to it any more."
    )


class PipelineStatus(ApiModel):
    replicas: int = Field(ge=0, description="Pods that exist, without those that are ending.")
    ready_replicas: int = Field(ge=0, description="Pods that are ready.")
    selector: str = Field(max_length=512, description="Selector of the pods' labels, as text.")
    endpoints: list[Endpoint] = Field(
        max_length=64, description="Where telemetry is taken, once the Service exists."
    )
    dependencies: list[Dependency] = Field(
        max_length=MOST_DEPENDENCIES, description="Every object that the spec refers to."
    )
    flows: int | None = Field(default=None, ge=0, description="Number of flows that are wanted.")
    config_hash: str | None = Field(
        default=None,
        max_length=64,
        description="Hash of the configuration that the workload runs or rolls out.",
    )
