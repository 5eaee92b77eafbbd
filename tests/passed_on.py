"""What authors may ask to be passed on, and what the API server has against it in a child.

Each is a spec's fields beside flows, and "" or where the mistake is. Tests ask the check of the
hook, and the real API server.
"""

from typing import Any

from tests.scenarios.pipeline import flow

HOST = "kubernetes.io/hostname"
IN = "requiredDuringSchedulingIgnoredDuringExecution"
SOFT = "preferredDuringSchedulingIgnoredDuringExecution"

Case = tuple[dict[str, Any], str]


def pod(path: str = "", **fields: Any) -> Case:
    return {"pod": fields}, path and f"spec.pod.{path}"


def nodes(requirement: dict[str, Any], path: str = "", field: str = "matchExpressions") -> Case:
    terms = {IN: {"nodeSelectorTerms": [{field: [requirement]}]}}
    where = path and f"affinity.nodeAffinity.{IN}.nodeSelectorTerms[0].{field}[0]{path}"
    return pod(where, affinity={"nodeAffinity": terms})


def near(term: dict[str, Any], path: str = "") -> Case:
    where = path and f"affinity.podAffinity.{IN}[0].{path}"
    return pod(where, affinity={"podAffinity": {IN: [{"topologyKey": HOST, **term}]}})


def spread(*keys: str) -> list[dict[str, Any]]:
    common = {"maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"}
    return [{**common, "topologyKey": key} for key in keys]


def peer(fields: dict[str, Any], path: str = "") -> Case:
    return {"networkPolicy": {"from": [fields]}}, path and f"spec.networkPolicy.from[0].{path}"


def block(cidr: str, *parts: str, path: str = "") -> Case:
    return peer({"ipBlock": {"cidr": cidr, "except": [*parts]}}, path and f"ipBlock.{path}")


def variable(**source: Any) -> list[dict[str, Any]]:
    return [{"name": "A", "valueFrom": source}]


def annotated(key: str, value: str, *, sound: bool = False) -> Case:
    return pod("" if sound else f"annotations[{key}]", annotations={key: value})


def reached(ranges: str, type_: str = "LoadBalancer", *, sound: bool = False) -> Case:
    settings = {"type": type_, "annotations": {RANGES: ranges}}
    return {"service": settings}, "" if sound else f"spec.service.annotations[{RANGES}]"


def kept(path: str, size: str, **more: Any) -> Case:
    queued = [{**flow(), "to": [{"otlp": {"endpoint": "otel.example.com:4317"}}]}]
    fields = {"mode": "StatefulSet", "persistence": {"size": size, **more}, "flows": queued}
    return fields, f"spec.persistence.{path}"


COST = "controller.kubernetes.io/pod-deletion-cost"
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io"
SECCOMP = "seccomp.security.alpha.kubernetes.io"
RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"

# The API server takes the first, and then no node ever fits; of the others Pod Security makes no
# pod, or nobody heeds them.
STRICTER = ("topology key", "no profile of AppArmor", "tolerations as an annotation")

