"""Everything that may be said of how a Pipeline runs, at once; and what may not be changed."""

from collections.abc import Sequence
from typing import Any

from tests.scenarios import objects
from tests.scenarios.autoscaling import bounds
from tests.scenarios.modes import PERSISTENCE, QUEUED
from tests.scenarios.pipeline import (
    CHILD,
    NAME,
    becomes,
    deployment,
    edit,
    flow,
    manifest,
    ours,
    run,
)
from tests.scenarios.world import Manifest, World

EXPRESSIONS = [{"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}]
NEAR = {
    "labelSelector": {"matchLabels": {"app": "web"}},
    "namespaceSelector": {},
    "topologyKey": "kubernetes.io/hostname",
}
AFFINITY = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": EXPRESSIONS}]
        },
        "preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 1, "preference": {"matchExpressions": EXPRESSIONS}}
        ],
    },
    "podAntiAffinity": {
        "preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 100, "podAffinityTerm": NEAR}
        ]
    },
}
POD = {
    "labels": {"team": "shop", "example.com/empty": ""},
    "annotations": {"example.com/note": "an annotation, of 1 line"},
    "env": [
        {"name": "EMPTY", "value": ""},
        {"name": "PLAIN", "value": "$(EMPTY) text"},
        {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
    ],
    "imagePullSecrets": [{"name": "registry"}],
    "nodeSelector": {"kubernetes.io/os": "linux"},
    "priorityClassName": "system-cluster-critical",  # every cluster has it, for any namespace
    "tolerations": [
        {"key": "dedicated", "operator": "Equal", "value": "telemetry", "effect": "NoSchedule"},
        {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60},
        {"key": "plain"},
    ],
    "affinity": AFFINITY,
    "topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "ScheduleAnyway",
        }
    ],
    "terminationGracePeriodSeconds": 60,
}
PROCESSORS = [
    {"name": "shape", "transform": {"logs": ['set(log.attributes["team"], "shop")']}},
    {"name": "secrets", "redact": {"blockedValues": ["4[0-9]{15}"]}},
    {"name": "tenth", "sample": {"head": {"percentage": 10}}},
]
EVERYTHING: Manifest = {
    "image": "otel/opentelemetry-collector-contrib:0.155.0",
    "processors": PROCESSORS,
    # Not as the API server stores them.
    "resources": {
        "requests": {"cpu": "1000m", "memory": "1024Mi"},
        "limits": {"memory": "2048Mi"},
    },
    "pod": POD,
    "service": {"type": "LoadBalancer", "annotations": {"example.com/internal": "true"}},
    "networkPolicy": {
        "from": [
            {"podSelector": {}},
            {"namespaceSelector": {"matchLabels": {"team": "shop"}}, "podSelector": {}},
            {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}},
        ]
    },
    "podDisruptionBudget": {"maxUnavailable": 2},
    "monitoring": {"podMonitor": {"labels": {"release": "main"}, "interval": "15s"}},
}
OPEN = [{"port": port, "protocol": "TCP"} for port in (4317, 4318, 8888)]


def rests(world: World, flows: Sequence[Manifest] = (flow(),), **spec: Any) -> None:
    """Nothing is left to be written; nor after a second apply, or a change of who is asked."""
    process = [each["name"] for each in PROCESSORS]
    body = manifest(
        **EVERYTHING | spec | {"flows": [{**each, "process": process} for each in flows]}
    )
    world.apply(body)
    becomes(world, "True", "Running")
    world.settle()
    before = world.writes()
    world.apply(body)
    world.patch("Pipeline", NAME, {"metadata": {"annotations": {"example.com/wake": "up"}}})
    world.settle()
    assert world.writes() == before
    found = objects.existing(world, spec.get("mode", "Deployment"), CHILD)["spec"]["template"][
        "spec"
    ]
    variables = {each["name"]: each for each in found["containers"][0]["env"]}
    assert variables["EMPTY"] == {"name": "EMPTY"}
    assert found["containers"][0]["resources"]["requests"]["cpu"] == "1"
    policy = objects.existing(world, "NetworkPolicy", CHILD)["spec"]
    assert policy["ingress"] == [{"ports": OPEN, **EVERYTHING["networkPolicy"]}]


def everything_of_a_deployment_rests(world: World) -> None:
    rests(world, replicas=2)


def everything_of_an_autoscaled_deployment_rests(world: World) -> None:
    rests(world, autoscaling=bounds(2, 3) | {"targetMemoryUtilizationPercentage": 80})


def everything_of_a_daemon_set_rests(world: World) -> None:
    rests(world, mode="DaemonSet", service={"type": "NodePort"})


