"""Built-in objects in memory and on the real API server: stored alike, refused alike."""

from collections.abc import Callable

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given, settings

from hooks.kinds.connector.schedule import LONGEST_SCHEDULE, SCHEDULE, mistakes
from orasi.cluster.api import ApiError
from tests.cluster.place import Place, in_memory
from tests.memory.beyond_quota import BEYOND
from tests.memory.changed_pods import REFUSED, TAKEN
from tests.memory.insecure import ENFORCE, INSECURE
from tests.memory.out_of_bounds import CASES
from tests.memory.workloads import (
    CLAIMS,
    CRON_JOBS,
    DEPLOYMENTS,
    LIMIT_RANGES,
    NAMESPACES,
    PODS,
    QUOTAS,
    SERVICES,
    container,
    cron_job,
    deployment,
    manifest,
    quota,
    with_spec,
)
from tests.memory.wrong import WRONG, Wrong

RESOURCES = {each.kind: each for each in (CLAIMS, PODS, SERVICES)}
AMOUNTS = (
    *("0", "1000m", "0.5", 0.5, 2, "1e3", "1E3", "1500M", "1024Mi", "1.5Gi", "1.500", "5."),
    *("250u", "0.0001", "1.0000001", "100e-3", "0.1Ki", "007", "1000000k", "1048576Ki"),
)


def test_they_store_the_same_quantities(new_place: Callable[[str], Place]) -> None:
    body = deployment(replicas=0)
    body["spec"]["template"]["spec"]["containers"] = [
        {**container(), "name": f"c{index}", "resources": {"requests": {"memory": amount}}}
        for index, amount in enumerate(AMOUNTS)
    ]
    places = (in_memory(), new_place("workloads-quantities"))
    stored = [place.create(DEPLOYMENTS, body)["spec"] for place in places]
    assert stored[0] == stored[1]


def test_they_leave_out_the_same_zeros(new_place: Callable[[str], Place]) -> None:
    pod = {
        **dict.fromkeys(("hostIPC", "hostNetwork", "hostPID"), False),
        "containers": [
            {
                **container(stdin=False, stdinOnce=False, tty=False, resources={"limits": {}}),
                "readinessProbe": {"httpGet": {"port": 80}, "initialDelaySeconds": 0},
                "volumeMounts": [{"name": "a", "mountPath": "/a", "readOnly": False}],
            }
        ],
        "volumes": [{"name": "a", "emptyDir": {"sizeLimit": "1024Mi"}}],
    }
    body = deployment(pod=pod, replicas=0, paused=False, minReadySeconds=0)
    places = (in_memory(), new_place("workloads-zeros"))
    stored = [place.create(DEPLOYMENTS, body)["spec"] for place in places]
    assert stored[0] == stored[1]


def test_they_store_the_same_cron_job(new_place: Callable[[str], Place]) -> None:
    files = [{"secret": {"name": "a", "items": [{"key": "b", "path": "c/d"}]}}]
    pod = {
        "volumes": [{"name": "a", "projected": {"sources": files}}],
        "containers": [container(resources={"limits": {"memory": "1024Mi"}})],
    }
    body = cron_job(pod=pod)
    places = (in_memory(), new_place("workloads-cron-job"))
    stored = [place.create(CRON_JOBS, body) for place in places]
    assert stored[0]["spec"] == stored[1]["spec"]
    assert stored[0]["status"] == stored[1]["status"] == {}


def test_it_takes_every_schedule_that_a_probe_may_have(new_place: Callable[[str], Place]) -> None:
    """Else a Connector would be taken, and its CronJob refused for ever."""
    place = new_place("schedules")

    @given(schedule=st.from_regex(SCHEDULE, fullmatch=True))
    @settings(max_examples=200)
    def take(schedule: str) -> None:
        assume(len(schedule) <= LONGEST_SCHEDULE and not list(mistakes(schedule)))
        taken = place.create(CRON_JOBS, cron_job(schedule=schedule, suspend=True))
        assert taken["spec"]["schedule"] == schedule
        place.delete(CRON_JOBS, taken["metadata"]["name"])

    take()


