"""Workloads in memory and on the real control plane: the same scripts end in the same objects."""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import yaml

from orasi.cluster.api import Manifest
from tests.cluster.place import Place, in_memory
from tests.cluster.workload_scripts import SCRIPTS, Script
from tests.memory.workloads import (
    AUTOSCALERS,
    CLAIMS,
    DAEMON_SETS,
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    revision,
)


def state(place: Place) -> str:
    """Whatever should be the same on every cluster, as YAML, so that a failure is legible."""
    found = place.cluster.list(DEPLOYMENTS, place.namespace)
    owned = place.cluster.list(REPLICA_SETS, place.namespace)
    others = [each for kind in OTHERS for each in place.cluster.list(kind, place.namespace)]
    return yaml.dump_all(
        [
            *map(normalised, found),
            *map(normalised, sorted(owned, key=revision)),
            *map(bare, others),
            {"nodes": sorted({node(each) for each in place.cluster.list(PODS, place.namespace)})},
            *sorted((pod(each) for each in place.cluster.list(PODS, place.namespace)), key=str),
        ]
    )


def bare(found: Manifest) -> Manifest:
    """What is neither a Deployment nor a ReplicaSet, without times and what is chance."""
    metadata = found["metadata"]
    status = {name: plain_value(value) for name, value in found.get("status", {}).items()}
    status.pop("lastScaleTime", None)
    spec = {name: value for name, value in found.get("spec", {}).items() if name != "volumeName"}
    owners = [each["kind"] for each in metadata.get("ownerReferences", ())]
    return {
        "kind": found["kind"],
        "name": plain(metadata["name"]),
        "labels": metadata.get("labels"),
        "owners": owners,
        "spec": spec,
        "status": status,
    }


def plain_value(value: Any) -> Any:
    """Without times, and with hashes by another name."""
    match value:
        case str():
            return plain(value)
        case list():
            return sorted(map(plain_value, value), key=str)
        case dict():
            return {
                name: plain_value(each)
                for name, each in value.items()
                if name != "lastTransitionTime"
            }
    return value


def pod(found: Manifest) -> Manifest:
    """Of a pod of a StatefulSet or DaemonSet: what it is called, and who it is told to be.

    Not for which node: which of them is rolled first is chance, so all of them are told at once.
    """
    owners = [each["kind"] for each in found["metadata"].get("ownerReferences", ())]
    labels = found["metadata"].get("labels", {})
    if owners == ["ReplicaSet"]:
        return {}
    spec = found["spec"]
    kept = ("hostname", "subdomain", "affinity")
    tolerations = [each["key"] for each in spec.get("tolerations", ()) if "key" in each]
    name = found["metadata"]["name"]
    return {
        "name": name if owners == ["StatefulSet"] else "",
        "labels": {name: plain(text) for name, text in labels.items() if "hash" not in name},
        "image": spec["containers"][0]["image"],
        "tolerations": sorted(set(tolerations)),
        **{name: plain_value(spec[name]) for name in kept if name in spec},
    }


def node(found: Manifest) -> str:
    """The node that a pod of a DaemonSet is made for, or ""."""
    named = re.search(NODE, str(found["spec"].get("affinity")))
    return named[0] if named else ""


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
    return re.sub(NODE, "NODE", re.sub(HASHED, "web-HASH", text))


NODE = r"\bnode-\d+\b"
HASHED = r"\bweb-[a-z0-9]{8,10}(-[a-z0-9]{5})?\b"
OTHERS = (STATEFUL_SETS, DAEMON_SETS, AUTOSCALERS, CLAIMS)


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