SOUND = {"key": HOST, "operator": "In", "values": ["a"]}
CASES: dict[str, Case] = {
    "labels": pod(labels={"a": "", "example.com/A_b.c": "x-Y.z_1", "A" * 63: "a" * 63}),
    "label key": pod("labels", labels={"a b": "c"}),
    "label key that is long": pod("labels", labels={"a" * 64: "c"}),
    "label key of a domain in capitals": pod("labels", labels={"Example.com/a": "c"}),
    "label key without a name": pod("labels", labels={"example.com/": "c"}),
    "label key with two slashes": pod("labels", labels={"a/b/c": "c"}),
    "label value": pod("labels[a]", labels={"a": "b c"}),
    "label value that ends with a dash": pod("labels[a]", labels={"a": "b-"}),
    "annotations": pod(annotations={"Example.COM/a": "any text, also \n and ü"}),
    "annotation key": pod("annotations", annotations={"a b": "c"}),
    "cost": annotated(COST, "-5", sound=True),
    "largest cost": annotated(COST, "2147483647", sound=True),
    "cost that is too large": annotated(COST, "2147483648"),
    "cost in words": annotated(COST, "high"),
    "cost with a zero": annotated(COST, "007"),
    "no cost": annotated(COST, ""),
    "profile of AppArmor": annotated(f"{APP_ARMOR}/collector", "localhost/strict", sound=True),
    "usual profile of AppArmor": annotated(f"{APP_ARMOR}/validate", "runtime/default", sound=True),
    "unknown profile of AppArmor": annotated(f"{APP_ARMOR}/collector", "strict"),
    "no profile of AppArmor": annotated(f"{APP_ARMOR}/collector", "unconfined"),
    "profile of AppArmor of no container": annotated(f"{APP_ARMOR}/web", "runtime/default"),
    "profile of seccomp": annotated(f"{SECCOMP}/pod", "runtime/default", sound=True),
    "another profile of seccomp": annotated(f"{SECCOMP}/pod", "unconfined"),
    "unknown profile of seccomp": annotated(f"container.{SECCOMP}/collector", "strict"),
    "mirror": annotated("kubernetes.io/config.mirror", "a"),
    "tolerations as an annotation": annotated("scheduler.alpha.kubernetes.io/tolerations", "[]"),
    "tolerations as no list": annotated("scheduler.alpha.kubernetes.io/tolerations", "all"),
    "node selector": pod(nodeSelector={"kubernetes.io/os": "linux"}),
    "node selector value": pod("nodeSelector[a]", nodeSelector={"a": "b/c"}),
    "key of a secret": pod(env=variable(secretKeyRef={"name": "a", "key": "a_B.c-d"})),
    "key of a secret with a blank": pod(
        "env[0].valueFrom.secretKeyRef.key", env=variable(secretKeyRef={"name": "a", "key": "a b"})
    ),
    "key of a config map": pod(
        "env[0].valueFrom.configMapKeyRef.key",
        env=variable(configMapKeyRef={"name": "a", "key": "a/b"}),
    ),
    "toleration": pod(tolerations=[{"key": "a.b/c", "value": "d"}]),
    "toleration key": pod("tolerations[0].key", tolerations=[{"key": "a b"}]),
    "toleration value": pod("tolerations[0].value", tolerations=[{"key": "a", "value": "b c"}]),
    "priority class": pod("priorityClassName", priorityClassName="High Priority"),
    "topology": pod(topologySpreadConstraints=spread(HOST, "topology.kubernetes.io/zone")),
    "topology key": pod(
        "topologySpreadConstraints[0].topologyKey", topologySpreadConstraints=spread("a b")
    ),
    "topology twice": pod(
        "topologySpreadConstraints", topologySpreadConstraints=spread(HOST, HOST)
    ),
    "nodes": nodes(SOUND),
    "nodes by number": nodes({"key": "cpus", "operator": "Gt", "values": ["4"]}),
    "nodes by two numbers": nodes(
        {"key": "cpus", "operator": "Lt", "values": ["4", "5"]}, ".values"
    ),
    "nodes without a value": nodes({"key": HOST, "operator": "In"}, ".values"),
    "nodes with a value too many": nodes({**SOUND, "operator": "Exists"}, ".values"),
    "nodes by a wrong key": nodes({**SOUND, "key": "a b"}, ".key"),
    "nodes by a wrong value": nodes({**SOUND, "values": ["a b"]}, ".values"),
    "node by name": nodes({**SOUND, "key": "metadata.name"}, field="matchFields"),
    "node by another field": nodes(SOUND, ".key", "matchFields"),
    "node by two names": nodes(
        {**SOUND, "key": "metadata.name", "values": ["a", "b"]}, ":", "matchFields"
    ),
    "nodes that are preferred": pod(
        f"affinity.nodeAffinity.{SOFT}[0].preference.matchExpressions[0].values",
        affinity={
            "nodeAffinity": {
                SOFT: [
                    {
                        "weight": 1,
                        "preference": {"matchExpressions": [{"key": "a", "operator": "NotIn"}]},
                    }
                ]
            }
        },
    ),
    "pods": near({"labelSelector": {"matchExpressions": [SOUND]}, "namespaces": ["shop"]}),
    "pods by a wrong topology": near({"topologyKey": "a/b/c"}, "topologyKey"),
    "pods by a wrong label": near(
        {"labelSelector": {"matchLabels": {"a b": "c"}}}, "labelSelector.matchLabels"
    ),
    "pods by a value too many": near(
        {"labelSelector": {"matchExpressions": [{**SOUND, "operator": "DoesNotExist"}]}},
        "labelSelector.matchExpressions[0].values",
    ),
    "pods of a wrong namespace": near({"namespaces": ["Shop"]}, "namespaces"),
    "peers": peer({"namespaceSelector": {"matchExpressions": [SOUND]}, "podSelector": {}}),
    "peers by a wrong label": peer(
        {"podSelector": {"matchLabels": {"a": "b c"}}}, "podSelector.matchLabels[a]"
    ),
    "range": block("10.0.0.0/8", "10.1.0.0/16", "10.2.0.1/32"),
    "range of the other kind": block("fd00::/8", "fd00:1::/32"),
    "range without a length": block("10.0.0.1", path="cidr"),
    "range of names": block("example.com/8", path="cidr"),
    "range that leaves out what is outside": block("10.0.0.0/8", "11.0.0.0/16", path="except[0]"),
    "range that leaves out everything": block("10.0.0.0/8", "10.0.0.0/8", path="except[0]"),
    "range that leaves out the other kind": block("10.0.0.0/8", "fd00::/16", path="except[0]"),
    "service annotations": ({"service": {"annotations": {"a b": "c"}}}, "spec.service.annotations"),
    "ranges of a load balancer": reached(" 10.0.0.0/8 , fd00::/8", sound=True),
    "no ranges of a load balancer": reached(" ", sound=True),
    "ranges without a load balancer": reached("10.0.0.0/8", "ClusterIP"),
    "ranges of names": reached("10.0.0.0/8,example.com"),
    "ranges of nothing": reached("10.0.0.0/8,"),
    "storage class": kept("storageClassName", "1Gi", storageClassName="Fast Disks"),
    "volume of nothing": kept("size", "0"),
    "labels of a monitor": (
        {"monitoring": {"podMonitor": {"labels": {"a": "b c"}}}},
        "spec.monitoring.podMonitor.labels[a]",
    ),
}
