"""Scripts of writes to one object that are drawn too seldom, each of what once differed."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from orasi.cluster.api import Manifest, Resource
from tests.cluster.drawn_objects import INGRESSES, LEASES, POLICIES
from tests.cluster.steps import Step
from tests.memory.documents import NAMESPACES
from tests.memory.workloads import (
    AUTOSCALERS,
    BUDGETS,
    CLAIMS,
    CRON_JOBS,
    DEPLOYMENTS,
    JOBS,
    SERVICES,
)

Script = Sequence[Step]

UNKNOWN: Manifest = {"metadata": {"finalizers": ["foo"]}}
TARGETS: list[Manifest] = [
    {"type": "Value"},
    {"type": "Value", "value": 1},
    {"type": "Value", "averageValue": 1},
    {"type": "Value", "value": 1, "averageValue": 1},
    {"type": "x", "averageValue": 1},
]


def created(spec: Manifest, *steps: Step) -> Script:
    return [Step("create", {"spec": spec}), *steps]


def edit(**spec: Any) -> Step:
    return Step("edit", {"spec": spec})


def namespaces() -> Iterator[Script]:
    for finalizers in (["a.io/x"], ["a.io/x", "kubernetes"], ["foo"], ["x y/z"]):
        yield created(
            {"finalizers": finalizers},
            edit(finalizers=["b.io/y"]),
            Step("report", {"status": {}}),
            Step("delete", {"propagation": "Background"}),
        )


def finalizers_of_any_name() -> Iterator[Script]:
    for spec in ({}, {"minAvailable": 1}):
        yield [Step("create", {**UNKNOWN, "spec": spec})]
        yield created(spec, Step("edit", UNKNOWN))
        yield created(spec, Step("edit", {"metadata": {"finalizers": ["x y"]}}))


def autoscalers() -> Iterator[Script]:
    selectors: list[Manifest] = [
        {"matchLabels": {"x y": "z !"}},
        {"matchExpressions": [{"key": "", "operator": "Near", "values": ["a b"]}]},
    ]
    about = {"kind": "Service", "name": "web", "apiVersion": "v1"}
    for kind, more in (("pods", {}), ("external", {}), ("object", {"describedObject": about})):
        sound = TARGETS[2]
        for metric in ({"name": "m", "selector": each} for each in selectors):
            yield scaled(kind, {**more, "metric": metric, "target": sound})
        yield scaled(kind, {**more, "metric": {"name": "a/b"}, "target": sound})
        for target in TARGETS:
            yield scaled(kind, {**more, "metric": {"name": "m"}, "target": target})
    for reference in ({"name": "a%"}, {"kind": "a/b"}, {"apiVersion": "a/b/c"}):
        yield scaled("resource", {"name": "cpu", "target": TARGETS[2]}, reference)


def scaled(kind: str, source: Manifest, reference: Manifest | None = None) -> Script:
    """What is scaled by one metric only."""
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", **(reference or {})}
    metric = {"type": kind.title(), kind: source}
    return created({"maxReplicas": 3, "scaleTargetRef": target, "metrics": [metric]})


def reordered() -> Iterator[Script]:
    """Of keyed lists whose items change places, or have the same key."""
    orders = [(80, 81), (81, 80), (80, 80, 81)]
    for one, other in product(map(_with_ports, orders), repeat=2):
        for first, then in product(("create", "apply"), ("apply", "replace")):
            steps = ((first, one, "a"), (then, other, "b"), ("apply", one, "b"))
            yield [Step(verb, {"spec": spec}, manager=manager) for verb, spec, manager in steps]


def _with_ports(numbers: Sequence[int]) -> Manifest:
    labels = {"app": "web"}
    ports = [{"containerPort": number} for number in numbers]
    pod = {"containers": [{"name": "web", "image": "web:1", "ports": ports}]}
    template = {"metadata": {"labels": labels}, "spec": pod}
    return {"selector": {"matchLabels": labels}, "template": template}


PORTS = {"ports": [{"port": 80, "name": "http"}, {"port": 81, "name": "other"}]}
BALANCED = {"type": "LoadBalancer", "externalTrafficPolicy": "Local"}
INGRESS = Step("report", {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}})
ADDRESSES: list[Manifest] = [
    {"clusterIP": "192.0.2.1"},
    {"clusterIP": "10.96.0.0"},
    {"clusterIP": "fd00::1"},
    {"clusterIP": "10.96.3.4", "clusterIPs": ["10.96.3.5"]},
    {"clusterIP": "10.96.3.4", "clusterIPs": ["10.96.3.4", "10.96.3.5"]},
    {"clusterIP": "10.96.3.4", "clusterIPs": ["10.96.3.4", "fd00::1"]},
    {"clusterIP": "10.96.3.4", "ipFamilies": ["IPv6"]},
    {"clusterIP": "None", "clusterIPs": ["None", "None"]},
    {"clusterIP": "None", "ipFamilies": ["IPv6"]},
    {"clusterIP": "None", "ipFamilies": ["IPv6", "IPv4", "IPv6"]},
    {"clusterIPs": ["10.96.3.4"]},
    {"ipFamilies": ["IPv4", "IPv6"]},
    {"ipFamilyPolicy": "None"},
]
FAMILIES: list[Manifest] = [
    {"selector": None},
    {"selector": {"app": "web"}},
    {"selector": None, "ipFamilies": None},
    {"ipFamilies": ["IPv6"]},
    {"ipFamilies": None, "ipFamilyPolicy": None},
    *({"selector": None, "ipFamilyPolicy": each} for each in (None, "PreferDualStack")),
    *({"ipFamilyPolicy": each} for each in ("SingleStack", "RequireDualStack")),
]
BALANCERS: list[Manifest] = [
    {"loadBalancerClass": "a.io/b"},
    {"healthCheckNodePort": 31_999},
    {"externalTrafficPolicy": "Cluster"},
    {"type": "ClusterIP"},
    {"type": "ClusterIP", "externalIPs": ["192.0.2.1"]},
    {"type": "ClusterIP", "ports": [{"port": 80, "name": "http"}]},
    {"type": "ExternalName", "externalName": "a.example.com", "externalIPs": ["192.0.2.1"]},
]


def services() -> Iterator[Script]:
    """Of one family of addresses or two, and what is only for some types."""
    yield from (created({**PORTS, **each}) for each in ADDRESSES)
    selectors: list[Manifest] = [{}, {"selector": {"app": "web"}}]
    policies: list[Manifest] = [{}, {"ipFamilyPolicy": "PreferDualStack"}]
    places: list[Manifest] = [{}, {"clusterIP": "None"}]
    for parts in product(places, selectors, policies):
        spec = {**PORTS, **{name: part[name] for part in parts for name in part}}
        yield from (created(spec, edit(**each), edit(ports=[])) for each in FAMILIES)
    yield created(PORTS, INGRESS)
    yield from (created({**PORTS, **BALANCED}, INGRESS, edit(**each)) for each in BALANCERS)


POD: Manifest = {"containers": [{"name": "web", "image": "web:1"}], "restartPolicy": "Never"}
OWN = ("job-name", "controller-uid")
OWN_LABELS = [f"{prefix}{name}" for prefix in ("", "batch.kubernetes.io/") for name in OWN]
LABELLINGS: list[Manifest | None] = [
    None,
    {"team": "shop"},
    *({name: value} for name in OWN_LABELS for value in (None, "other")),
]
SUSPENDED: Manifest = {"suspend": True, "template": {"spec": POD}}
PLACINGS: list[Manifest] = [
    {"nodeSelector": {"zone": "a"}},
    {"affinity": {"nodeAffinity": {}}},
    {"affinity": {"podAffinity": {}}},
    {"priorityClassName": "high"},
]


def jobs() -> Iterator[Script]:
    """Of labels by which pods are theirs, and of what may change while they are suspended."""
    for labels in LABELLINGS:
        template = {"metadata": {"labels": labels}}
        kept = {name: value for name, value in (labels or {}).items() if value}
        yield created({"template": {"metadata": {"labels": kept}, "spec": POD}})
        yield created(SUSPENDED, edit(template=template))
        yield created({**SUSPENDED, "suspend": False}, edit(template=template))
        yield created({**SUSPENDED, "selector": {"matchLabels": kept}})
        manual = {"manualSelector": True, "template": {"metadata": {"labels": kept}, "spec": POD}}
        yield created({**manual, "selector": {"matchLabels": kept}}, edit(manualSelector=False))
        yield created(manual)
    for pod in PLACINGS:
        started = Step("report", {"status": {"startTime": "2026-01-01T00:00:00Z"}})
        yield created(SUSPENDED, edit(template={"spec": pod}), edit(suspend=False))
        yield created(SUSPENDED, started, edit(template={"spec": pod}))
    indexed = {"completionMode": "Indexed", "completions": 2, "template": {"spec": POD}}
    yield created(indexed, edit(completions=3), edit(completions=3, parallelism=3))


MOUNTED: Manifest = {"name": "tmp", "mountPath": "/tmp"}  # noqa: S108 - nothing is ever run
ZONES: Manifest = {
    "maxSkew": 1,
    "topologyKey": "zone",
    "whenUnsatisfiable": "DoNotSchedule",
    "labelSelector": {},
}
PODS_OF_NOTHING: list[Manifest] = [
    *({name: ""} for name in ("hostnameOverride", "preemptionPolicy", "runtimeClassName")),
    *({"dnsConfig": {name: [""]}} for name in ("nameservers", "searches")),
    {"dnsConfig": {"searches": ["a_b.c", ".", "_x."]}},
    {"dnsPolicy": "None"},
    {"hostAliases": [{"ip": "192.0.2.1", "hostnames": [""]}]},
    {"initContainers": [{"name": "first", "image": "web:1", "restartPolicy": ""}]},
    *(
        {"topologySpreadConstraints": [{**ZONES, name: ""}]}
        for name in ("nodeAffinityPolicy", "nodeTaintsPolicy")
    ),
    *(
        {"securityContext": {name: ""}}
        for name in ("fsGroupChangePolicy", "seLinuxChangePolicy", "supplementalGroupsPolicy")
    ),
    *(
        {"securityContext": {profile: {"type": kind, "localhostProfile": text}}}
        for profile in ("appArmorProfile", "seccompProfile")
        for kind in ("Localhost", "RuntimeDefault")
        for text in ("", "/a", "a")
    ),
    *(
        {"containers": [{"name": "web", "image": "web:1", **container}]}
        for container in (
            {"restartPolicy": ""},
            {"securityContext": {"procMount": ""}},
            {"volumeMounts": [{**MOUNTED, "mountPropagation": ""}]},
            {"volumeMounts": [{**MOUNTED, "recursiveReadOnly": ""}]},
        )
    ),
]
RULES: Manifest = {"rules": [{"host": "a.example.com"}]}
CLAIM: Manifest = {
    "accessModes": ["ReadWriteOnce"],
    "resources": {"requests": {"storage": "1Gi"}},
}
PEER: Manifest = {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}


def of_nothing() -> Iterator[tuple[Resource, Manifest]]:
    """Specs in which a text is empty, which is not the same as none."""
    template = {"spec": {**POD, "volumes": [{"name": "tmp"}]}}
    for pod in PODS_OF_NOTHING:
        yield JOBS, {"template": {"spec": {**template["spec"], **pod}}}
    for text in ("", "a", "a.io/b", "a.io/b c", f"a.io/{'x' * 60}"):
        yield JOBS, {"template": template, "managedBy": text}
    for name in ("completionMode", "podReplacementPolicy"):
        yield JOBS, {"template": template, name: ""}
    scheduled = {"schedule": "@hourly", "jobTemplate": {"spec": {"template": template}}}
    yield CRON_JOBS, {**scheduled, "timeZone": ""}
    for name in ("storageClassName", "volumeAttributesClassName", "volumeMode"):
        yield CLAIMS, {**CLAIM, name: ""}
    for name in ("internalTrafficPolicy", "ipFamilyPolicy", "trafficDistribution"):
        yield SERVICES, {**PORTS, name: ""}
    for text in ("", "a.io/b"):
        yield SERVICES, {**PORTS, "loadBalancerClass": text}
        yield SERVICES, {**PORTS, "type": "LoadBalancer", "loadBalancerClass": text}
    yield SERVICES, {"ports": [{"port": 80, "appProtocol": ""}]}
    for text in ("", " 10.0.0.0/8"):
        yield SERVICES, {**PORTS, "type": "LoadBalancer", "loadBalancerSourceRanges": [text]}
    yield INGRESSES, {**RULES, "ingressClassName": ""}
    for host in ("", "*.example.com", "a.*", "10.0.0.1", "*."):
        yield INGRESSES, {"rules": [{"host": host}]}
        yield INGRESSES, {**RULES, "tls": [{"hosts": [host]}]}
    yield BUDGETS, {"minAvailable": 1, "unhealthyPodEvictionPolicy": ""}
    for block in ({**PEER, "cidr": ""}, {**PEER, "except": [""]}, {"except": ["10.1.0.0/16"]}):
        yield POLICIES, {"podSelector": {}, "ingress": [{"from": [{"ipBlock": block}]}]}
    yield POLICIES, {"podSelector": {}, "ingress": [{"ports": [{"protocol": ""}]}]}


DIRECTED: Sequence[tuple[Resource, Script]] = [
    *((NAMESPACES, script) for script in namespaces()),
    *((each, script) for each in (BUDGETS, LEASES) for script in finalizers_of_any_name()),
    *((AUTOSCALERS, script) for script in autoscalers()),
    *((DEPLOYMENTS, script) for script in reordered()),
    *((SERVICES, script) for script in services()),
    *((JOBS, script) for script in jobs()),
    *((resource, created(spec)) for resource, spec in of_nothing()),
]
