"""How a Pipeline runs, beside what it does: how many pods, who reaches them, what they keep."""

from typing import Annotated, Any, Literal

from pydantic import Field

from hooks.collector.durations import Duration
from hooks.model import ApiModel
from hooks.resources import MEMORY, Amount
from hooks.rules import Rule, at_least_one_of, numbers, transition
from hooks.scheduling import Annotations, LabelMap, LabelSelector

Size = Annotated[Any, Amount(MEMORY, "10Gi")]
Percentage = Annotated[int, Field(ge=1, le=1000)]


class Autoscaling(ApiModel):
    rules = (
        Rule(
            "self.minReplicas <= self.maxReplicas",
            "minReplicas must not be more than maxReplicas",
            lambda scaling: scaling.min_replicas <= scaling.max_replicas,
            given=numbers("minReplicas", "maxReplicas"),
        ),
        at_least_one_of("targetCPUUtilizationPercentage", "targetMemoryUtilizationPercentage"),
    )

    min_replicas: int = Field(
        default=1, ge=1, le=1000, description="Pods to run at least. Default: 1."
    )
    max_replicas: int = Field(ge=1, le=1000, description="Pods to run at most, 1 to 1000.")
    target_cpu_utilization_percentage: Percentage | None = Field(
        default=None,
        alias="targetCPUUtilizationPercentage",
        description="CPU that a pod is to use, as a percentage of its request: when pods use more, "
        "there will be more of them. Default: CPU does not matter.",
    )
    target_memory_utilization_percentage: Percentage | None = Field(
        default=None,
        description="Memory that a pod is to use, as a percentage of its request. Default: memory "
        "does not matter.",
    )


class Persistence(ApiModel):
    rules = (
        transition(
            "self.size == oldSelf.size && has(self.storageClassName) == "
            "has(oldSelf.storageClassName) && (!has(self.storageClassName) || "
            "self.storageClassName == oldSelf.storageClassName)",
            "size and storageClassName cannot be changed: create another Pipeline, and delete this "
            "one when nothing sends to it any more",
            given="'size was %s, storageClassName %s'.format([oldSelf.size, "
            "has(oldSelf.storageClassName) ? oldSelf.storageClassName : 'not set'])",
        ),
    )

    size: Size = Field(
        description='Size of the volume of each pod: bytes, or with a unit such as "10Gi". Queues '
        "may fill half of it; when one is full, what comes in is refused, and its senders try "
        "again. It cannot be changed."
    )
    storage_class_name: str | None = Field(
        default=None,
        min_length=1,
        max_length=253,
        description="Name of the StorageClass. It cannot be changed. Default: the cluster's.",
    )
    when_deleted: Literal["Retain", "Delete"] = Field(
        default="Retain",
        description="What becomes of the volumes, and of what is still in them, when the Pipeline "
        "is deleted: Retain or Delete. Default: Retain.",
    )


class ServiceSettings(ApiModel):
    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = Field(
        default="ClusterIP",
        description="Who can reach it: ClusterIP (pods), NodePort (whoever reaches a node), "
        "LoadBalancer (whoever reaches that). Default: ClusterIP.",
    )
    annotations: Annotations = Field(
        default_factory=dict,
        description="Annotations, such as those that a load balancer reads. Default: none.",
    )


class IpBlock(ApiModel):
    cidr: str = Field(
        min_length=1, max_length=64, description='Range of addresses, such as "10.0.0.0/8".'
    )
    except_: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(
        default_factory=list,
        alias="except",
        max_length=16,
        description="Ranges within it that are left out. Default: none.",
    )


class Peer(ApiModel):
    rules = (
        at_least_one_of("podSelector", "namespaceSelector", "ipBlock"),
        Rule(
            "!has(self.ipBlock) || !(has(self.podSelector) || has(self.namespaceSelector))",
            "ipBlock must stand alone, without podSelector and namespaceSelector",
            lambda peer: (
                peer.ip_block is None
                or (peer.pod_selector is None and peer.namespace_selector is None)
            ),
        ),
    )

    pod_selector: LabelSelector | None = Field(
        default=None,
        description="Pods by their labels, of this namespace or those that namespaceSelector "
        "selects; {} is all. Default: all of these namespaces.",
    )
    namespace_selector: LabelSelector | None = Field(
        default=None,
        description="Namespaces by their labels; {} is all. Default: this namespace.",
    )
    ip_block: IpBlock | None = Field(
        default=None, description="Addresses outside the cluster. Default: none."
    )


class NetworkPolicySettings(ApiModel):
    enabled: bool = Field(
        default=True,
        description="Whether there is a NetworkPolicy: only the ports of sources and 8888, for the "
        "collector's own metrics, can be reached. What goes out is never limited. Default: true.",
    )
    from_: list[Peer] = Field(
        default_factory=list,
        alias="from",
        max_length=16,
        description="Who may reach these ports. Default: everybody.",
    )


class DisruptionBudget(ApiModel):
    max_unavailable: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="Pods that may be taken away at once, as when nodes are drained. Default: 1.",
    )


class PodMonitorSettings(ApiModel):
    labels: LabelMap = Field(
        default_factory=dict,
        description="Labels by which Prometheus selects the PodMonitor, such as release: "
        "kube-prometheus-stack. Default: none.",
    )
    interval: Duration = Field(
        default="30s", description='Time between two scrapes, such as "30s". Default: 30s.'
    )


class Monitoring(ApiModel):
    pod_monitor: PodMonitorSettings | None = Field(
        default=None,
        description="Let the Prometheus operator scrape the collector's own metrics; needs the "
        "overlay metacontroller/pod-monitors. Default: no PodMonitor.",
    )
