"""Deployments in memory and on the real control plane: the same scripts end in the same objects."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import yaml

from orasi.cluster.api import Manifest
from tests.cluster.place import Place, in_memory
from tests.memory.workloads import (
    DEPLOYMENTS,
    QUOTAS,
    REPLICA_SETS,
    deployment,
    quota,
    revision,
    with_container,
    with_spec,
)


def state(place: Place) -> str:
    """Whatever should be the same on every cluster, as YAML, so that a failure is legible."""
    found = place.cluster.list(DEPLOYMENTS, place.namespace)
    owned = place.cluster.list(REPLICA_SETS, place.namespace)
    return yaml.dump_all([*map(normalised, found), *map(normalised, sorted(owned, key=revision))])


def normalised(found: Manifest) -> Manifest:
    """Without times, and with hashes by another name."""
    metadata, spec, status = found["metadata"], found["spec"], found.get("status", {})
    conditions = sorted(status.get("conditions", ()), key=lambda each: str(each["type"]))
    names = ("type", "status", "reason", "message")
    shown = [{name: plain(each[name]) for name in names} for each in conditions]
    result = {"name": plain(metadata["name"]), "annotations": metadata["annotations"]}
    if found["kind"] == "ReplicaSet":  # how often it was resized depends on which pod was faster
        numbers = {name: status[name] for name in status if name != "observedGeneration"}
        return {**result, "replicas": spec["replicas"], "status": {**numbers, "conditions": shown}}
    result |= {"generation": metadata["generation"], "spec": spec}
    return {**result, "status": {**status, "conditions": shown}}


def plain(text: str) -> str:
    return re.sub(r"\bweb-[a-z0-9]{8,10}(-[a-z0-9]{5})?\b", r"web-HASH", text)


def restarted(found: Manifest) -> Manifest:
    """What `kubectl rollout restart` does."""
    template = found["spec"]["template"]
    annotations = {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}
    metadata = {**template["metadata"], "annotations": annotations}
    return with_spec(found, template={**template, "metadata": metadata})


HUGE = {"requests": {"cpu": "1000"}}
Script = Callable[[Place], Iterator[None]]


def created(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=3))
    yield


def created_empty(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=0))
    yield


def scaled(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2))
    for replicas in (5, 1, 0, 2):
        yield
        place.edit(with_spec, replicas=replicas)
    yield


def rolled(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=4))
    yield
    place.edit(with_container, image="web:2")
    yield
    place.edit(with_container, image="web:1")  # the first ReplicaSet once more
    yield


def rolled_carefully(place: Place) -> Iterator[None]:
    parameters = {"maxSurge": 1, "maxUnavailable": 0}
    strategy = {"type": "RollingUpdate", "rollingUpdate": parameters}
    place.create(DEPLOYMENTS, deployment(replicas=3, strategy=strategy, minReadySeconds=1))
    yield
    place.edit(with_container, image="web:2")
    yield


def recreated(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2, strategy={"type": "Recreate"}))
    yield
    place.edit(with_container, image="web:2")
    yield


def restart(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2))
    yield
    place.edit(restarted)
    yield


def annotated(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=1))
    yield

    def change(found: Manifest) -> Manifest:
        metadata = found["metadata"]
        annotations = {**metadata["annotations"], "orasi.io/note": "hello"}
        return {**found, "metadata": {**metadata, "annotations": annotations}}

    place.edit(change)
    yield


def paused(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2))
    yield
    place.edit(with_spec, paused=True)
    yield
    place.edit(with_container, image="web:2")
    place.edit(with_spec, replicas=3)
    yield
    place.edit(with_spec, paused=False)
    yield


def forgetful(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=1, revisionHistoryLimit=1))
    for number in (2, 3, 4):
        yield
        place.edit(with_container, image=f"web:{number}")
    yield


def refused_by_quota(place: Place) -> Iterator[None]:
    place.create(QUOTAS, quota({"pods": 2}))
    place.rest(place)
    place.create(DEPLOYMENTS, deployment(replicas=4))
    yield


def refused_for_want_of_requests(place: Place) -> Iterator[None]:
    place.create(QUOTAS, quota({"requests.cpu": 1, "limits.memory": "1Gi"}))
    place.rest(place)
    place.create(DEPLOYMENTS, deployment(replicas=1))
    yield


def refused_too_much(place: Place) -> Iterator[None]:
    place.create(QUOTAS, quota({"requests.memory": "1Gi", "cpu": "0.5"}))
    place.rest(place)
    asked = {"requests": {"cpu": "300m", "memory": "600Mi"}}
    place.create(DEPLOYMENTS, deployment(replicas=2, resources=asked))
    yield


def unschedulable(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2, resources=HUGE))
    yield
    place.edit(with_container)
    yield


def stuck(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=4, progressDeadlineSeconds=3))
    yield
    place.edit(with_container, resources=HUGE)
    yield
    place.edit(with_spec, replicas=8)  # shared out among old and new
    yield
    place.edit(with_container, image="web:2")
    yield


SCRIPTS: Sequence[Script] = (
    created,
    created_empty,
    scaled,
    rolled,
    rolled_carefully,
    recreated,
    restart,
    annotated,
    paused,
    forgetful,
    refused_by_quota,
    refused_for_want_of_requests,
    refused_too_much,
    unschedulable,
    stuck,
)


def states(script: Script, place: Place) -> str:
    """The state at each rest of the script."""
    found = []
    for _ in script(place):
        place.rest(place)
        found.append(state(place))
    return "\n---\n# At rest again.\n".join(found)


@pytest.fixture(scope="module")
def real_states(new_place: Callable[[str], Place]) -> Iterator[Mapping[str, Future[str]]]:
    """What the real controllers make of each script; all of them are played at once."""
    with ThreadPoolExecutor(len(SCRIPTS)) as pool:
        yield {
            script.__name__: pool.submit(
                states, script, new_place(f"workloads-{script.__name__}".replace("_", "-"))
            )
            for script in SCRIPTS
        }


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_they_come_to_the_same_rest(script: Script, real_states: Mapping[str, Future[str]]) -> None:
    expected = real_states[script.__name__].result()
    assert states(script, in_memory()) == expected
