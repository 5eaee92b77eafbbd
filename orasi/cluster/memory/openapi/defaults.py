"""What Go fills into a struct that depends on its other fields: `SetDefaults_…` in Kubernetes.

Each of these gets the struct with the defaults that depend on nothing, and changes it.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Any

Fields = dict[str, Any]

MODE = 0o644
QUARTER = "25%"
AVERAGE_CPU = 80  # percent
AFFINITY_SECONDS = 10_800
MOST_FAILURES = 2**31 - 1
RBAC = "rbac.authorization.k8s.io"
REACHED_FROM_OUTSIDE = ("LoadBalancer", "NodePort")


def container(fields: Fields) -> None:
    if not fields.get("imagePullPolicy"):
        newest = is_newest(fields.get("image", ""))
        fields["imagePullPolicy"] = "Always" if newest else "IfNotPresent"


def is_newest(image: str) -> bool:
    """Whether the tag of *image* is `latest`, as it is where there is neither tag nor digest."""
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return tag == "latest" or bool(name and not tag and not digest)


def volume(fields: Fields) -> None:
    if fields.keys() <= {"name"}:
        fields["emptyDir"] = {}


def deployment_strategy(fields: Fields) -> None:
    if fields["type"] == "RollingUpdate":
        given = fields.get("rollingUpdate", {})
        fields["rollingUpdate"] = {"maxUnavailable": QUARTER, "maxSurge": QUARTER, **given}


def daemon_set_strategy(fields: Fields) -> None:
    if fields["type"] == "RollingUpdate":
        given = fields.get("rollingUpdate", {})
        fields["rollingUpdate"] = {"maxUnavailable": 1, "maxSurge": 0, **given}
    elif "rollingUpdate" in fields:  # which is of no use
        fields["rollingUpdate"] = {"maxUnavailable": 0, "maxSurge": 0, **fields["rollingUpdate"]}


def stateful_set_strategy(fields: Fields) -> None:
    if not fields.get("type"):
        fields["type"] = "RollingUpdate"
        fields.setdefault("rollingUpdate", {})
    if fields["type"] == "RollingUpdate" and "rollingUpdate" in fields:
        fields["rollingUpdate"].setdefault("partition", 0)


def stateful_set_spec(fields: Fields) -> None:
    for claim in fields.get("volumeClaimTemplates", ()):
        claim |= {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}


def job(fields: Fields) -> None:
    spec = fields["spec"]
    if "parallelism" not in spec:
        spec.setdefault("completions", 1)
    defaults = {
        "parallelism": 1,
        "backoffLimit": MOST_FAILURES if "backoffLimitPerIndex" in spec else 6,
        "completionMode": "NonIndexed",
        "suspend": False,
        "podReplacementPolicy": "Failed" if "podFailurePolicy" in spec else "TerminatingOrFailed",
        "manualSelector": False,
    }
    spec |= {**defaults, **spec}


def pod(fields: Fields) -> None:
    """What is limited is requested as well; ports on the node's own network are the node's.

    Not so in templates of pods.
    """
    spec = fields["spec"]
    spec.setdefault("enableServiceLinks", True)
    for each in (*spec.get("containers", ()), *spec.get("initContainers", ())):
        if "limits" in each["resources"]:
            requests = {**each["resources"]["limits"], **each["resources"].get("requests", {})}
            each["resources"]["requests"] = requests
        if spec.get("hostNetwork"):
            for port in each.get("ports", ()):
                port.setdefault("hostPort", port["containerPort"])


def pod_spec(fields: Fields) -> None:
    """One account by two names, of which one is deprecated."""
    if name := fields.get("serviceAccountName") or fields.get("serviceAccount"):
        fields |= {"serviceAccountName": name, "serviceAccount": name}


def autoscaler_spec(fields: Fields) -> None:
    """Without metrics, it is CPU that counts."""
    if not fields.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": AVERAGE_CPU}
        fields["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]


def autoscaler_behavior(fields: Fields) -> None:
    policies = [{"type": kind, "value": value, "periodSeconds": 15} for kind, value in SCALE_UP]
    up = {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": policies}
    down = {"selectPolicy": "Max", "policies": policies[1:]}
    fields["scaleUp"] = {**up, **fields.get("scaleUp", {})}
    fields["scaleDown"] = {**down, **fields.get("scaleDown", {})}


SCALE_UP = (("Pods", 4), ("Percent", 100))


def secret(fields: Fields) -> None:
    """`stringData` is for writing only: it ends in `data`."""
    plain = fields.pop("stringData", {})
    if plain:
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in plain.items()}
        fields["data"] = {**fields.get("data", {}), **encoded}


def balancer(fields: Fields) -> None:
    if fields.get("ip"):
        fields.setdefault("ipMode", "VIP")


def service_port(fields: Fields) -> None:
    """A port is sent on to the port of the same number, unless it says otherwise."""
    if fields.get("targetPort") in (None, 0, ""):
        fields["targetPort"] = fields["port"]


def is_reached_from_outside(service: Mapping[str, Any]) -> bool:
    kind = service["type"]
    return kind in REACHED_FROM_OUTSIDE or bool(kind == "ClusterIP" and service.get("externalIPs"))


def service_spec(fields: Fields) -> None:
    match fields["sessionAffinity"]:
        case "None":
            fields.pop("sessionAffinityConfig", None)
        case "ClientIP":
            given = fields.get("sessionAffinityConfig", {}).get("clientIP", {})
            seconds = given.get("timeoutSeconds", AFFINITY_SECONDS)
            fields["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": seconds}}
    if is_reached_from_outside(fields):
        fields.setdefault("externalTrafficPolicy", "Cluster")
    if fields["type"] in (*REACHED_FROM_OUTSIDE, "ClusterIP"):
        fields.setdefault("internalTrafficPolicy", "Cluster")
    if fields["type"] == "LoadBalancer":
        fields.setdefault("allocateLoadBalancerNodePorts", True)


def limit_range_item(fields: Fields) -> None:
    """The most that a container may have is its default, and that is what it requests."""
    if fields["type"] == "Container":
        limits = {**fields.get("max", {}), **fields.get("default", {})}
        requests = {**fields.get("min", {}), **limits, **fields.get("defaultRequest", {})}
        fields |= {"default": limits, "defaultRequest": requests}
        for name in ("default", "defaultRequest"):
            if not fields[name]:
                del fields[name]


def network_policy_spec(fields: Fields) -> None:
    if not fields.get("policyTypes"):
        fields["policyTypes"] = ["Ingress", "Egress"] if fields.get("egress") else ["Ingress"]


def node_status(fields: Fields) -> None:
    if "capacity" in fields:
        fields.setdefault("allocatable", fields["capacity"])


def subject(fields: Fields) -> None:
    if not fields.get("apiGroup") and fields["kind"] in ("Group", "User"):
        fields["apiGroup"] = RBAC


BY_STRUCT: Mapping[str, Callable[[Fields], None]] = {
    "apps.v1.DaemonSetUpdateStrategy": daemon_set_strategy,
    "apps.v1.DeploymentStrategy": deployment_strategy,
    "apps.v1.StatefulSetSpec": stateful_set_spec,
    "apps.v1.StatefulSetUpdateStrategy": stateful_set_strategy,
    "autoscaling.v2.HorizontalPodAutoscalerBehavior": autoscaler_behavior,
    "autoscaling.v2.HorizontalPodAutoscalerSpec": autoscaler_spec,
    "batch.v1.Job": job,
    "core.v1.Container": container,
    "core.v1.LimitRangeItem": limit_range_item,
    "core.v1.LoadBalancerIngress": balancer,
    "core.v1.NodeStatus": node_status,
    "core.v1.Pod": pod,
    "core.v1.PodSpec": pod_spec,
    "core.v1.Secret": secret,
    "core.v1.ServicePort": service_port,
    "core.v1.ServiceSpec": service_spec,
    "core.v1.Volume": volume,
    "networking.v1.NetworkPolicySpec": network_policy_spec,
    "rbac.v1.Subject": subject,
}
