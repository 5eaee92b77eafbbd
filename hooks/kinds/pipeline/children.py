"""What a Pipeline should be made of: its configuration, its pods, and the way to them."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import chain
from typing import Any

from hooks.collector.memory import GO_MEMORY_LIMIT, go_memory_limit
from hooks.collector.ports import HEALTH_PORT, METRICS_PORT, Listener
from hooks.contract import Manifest, Parent
from hooks.kinds.pipeline.configuration import configuration
from hooks.kinds.pipeline.flows import listeners
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.mounts import (
    FILE,
    FOLDER,
    environment,
    files,
    volume_mounts,
    volumes,
)
from hooks.kinds.pipeline.resolution import Resolution
from hooks.metadata import annotation, labels, selector
from hooks.platform import Platform
from hooks.pods import container_security, pod_security, without_api_access
from hooks.resources import BUILT_IN, effective

COMPONENT = "collector"
HASH = annotation("config-hash")
# On a Deployment of which more pods would see the same telemetry.
SINGLE = annotation("single")


@dataclass(frozen=True)
class Plan:
    """All that the children are made from."""

    parent: Parent[PipelineSpec]
    platform: Platform
    resolution: Resolution
    configuration: str  # the collector's, as YAML
    outgoing: tuple[Listener, ...] = ()  # what pods of an older rollout still listen on

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


def plan(parent: Parent[PipelineSpec], platform: Platform, resolution: Resolution) -> Plan:
    text = configuration(parent.spec, resolution.flows)
    return Plan(parent, platform, resolution, text)


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


def desired(plan: Plan) -> list[Manifest]:
    """Every child, in the order in which one needs the other."""
    found = [config_map(plan), service_account(plan), deployment(plan), network_policy(plan)]
    if plan.listeners:
        found += [service(plan), headless_service(plan)]
    if plan.parent.spec.replicas > 1:
        found.append(disruption_budget(plan.parent))
    return found


def config_map(plan: Plan) -> Manifest:
    """Named by its content and never changed: pods of an older rollout keep what they started with.

    The hash is shortened to what a name has room for.
    """
    return child(
        plan.parent,
        "v1",
        "ConfigMap",
        f"-{plan.hash[:10]}",
        data={FILE: plan.configuration, **files(plan.resolution)},
        immutable=True,
    )


def service_account(plan: Plan) -> Manifest:
    return child(plan.parent, "v1", "ServiceAccount", automountServiceAccountToken=False)


def deployment(plan: Plan) -> Manifest:
    parent = plan.parent
    made = child(
        parent,
        "apps/v1",
        "Deployment",
        spec={
            "replicas": parent.spec.replicas,
            # An older one would miss its ConfigMap: going back is an edit of the Pipeline.
            "revisionHistoryLimit": 0,
            "selector": {"matchLabels": selector(parent, component=COMPONENT)},
            # Good pods stay until the new ones are ready: nothing judges a configuration as well.
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0},
            },
            "template": {
                "metadata": {
                    "labels": labels(parent, component=COMPONENT),
                    "annotations": {HASH: plan.hash},
                },
                "spec": pod(plan),
            },
        },
    )
    if plan.resolution.single:
        made["metadata"]["annotations"] = {SINGLE: "true"}
    return made


def pod(plan: Plan) -> Manifest:
    spec, defaults = plan.parent.spec, plan.platform.collector
    configuration_file = f"--config={FOLDER}/{FILE}"
    resources = effective(spec.resources, effective(defaults.resources, BUILT_IN))
    container: Manifest = {
        "image": spec.image or defaults.image,
        "imagePullPolicy": "IfNotPresent",
        "env": environment(
            plan.resolution, {GO_MEMORY_LIMIT: go_memory_limit(resources["limits"]["memory"])}
        ),
        "resources": resources,
        "securityContext": container_security(),
        "volumeMounts": volume_mounts(plan.resolution),
    }
    return {
        **without_api_access(),
        "securityContext": pod_security(),
        "serviceAccountName": f"{plan.parent.name}-pipeline",
        # What only the collector can judge, OTTL for one, it judges before good pods are replaced.
        "initContainers": [
            {**container, "name": "validate", "args": ["validate", configuration_file]}
        ],
        "containers": [
            {
                **container,
                "name": COMPONENT,
                "args": [configuration_file],
                "ports": [
                    *(container_port(each.name, each.port) for each in plan.listeners),
                    container_port("metrics", METRICS_PORT),
                    container_port("health", HEALTH_PORT),
                ],
                # Senders need a moment to see that the pod ends.
                "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
                "startupProbe": {**health(), "periodSeconds": 2, "failureThreshold": 30},
                "livenessProbe": {**health(), "periodSeconds": 10, "failureThreshold": 3},
                "readinessProbe": {**health(), "periodSeconds": 5, "failureThreshold": 2},
            }
        ],
        "volumes": volumes(plan.resolution, config_map(plan)["metadata"]["name"]),
    }


def container_port(name: str, port: int) -> Manifest:
    return {"name": name, "containerPort": port, "protocol": "TCP"}


def health() -> Manifest:
    return {"httpGet": {"path": "/", "port": "health"}, "timeoutSeconds": 2}


def service(plan: Plan) -> Manifest:
    return child(plan.parent, "v1", "Service", spec={**ports(plan), "type": "ClusterIP"})


def headless_service(plan: Plan) -> Manifest:
    """The pods' own addresses, for senders that spread their calls over them."""
    return child(
        plan.parent,
        "v1",
        "Service",
        "-headless",
        spec={**ports(plan), "type": "ClusterIP", "clusterIP": "None"},
    )


def ports(plan: Plan) -> Manifest:
    return {
        "selector": selector(plan.parent, component=COMPONENT),
        "ports": [
            {
                "name": each.name,
                "port": each.port,
                "protocol": "TCP",
                "targetPort": each.name,
                "appProtocol": each.protocol,
            }
            for each in plan.reachable
        ],
    }


def network_policy(plan: Plan) -> Manifest:
    """Opens the ports that are meant for others; what goes out is not limited."""
    open_ports = sorted([*(each.port for each in plan.reachable), METRICS_PORT])
    return child(
        plan.parent,
        "networking.k8s.io/v1",
        "NetworkPolicy",
        spec={
            "podSelector": {"matchLabels": selector(plan.parent, component=COMPONENT)},
            "policyTypes": ["Ingress"],
            "ingress": [{"ports": [{"port": port, "protocol": "TCP"} for port in open_ports]}],
        },
    )


def disruption_budget(parent: Parent[PipelineSpec]) -> Manifest:
    return child(
        parent,
        "policy/v1",
        "PodDisruptionBudget",
        spec={
            "maxUnavailable": 1,
            "selector": {"matchLabels": selector(parent, component=COMPONENT)},
        },
    )
