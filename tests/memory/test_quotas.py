"""What quotas refuse, with which words, and what they say is used."""

from typing import Any

import pytest

from orasi.cluster.api import ApiError, Manifest
from tests.memory.beyond_quota import BEYOND, claim
from tests.memory.documents import CONFIG_MAPS, config_map
from tests.memory.workloads import (
    CLAIMS,
    DEPLOYMENTS,
    PODS,
    QUOTAS,
    World,
    container,
    deployment,
    manifest,
    quota,
    with_spec,
)


def pod(name: str = "p", **resources: Any) -> Manifest:
    return manifest(PODS, name, {"containers": [container(resources=resources)]})


def usage(world: World) -> Manifest:
    world.rest()
    status: Manifest = world.memory.get(QUOTAS, "default", "limits")["status"]
    return status


@pytest.mark.parametrize(
    ("hard", "body", "complaint"),
    [
        (
            {"pods": 0},
            pod(),
            "exceeded quota: limits, requested: pods=1, used: pods=0, limited: pods=0",
        ),
        (
            {"count/pods": 0, "pods": 0},
            pod(),
            "exceeded quota: limits, requested: count/pods=1,pods=1, "
            "used: count/pods=0,pods=0, limited: count/pods=0,pods=0",
        ),
        (
            {"requests.cpu": "1", "memory": "1Gi"},
            pod(requests={"cpu": "1500m", "memory": "512Mi"}),
            "exceeded quota: limits, requested: requests.cpu=1500m, "
            "used: requests.cpu=0, limited: requests.cpu=1",
        ),
        (
            {"limits.memory": "1Gi"},
            pod(limits={"memory": "2048Mi"}),
            "exceeded quota: limits, requested: limits.memory=2Gi, "
            "used: limits.memory=0, limited: limits.memory=1Gi",
        ),
        (
            {"requests.memory": "1Gi", "limits.cpu": 1},
            pod(),
            "failed quota: limits: must specify limits.cpu for: web; requests.memory for: web",
        ),
    ],
)
def test_a_pod_beyond_its_quota_is_refused(
    world: World, hard: Manifest, body: Manifest, complaint: str
) -> None:
    world.create(quota(hard))
    with pytest.raises(ApiError) as refused:
        world.memory.create(PODS, body)
    assert refused.value.code == 403
    assert str(refused.value) == f'pods "p" is forbidden: {complaint}'


def test_any_kind_can_be_counted(world: World) -> None:
    world.create(quota({"count/deployments.apps": 1, "configmaps": 1}))
    world.create(deployment())
    world.memory.create(CONFIG_MAPS, config_map())
    with pytest.raises(ApiError) as refused:
        world.memory.create(DEPLOYMENTS, deployment("other"))
    assert str(refused.value) == (
        'deployments.apps "other" is forbidden: exceeded quota: limits, requested: '
        "count/deployments.apps=1, used: count/deployments.apps=1, limited: "
        "count/deployments.apps=1"
    )
    with pytest.raises(ApiError, match="exceeded quota: limits, requested: configmaps=1"):
        world.memory.create(CONFIG_MAPS, config_map("other"))


def test_the_status_says_what_is_used(world: World) -> None:
    world.create(quota({"pods": 5, "requests.cpu": "2000m", "limits.memory": "4Gi"}))
    assert usage(world) == {
        "hard": {"pods": "5", "requests.cpu": "2", "limits.memory": "4Gi"},
        "used": {"pods": "0", "requests.cpu": "0", "limits.memory": "0"},
    }
    for name in ("a", "b"):
        asked = {"requests": {"cpu": "250m"}, "limits": {"memory": "512Mi"}}
        world.memory.create(PODS, pod(name, **asked))
    assert usage(world)["used"] == {"pods": "2", "requests.cpu": "500m", "limits.memory": "1Gi"}
    world.memory.delete(PODS, "default", "a")
    assert usage(world)["used"] == {"pods": "1", "requests.cpu": "250m", "limits.memory": "512Mi"}


def test_a_quota_counts_in_its_own_namespace_only(world: World) -> None:
    world.create(quota({"pods": 0}))
    body = pod()
    world.memory.create(PODS, {**body, "metadata": {"name": "p", "namespace": "kube-system"}})
    assert usage(world)["used"] == {"pods": "0"}


def test_what_a_quota_does_not_name_is_free(world: World) -> None:
    world.create(quota({"pods": 1}))
    world.memory.create(CONFIG_MAPS, config_map())
    world.memory.create(PODS, pod(requests={"cpu": "1"}))


@pytest.mark.parametrize("name", BEYOND)
def test_what_is_beyond_a_quota_is_refused(world: World, name: str) -> None:
    case = BEYOND[name]
    kinds = {each.kind: each for each in world.memory.resources()}
    resource = kinds[case.body["kind"]]
    world.create(quota(case.hard))
    body, write = case.body, world.memory.create
    if case.changes:
        body, write = with_spec(write(resource, body), **case.changes), world.memory.update
    with pytest.raises(ApiError) as refused:
        write(resource, body)
    found = f'{resource.plural} "web" is forbidden: {case.message}'
    assert (refused.value.code, str(refused.value)) == (403, found)


def test_a_claim_may_grow_only_as_far_as_its_quota(world: World) -> None:
    world.create(quota({"requests.storage": "3Gi"}))
    created = world.create(claim("2Gi"))
    found = world.memory.get(CLAIMS, "default", created["metadata"]["name"])
    larger = {"requests": {"storage": "4Gi"}}
    with pytest.raises(ApiError) as refused:
        world.memory.update(CLAIMS, with_spec(found, resources=larger))
    said = "requested: requests.storage=2Gi, used: requests.storage=2Gi"
    assert f"exceeded quota: limits, {said}, limited: requests.storage=3Gi" in str(refused.value)
    world.memory.update(CLAIMS, with_spec(found, resources={"requests": {"storage": "3Gi"}}))
    assert usage(world)["used"] == {"requests.storage": "3Gi"}
