"""Objects that do not fit into Go's types, and what its decoder says. A test asks the real one."""

from collections.abc import Iterator

from orasi.cluster.api import Manifest, Resource
from tests.memory.documents import CONFIG_MAPS, DOCUMENTS, SECRETS
from tests.memory.workloads import (
    BUDGETS,
    CLAIMS,
    DEPLOYMENTS,
    QUOTAS,
    SERVICES,
    container,
    deployment,
    manifest,
)

SPEC = "DeploymentSpec.spec"
POD = "spec.template.spec"
OF_DEPLOYMENTS: dict[str, Manifest] = {
    f"string into Go struct field {SPEC}.replicas of type int32": {"replicas": "2"},
    f"number 1.5 into Go struct field {SPEC}.replicas of type int32": {"replicas": 1.5},
    f"number 4294967296 into Go struct field {SPEC}.replicas of type int32": {"replicas": 1 << 32},
    f"string into Go struct field {SPEC}.paused of type bool": {"paused": "yes"},
    f"array into Go struct field {SPEC}.template of type v1.PodTemplateSpec": {"template": []},
    "number into Go struct field LabelSelector.spec.selector.matchLabels of type string": {
        "selector": {"matchLabels": {"a.io/b": 1}}
    },
    "number into Go struct field DeploymentStrategy.spec.strategy.type of type "
    "v1.DeploymentStrategyType": {"strategy": {"type": 1}},
    "bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of "
    "type int32": {"strategy": {"rollingUpdate": {"maxSurge": True}}},
}
OF_PODS: dict[str, Manifest] = {
    f"object into Go struct field PodSpec.{POD}.containers of type []v1.Container": {
        "containers": {}
    },
    f"string into Go struct field PodSpec.{POD}.containers of type v1.Container": {
        "containers": ["web"]
    },
    f"number into Go struct field PodSpec.{POD}.restartPolicy of type v1.RestartPolicy": {
        "restartPolicy": 1
    },
    f"string into Go struct field PodSpec.{POD}.terminationGracePeriodSeconds of type int64": {
        "terminationGracePeriodSeconds": "30"
    },
    f"array into Go struct field PodSpec.{POD}.nodeSelector of type map[string]string": {
        "nodeSelector": []
    },
    f"string into Go struct field ConfigMapVolumeSource.{POD}.volumes.VolumeSource.configMap."
    "defaultMode of type int32": {"volumes": [{"name": "a", "configMap": {"defaultMode": "0644"}}]},
}
OF_CONTAINERS: dict[str, Manifest] = {
    f"number into Go struct field Container.{POD}.containers.image of type string": {"image": 1},
    f"number into Go struct field Container.{POD}.containers.args of type string": {"args": [1]},
    f"string into Go struct field Container.{POD}.containers.args of type []string": {"args": "-v"},
    f"number into Go struct field ContainerPort.{POD}.containers.ports.protocol of type "
    "v1.Protocol": {"ports": [{"containerPort": 80, "protocol": 6}]},
    f"string into Go struct field ResourceRequirements.{POD}.containers.resources.limits of type "
    "v1.ResourceList": {"resources": {"limits": "1"}},
    f"string into Go struct field Probe.{POD}.containers.livenessProbe.ProbeHandler.httpGet of "
    "type v1.HTTPGetAction": {"livenessProbe": {"httpGet": "/"}},
}
OF_METADATA: dict[str, Manifest] = {
    "array into Go struct field ObjectMeta.{}labels of type map[string]string": {"labels": ["a"]},
    "number into Go struct field ObjectMeta.{}annotations of type string": {
        "annotations": {"a": 1}
    },
    "string into Go struct field ObjectMeta.{}finalizers of type []string": {"finalizers": "a"},
    "number into Go struct field OwnerReference.{}ownerReferences.uid of type types.UID": {
        "ownerReferences": [{"uid": 1}]
    },
}
OTHERS: list[tuple[str, Resource, Manifest]] = [
    (
        "string into Go struct field ServiceSpec.spec.ipFamilies of type []v1.IPFamily",
        SERVICES,
        {"spec": {"ipFamilies": "IPv4"}},
    ),
    (
        "string into Go struct field ResourceQuotaSpec.spec.hard of type v1.ResourceList",
        QUOTAS,
        {"spec": {"hard": "4"}},
    ),
    (
        "object into Go struct field PodDisruptionBudgetSpec.spec.minAvailable of type int32",
        BUDGETS,
        {"spec": {"minAvailable": {}}},
    ),
    (
        "string into Go struct field PersistentVolumeClaimSpec.spec.accessModes of type "
        "[]v1.PersistentVolumeAccessMode",
        CLAIMS,
        {"spec": {"accessModes": "ReadWriteOnce"}},
    ),
    (
        "number into Go struct field ConfigMap.binaryData of type []uint8",
        CONFIG_MAPS,
        {"binaryData": {"a": 1}},
    ),
    ("number into Go struct field ConfigMap.data of type string", CONFIG_MAPS, {"data": {"": 1}}),
    ("string into Go struct field Secret.immutable of type bool", SECRETS, {"immutable": "yes"}),
]


def unreadable() -> Iterator[tuple[str, Resource, Manifest]]:
    """Words, and what they are about."""
    for words, spec in OF_DEPLOYMENTS.items():
        yield words, DEPLOYMENTS, deployment(**spec)
    for words, pod in OF_PODS.items():
        yield words, DEPLOYMENTS, deployment(pod=pod)
    for words, fields in OF_CONTAINERS.items():
        yield words, DEPLOYMENTS, deployment(pod={"containers": [container(**fields)]})
    for words, metadata in OF_METADATA.items():
        for resource, place in ((DEPLOYMENTS, "metadata."), (DOCUMENTS, "")):
            body = manifest(resource, "web", {"content": "Hi"})
            yield (
                words.format(place),
                resource,
                {**body, "metadata": {**body["metadata"], **metadata}},
            )
    for words, resource, content in OTHERS:
        yield words, resource, {**manifest(resource, "web", {}), **content}