def everything_of_a_stateful_set_rests(world: World) -> None:
    size = {"size": "1024Mi", "whenDeleted": "Delete"}
    rests(world, mode="StatefulSet", replicas=2, persistence=size, flows=QUEUED)


def what_is_beside_the_pods_changes(world: World) -> None:
    """And none of it rolls them."""
    before = run(world, monitoring={"podMonitor": {"labels": {"release": "main"}}})
    a_pod_monitor_comes_and_goes(world)
    a_network_policy_goes_and_comes(world)
    the_service_changes_its_type(world)
    becomes(world, "True", "Running")
    assert deployment(world)["metadata"]["generation"] == before["metadata"]["generation"]


def a_pod_monitor_comes_and_goes(world: World) -> None:
    found = objects.existing(world, "PodMonitor", CHILD)
    assert found["metadata"]["labels"]["release"] == "main"
    (endpoint,) = found["spec"]["podMetricsEndpoints"]
    (container,) = deployment(world)["spec"]["template"]["spec"]["containers"]
    assert endpoint["port"] in [each["name"] for each in container["ports"]]
    world.delete("PodMonitor", CHILD)
    world.eventually("it is put back", lambda: ours(world, "PodMonitor"))
    edit(world, monitoring=None)
    world.eventually("it is gone", lambda: not ours(world, "PodMonitor"))


def a_network_policy_goes_and_comes(world: World) -> None:
    assert let_in(world) == [{"ports": OPEN}]
    edit(world, networkPolicy={"enabled": False})
    world.eventually("it is gone", lambda: not ours(world, "NetworkPolicy"))
    edit(world, networkPolicy={"enabled": True, "from": [{"podSelector": {}}]})
    world.eventually("it is back", lambda: ours(world, "NetworkPolicy"))
    assert let_in(world) == [{"ports": OPEN, "from": [{"podSelector": {}}]}]


def let_in(world: World) -> Any:
    """By whom and where the pods are reached, and they alone."""
    found = objects.existing(world, "NetworkPolicy", CHILD)["spec"]
    labels = deployment(world)["spec"]["selector"]["matchLabels"]
    assert found["podSelector"] == {"matchLabels": labels}
    assert found["policyTypes"] == ["Ingress"]
    return found["ingress"]


def the_service_changes_its_type(world: World) -> None:
    """It keeps its address, and nothing is left to be written."""
    address = objects.existing(world, "Service", CHILD)["spec"]["clusterIP"]
    for type_ in ("NodePort", "ClusterIP"):
        edit(world, service={"type": type_})
        world.settle()
        before = world.writes()
        world.patch("Pipeline", NAME, {"metadata": {"annotations": {"example.com/wake": type_}}})
        world.settle()
        assert world.writes() == before
        found = objects.existing(world, "Service", CHILD)["spec"]
        assert (found["type"], found["clusterIP"]) == (type_, address)
        on_nodes = ["nodePort" in each for each in found["ports"]]
        assert on_nodes == [type_ == "NodePort"] * 2


def what_is_for_ever_is_refused_by_name(world: World) -> None:
    world.apply(manifest(autoscaling=bounds(2, 6)))
    becomes(world, "True", "Running")
    for text, wrong in (
        (
            "nothing sends to it any more, and mode was Deployment",
            manifest(mode="StatefulSet", autoscaling=bounds(2, 6)),
        ),
        (
            "which decide that, and replicas was 1",
            manifest(replicas=3, autoscaling=bounds(2, 6)),
        ),
        (
            "and minReplicas is 7, maxReplicas is 6",
            manifest(autoscaling=bounds(7, 6)),
        ),
        ("persistence needs mode StatefulSet", manifest(persistence=PERSISTENCE)),
    ):
        assert text in world.refusal(wrong)
    assert objects.existing(world, "Pipeline", NAME)["metadata"]["generation"] == 1


def what_is_on_disk_is_for_ever(world: World) -> None:
    body = {"mode": "StatefulSet", "flows": QUEUED}
    world.apply(manifest(**body, persistence=PERSISTENCE))
    becomes(world, "True", "Running")
    for persistence in (
        {"size": "2Gi"},
        PERSISTENCE | {"storageClassName": "x"},
    ):
        refused = world.refusal(manifest(**body, persistence=persistence))
        assert "spec.persistence" in refused
        assert "size and storageClassName cannot be changed" in refused
        assert f"size was {PERSISTENCE['size']}, storageClassName not set" in refused
    assert "persistence cannot be added or taken away" in world.refusal(
        manifest(**body, persistence=None)
    )
    autoscaled = manifest(**body, persistence=PERSISTENCE, autoscaling=bounds(1, 2))
    assert "persistence and autoscaling exclude each other" in world.refusal(autoscaled)
