"""Which pods a namespace takes: by its label, in the words of the API server."""

import pytest

from orasi.cluster.api import ApiError
from tests.memory.insecure import ENFORCE, HOST, INSECURE, SOUND
from tests.memory.workloads import (
    NAMESPACES,
    PODS,
    World,
    condition,
    container,
    daemon_set,
    deployment,
    manifest,
)


def enforce(world: World, level: str) -> None:
    world.memory.patch(NAMESPACES, "", "default", {"metadata": {"labels": {ENFORCE: level}}})


@pytest.mark.parametrize("name", INSECURE)
def test_it_is_refused_in_the_words_of_the_api_server(world: World, name: str) -> None:
    case = INSECURE[name]
    enforce(world, case.level)
    with pytest.raises(ApiError) as refused:
        world.memory.create(PODS, manifest(PODS, "web", case.spec))
    assert str(refused.value) == f'pods "web" is forbidden: {case.message}'


@pytest.mark.parametrize(
    ("level", "spec"),
    [
        ("privileged", {"containers": [container()], **HOST}),
        ("baseline", {"containers": [container()]}),
        ("restricted", {"containers": [container(securityContext=SOUND)]}),
        (
            "restricted",
            {
                "securityContext": {
                    name: SOUND[name] for name in ("runAsNonRoot", "seccompProfile")
                },
                "containers": [container(securityContext=SOUND)],
                "volumes": [{"name": "a", "emptyDir": {}}],
            },
        ),
    ],
)
def test_what_meets_the_level_is_taken(world: World, level: str, spec: dict[str, object]) -> None:
    enforce(world, level)
    world.memory.create(PODS, manifest(PODS, "web", spec))
    assert world.names(PODS) == ["web"]


def test_a_deployment_says_why_it_has_no_pods(world: World) -> None:
    enforce(world, "baseline")
    world.create(deployment(pod=HOST))
    status, reason, message = condition(world.deployment(), "ReplicaFailure")
    assert (status, reason) == ("True", "FailedCreate")
    assert message.endswith(INSECURE["host path under baseline"].message)


def test_a_daemon_set_runs_once_the_namespace_lets_it(world: World) -> None:
    enforce(world, "baseline")
    world.create(daemon_set(pod=HOST))
    assert world.names(PODS) == []
    assert world.writes() == 0
    enforce(world, "privileged")
    world.rest()
    assert len(world.names(PODS)) == 3
