"""What the API server demands beyond schemas, and what it fills in."""

import pytest

from orasi.cluster.api import ApiError, Manifest, Resource
from orasi.cluster.memory import Memory
from tests.memory.unreadable import unreadable
from tests.memory.workloads import (
    CRON_JOBS,
    DEPLOYMENTS,
    JOBS,
    NAMESPACES,
    SERVICES,
    cron_job,
    deployment,
    job,
    manifest,
    namespace,
    with_spec,
)
from tests.memory.wrong import WRONG, Wrong


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_with_the_words_of_the_api_server(
    memory: Memory, name: str
) -> None:
    wrong = WRONG[name]
    with pytest.raises(ApiError) as refused:
        refuse(memory, wrong)
    assert (refused.value.code, str(refused.value)) == (wrong.code, wrong.message)


def test_what_cannot_be_read_is_refused_with_the_words_of_go(memory: Memory) -> None:
    for words, resource, body in unreadable():
        with pytest.raises(ApiError) as refused:
            memory.create(resource, body)
        assert str(refused.value).endswith(f": json: cannot unmarshal {words}")


@pytest.mark.parametrize(
    ("resource", "body"),
    [(CRON_JOBS, cron_job("")), (JOBS, job("")), (NAMESPACES, namespace(""))],
)
def test_what_has_no_name_is_refused_also_where_something_is_made_of_the_name(
    memory: Memory, resource: Resource, body: Manifest
) -> None:
    with pytest.raises(ApiError, match="name or generateName is required") as refused:
        memory.create(resource, body)
    assert refused.value.code == 422


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("orasi.io/b c", 'Invalid value: "b c": Invalid path '),
        (f"orasi.io/{'x' * 55}", "Too long: may not be more than 63 bytes"),
    ],
)
def test_who_manages_a_job_has_a_short_path(memory: Memory, text: str, why: str) -> None:
    with pytest.raises(ApiError, match=f"spec.managedBy: {why}"):
        memory.create(JOBS, job(managedBy=text))


def refuse(memory: Memory, wrong: Wrong) -> None:
    found = memory.create(wrong.resource, wrong.body)
    memory.update(wrong.resource, with_spec(found, **(wrong.changes or {})))


def test_each_bound_of_a_rolling_update_has_its_own_default(memory: Memory) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}}
    created = memory.create(DEPLOYMENTS, deployment(strategy=strategy))
    assert created["spec"]["strategy"]["rollingUpdate"] == {
        "maxSurge": "25%",
        "maxUnavailable": 0,
    }


def test_the_address_of_a_service_stays_if_an_update_does_not_name_it(memory: Memory) -> None:
    spec = {"clusterIP": "None", "ports": [{"port": 80}]}
    memory.create(SERVICES, manifest(SERVICES, "web", spec))
    updated = memory.update(SERVICES, manifest(SERVICES, "web", {"ports": [{"port": 81}]}))
    assert updated["spec"]["clusterIP"] == "None"


def test_amounts_are_stored_as_the_api_server_writes_them(memory: Memory) -> None:
    limits = {"cpu": 0.5, "memory": "1024Mi", "example.com/gpu": 2}
    created = memory.create(DEPLOYMENTS, deployment(resources={"limits": limits}))
    (container,) = created["spec"]["template"]["spec"]["containers"]
    assert container["resources"]["limits"] == {
        "cpu": "500m",
        "memory": "1Gi",
        "example.com/gpu": "2",
    }
