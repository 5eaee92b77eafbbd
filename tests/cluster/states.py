"""What is in a place, as YAML: without what is chance, so that two places can be compared."""

import re
from typing import Any

import yaml

from orasi.cluster.api import Manifest
from tests.cluster.place import Place
from tests.cluster.workload_scripts import Script
from tests.memory.workloads import (
    AUTOSCALERS,
    BUDGETS,
    CLAIMS,
    CONFIG_MAPS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    NAMESPACES,
    PODS,
    QUOTAS,
    REPLICA_SETS,
    STATEFUL_SETS,
    revision,
)

OTHERS = (
    *(STATEFUL_SETS, DAEMON_SETS, CRON_JOBS, JOBS, AUTOSCALERS, BUDGETS, CLAIMS, QUOTAS),
    CONFIG_MAPS,
)
FOREIGN = ("kube-root-ca.crt",)  # a ConfigMap that the real control plane makes everywhere
CHANCE = ("namespace", "resourceVersion", "schedule", "uid")
NODE = r"\bnode-\d+\b"
HASHED = r"\bweb-[a-z0-9]{8,10}(-[a-z0-9]{5})?\b"
UID = r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
TIME = r"\b\d{4}-\d\d-\d\dT[\d:]{8}Z"


def home(script: Script) -> str:
    """The namespace that it is played in."""
    return f"workloads-{script.__name__}".replace("_", "-")


def states(script: Script, place: Place) -> str:
    """The state at each rest of the script."""
    found = []
    for _ in script(place):
        place.rest(place)
        found.append(state(place))
    return "\n---\n# At rest again.\n".join(found)


def state(place: Place) -> str:
    """Whatever should be the same on every cluster."""
    found = place.cluster.list(DEPLOYMENTS, place.namespace)
    owned = place.cluster.list(REPLICA_SETS, place.namespace)
    others = [
        each
        for kind in OTHERS
        for each in place.cluster.list(kind, place.namespace)
        if each["metadata"]["name"] not in FOREIGN
    ]
    pods = place.cluster.list(PODS, place.namespace)
    home = [
        each
        for each in place.cluster.list(NAMESPACES)
        if each["metadata"]["name"] == place.namespace
    ]
    return yaml.dump_all(
        [
            *({"namespace": plain_value(each["status"])} for each in home),
            *map(normalised, found),
            *map(normalised, sorted(owned, key=revision)),
            *sorted(map(bare, others), key=str),
            {"nodes": sorted({node(each) for each in pods})},
            *sorted(map(pod, pods), key=str),
        ]
    )


def described(found: Manifest) -> Manifest:
    """Of the metadata what says who is responsible, and whether it is to go."""
    metadata = found["metadata"]
    return {
        "owners": plain_value(metadata.get("ownerReferences", [])),
        "finalizers": metadata.get("finalizers", []),
        "doomed": "deletionTimestamp" in metadata,
    }


def bare(found: Manifest) -> Manifest:
    """What is neither a pod, nor a Deployment or its ReplicaSet."""
    metadata = found["metadata"]
    spec = {name: value for name, value in found.get("spec", {}).items() if name != "volumeName"}
    return {
        "kind": found["kind"],
        "name": plain(metadata["name"]),
        "labels": plain_value(metadata.get("labels")),
        "spec": plain_value(spec),
        "status": plain_value(found.get("status", {})),
        **described(found),
    }


def plain_value(value: Any) -> Any:
    """Without what is chance, and with hashes by another name."""
    match value:
        case str():
            return plain(value)
        case list():
            return sorted(map(plain_value, value), key=str)
        case dict():
            return {name: plain_value(value[name]) for name in value if name not in CHANCE}
    return value


def pod(found: Manifest) -> Manifest:
    """What it is called, and who it is told to be.

    Not for which node: which of them is rolled first is chance, so all of them are told at once.
    """
    owners = [each["kind"] for each in found["metadata"].get("ownerReferences", ())]
    labels = found["metadata"].get("labels", {})
    spec = found["spec"]
    limited = found["metadata"].get("annotations", {}).get("kubernetes.io/limit-ranger")
    shown = {"resources": spec["containers"][0]["resources"], "limited": limited} if limited else {}
    if owners == ["ReplicaSet"]:
        return shown
    kept = ("hostname", "subdomain", "affinity")
    tolerations = [each["key"] for each in spec.get("tolerations", ()) if "key" in each]
    name = found["metadata"]["name"]
    return {
        "name": name if owners == ["StatefulSet"] else "",
        "labels": {name: plain(text) for name, text in labels.items() if "hash" not in name},
        "image": spec["containers"][0]["image"],
        "tolerations": sorted(set(tolerations)),
        "phase": found["status"]["phase"],
        **described(found),
        **{name: plain_value(spec[name]) for name in kept if name in spec},
        **shown,
    }


def node(found: Manifest) -> str:
    """The node that a pod of a DaemonSet is made for, or ""."""
    named = re.search(NODE, str(found["spec"].get("affinity")))
    return named[0] if named else ""


def normalised(found: Manifest) -> Manifest:
    """A Deployment or ReplicaSet."""
    metadata, spec, status = found["metadata"], found["spec"], found.get("status", {})
    conditions = sorted(status.get("conditions", ()), key=lambda each: str(each["type"]))
    names = ("type", "status", "reason", "message")
    shown = [{name: plain(each[name]) for name in names} for each in conditions]
    result = {"name": plain(metadata["name"]), "annotations": metadata.get("annotations")}
    result |= described(found)
    if found["kind"] == "ReplicaSet":  # how often it was resized depends on which pod was faster
        numbers = {name: status[name] for name in status if name != "observedGeneration"}
        return {**result, "replicas": spec["replicas"], "status": {**numbers, "conditions": shown}}
    result |= {"generation": metadata["generation"], "spec": spec}
    return {**result, "status": {**status, "conditions": shown}}


def plain(text: str) -> str:
    for pattern, name in ((UID, "UID"), (TIME, "TIME"), (HASHED, "web-HASH"), (NODE, "NODE")):
        text = re.sub(pattern, name, text)
    return text