@pytest.mark.parametrize("name", WRONG)
def test_it_refuses_with_these_words(name: str, new_place: Callable[[str], Place]) -> None:
    """Those that the cluster in memory is held to elsewhere."""
    wrong, place = WRONG[name], new_place(f"refused-{name}")
    with pytest.raises(ApiError) as refused:
        refuse(place, wrong)
    assert (refused.value.code, str(refused.value)) == (wrong.code, wrong.message)


@pytest.mark.parametrize("name", TAKEN)
def test_it_takes_these_changes_of_pods(name: str, new_place: Callable[[str], Place]) -> None:
    change, place = TAKEN[name], new_place(f"taken-{name}")
    created = place.create(change.resource, change.body)
    place.edit(change.changed, resource=change.resource)
    found = place.get(change.resource)["metadata"]["resourceVersion"]
    assert found != created["metadata"]["resourceVersion"]


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses_these_changes_of_pods(name: str, new_place: Callable[[str], Place]) -> None:
    """Of its words the first line: the diff that follows is of fields as Go has them."""
    change, place = REFUSED[name], new_place(f"changed-{name}")
    place.create(change.resource, change.body)
    with pytest.raises(ApiError) as refused:
        place.edit(change.changed, resource=change.resource)
    assert (refused.value.code, str(refused.value).partition("\n")[0]) == (422, change.message)


@pytest.mark.parametrize("name", INSECURE)
def test_it_refuses_insecure_pods_with_these_words(
    name: str, new_place: Callable[[str], Place]
) -> None:
    case, place = INSECURE[name], new_place(f"insecure-{name}".replace(" ", "-").replace("'", ""))
    namespace = place.cluster.get(NAMESPACES, "", place.namespace)
    labels = {**namespace["metadata"]["labels"], ENFORCE: case.level}
    metadata = {**namespace["metadata"], "labels": labels}
    place.cluster.update(NAMESPACES, {**namespace, "metadata": metadata})
    with pytest.raises(ApiError) as refused:
        place.create(PODS, manifest(PODS, "web", case.spec))
    assert str(refused.value) == f'pods "web" is forbidden: {case.message}'


@pytest.mark.parametrize("name", CASES)
def test_it_refuses_what_is_out_of_bounds_with_these_words(
    name: str, new_place: Callable[[str], Place]
) -> None:
    case, place = CASES[name], new_place(f"bounds-{name}".replace(" ", "-"))
    place.create(LIMIT_RANGES, manifest(LIMIT_RANGES, "bounds", {"limits": [case.item]}))
    spec = {"containers": [container(resources=case.resources)]}
    with pytest.raises(ApiError) as refused:
        place.create(PODS, manifest(PODS, "web", spec))
    assert str(refused.value) == f'pods "web" is forbidden: {case.message}'


@pytest.mark.parametrize("name", BEYOND)
def test_it_refuses_what_is_beyond_a_quota_with_these_words(
    name: str, new_place: Callable[[str], Place]
) -> None:
    case, place = BEYOND[name], new_place(f"beyond-{name}")
    place.create(QUOTAS, quota(case.hard))
    place.until(lambda: "used" in place.get(QUOTAS, "limits").get("status", {}))
    resource = RESOURCES[case.body["kind"]]
    with pytest.raises(ApiError) as refused:
        refuse(place, Wrong(case.message, resource, case.body, case.changes))
    found = f'{resource.plural} "web" is forbidden: {case.message}'
    assert (refused.value.code, str(refused.value)) == (403, found)


def refuse(place: Place, wrong: Wrong) -> None:
    place.create(wrong.resource, wrong.body)
    if wrong.changes:
        place.edit(with_spec, resource=wrong.resource, **wrong.changes)
