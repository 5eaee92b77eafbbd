"""Pods get a node, start, or wait for what they lack."""

from typing import Any

import pytest

from orasi.cluster.api import Manifest
from orasi.cluster.memory.workloads.pods import START_SECONDS
from tests.memory.documents import CONFIG_MAPS, SECRETS
from tests.memory.documents import manifest as named
from tests.memory.workloads import (
    PODS,
    World,
    condition,
    container,
    deployment,
    is_ready,
    manifest,
)


def pod(**spec: Any) -> Manifest:
    return manifest(PODS, "alone", {"containers": [container()], **spec})


def with_volume(**source: Any) -> Manifest:
    return pod(volumes=[{"name": "a", **source}])


def with_variables(**fields: Any) -> Manifest:
    return pod(containers=[container(**fields)])


def variable(**source: Any) -> Manifest:
    return with_variables(env=[{"name": "A", "valueFrom": source}])


def test_a_pod_starts_a_second_after_it_has_a_node(world: World) -> None:
    world.memory.create(PODS, pod())
    world.memory.run_controllers()
    (found,) = world.pods()
    assert found["spec"]["nodeName"].startswith("node-")
    assert (found["status"]["phase"], is_ready(found)) == ("Pending", False)
    assert world.memory.next_change() == world.clock.now() + START_SECONDS
    world.rest()
    (found,) = world.pods()
    assert (found["status"]["phase"], is_ready(found)) == ("Running", True)
    assert found["status"]["startTime"] == "2026-01-01T00:00:01Z"
    assert [each["ready"] for each in found["status"]["containerStatuses"]] == [True]


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"cpu": "33"}, "3 Insufficient cpu"),
        ({"memory": "300Gi", "cpu": 40}, "3 Insufficient cpu, 3 Insufficient memory"),
        ({"example.com/gpu": 1}, "3 Insufficient example.com/gpu"),
    ],
)
def test_a_pod_that_fits_no_node_is_unschedulable(
    world: World, asked: Manifest, reason: str
) -> None:
    world.create(pod(containers=[container(resources={"limits": asked})]))
    (found,) = world.pods()
    status, why, message = condition(found, "PodScheduled")
    assert (status, why) == ("False", "Unschedulable")
    assert message.startswith(f"0/3 nodes are available: {reason}. ")
    assert found["status"]["phase"] == "Pending"
    assert world.memory.next_change() is None


def test_a_pod_may_choose_its_node(world: World) -> None:
    world.create(pod(nodeSelector={"kubernetes.io/hostname": "node-2"}))
    assert world.pods()[0]["spec"]["nodeName"] == "node-2"


def test_a_pod_that_asks_for_no_such_node_is_unschedulable(world: World) -> None:
    world.create(pod(nodeSelector={"disk": "fast"}))
    assert (
        "didn't match Pod's node affinity/selector" in condition(world.pods()[0], "PodScheduled")[2]
    )


def test_limits_are_requests_too(world: World) -> None:
    limits = {"cpu": "2", "memory": "1024Mi"}
    asked = {"limits": limits, "requests": {"cpu": "1"}}
    created = world.create(pod(containers=[container(resources=asked)]))
    requests = created["spec"]["containers"][0]["resources"]["requests"]
    assert requests == {"cpu": "1", "memory": "1Gi"}


CONTENT = {"data": {"key": "dmFsdWU="}}
CREATING = ("ContainerCreating", "")
NEEDS = {
    "a volume": (with_volume(configMap={"name": "it"}), CREATING),
    "a key of a volume": (
        with_volume(configMap={"name": "it", "items": [{"key": "key", "path": "p"}]}),
        CREATING,
    ),
    "a projected volume": (
        with_volume(projected={"sources": [{"configMap": {"name": "it"}}]}),
        CREATING,
    ),
    "a secret volume": (with_volume(secret={"secretName": "it"}), CREATING),
    "all variables": (
        with_variables(envFrom=[{"configMapRef": {"name": "it"}}]),
        ("CreateContainerConfigError", 'configmap "it" not found'),
    ),
    "all secret variables": (
        with_variables(envFrom=[{"secretRef": {"name": "it"}}]),
        ("CreateContainerConfigError", 'secret "it" not found'),
    ),
    "one variable": (
        variable(configMapKeyRef={"name": "it", "key": "key"}),
        ("CreateContainerConfigError", 'configmap "it" not found'),
    ),
    "a secret variable": (
        variable(secretKeyRef={"name": "it", "key": "key"}),
        ("CreateContainerConfigError", 'secret "it" not found'),
    ),
}


@pytest.mark.parametrize("need", NEEDS)
def test_a_pod_waits_for_what_it_needs(world: World, need: str) -> None:
    body, expected = NEEDS[need]
    world.create(body)
    (found,) = world.pods()
    assert (found["status"]["phase"], is_ready(found)) == ("Pending", False)
    assert condition(found, "ContainersReady") == (
        "False",
        "ContainersNotReady",
        "containers with unready status: [web]",
    )
    waiting = found["status"]["containerStatuses"][0]["state"]["waiting"]
    assert (waiting["reason"], waiting.get("message", "")) == expected
    assert (world.writes(), world.memory.next_change()) == (0, None)
    for resource in (CONFIG_MAPS, SECRETS):
        world.memory.create(resource, named(resource, "it", **CONTENT))
    world.rest()
    assert is_ready(world.pods()[0])


def test_a_key_that_is_missing_is_named(world: World) -> None:
    world.memory.create(CONFIG_MAPS, named(CONFIG_MAPS, "it", data={"other": ""}))
    world.create(variable(configMapKeyRef={"name": "it", "key": "key"}))
    waiting = world.pods()[0]["status"]["containerStatuses"][0]["state"]["waiting"]
    assert waiting["message"] == "couldn't find key key in ConfigMap default/it"


@pytest.mark.parametrize(
    "body",
    [
        with_volume(configMap={"name": "it", "optional": True}),
        with_volume(secret={"secretName": "it", "optional": True}),
        with_variables(envFrom=[{"configMapRef": {"name": "it", "optional": True}}]),
        variable(secretKeyRef={"name": "it", "key": "key", "optional": True}),
    ],
)
def test_what_is_optional_is_not_waited_for(world: World, body: Manifest) -> None:
    world.create(body)
    assert is_ready(world.pods()[0])


def test_a_deployment_waits_for_its_config_map(world: World) -> None:
    volume = {"name": "a", "configMap": {"name": "it"}}
    world.create(deployment(replicas=2, pod={"volumes": [volume]}))
    assert world.numbers()["unavailableReplicas"] == 2
    world.memory.create(CONFIG_MAPS, named(CONFIG_MAPS, "it"))
    world.rest()
    assert world.numbers()["availableReplicas"] == 2
