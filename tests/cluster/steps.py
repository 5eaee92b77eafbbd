"""Writes to one object, one after the other, and what a cluster answers to each."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from orasi.cluster.api import ApiError, Cluster, Manifest, Resource
from orasi.cluster.memory.merge_patch import merge_patched

APPLIERS = ("a", "b")
CHANCE = ("creationTimestamp", "resourceVersion", "uid")
GIVEN_PORTS = ("nodePort", "healthCheckNodePort")


@dataclass(frozen=True)
class Step:
    """One write. What *body* is depends on the verb."""

    verb: str  # a method of `Player`
    body: Manifest
    manager: str = ""  # who applies
    version: str = "newest"  # of which the update is, or "none", "first"


@dataclass(frozen=True)
class Refusal:
    """Two of them are the same if their codes are."""

    code: int
    message: str = field(compare=False)


Outcome = Manifest | Refusal


class Player:
    """Plays steps with the object of this place."""

    def __init__(self, cluster: Cluster, resource: Resource, namespace: str, name: str) -> None:
        self._cluster = cluster
        self._resource = resource
        self._place = (namespace if resource.namespaced else "", name)
        self._seen: list[Manifest] = []

    def play(self, steps: Sequence[Step]) -> Iterator[Outcome]:
        for step in steps:
            try:
                found = getattr(self, step.verb)(step)
            except ApiError as error:
                yield Refusal(error.code, str(error))
            else:
                self._seen.append(found)
                yield comparable(found)

    def create(self, step: Step) -> Manifest:
        return self._cluster.create(self._resource, self._named(step.body))

    def apply(self, step: Step) -> Manifest:
        body = self._named(step.body)
        return self._cluster.apply(self._resource, body, field_manager=step.manager)

    def patch(self, step: Step) -> Manifest:
        return self._cluster.patch(self._resource, *self._place, step.body)

    def replace(self, step: Step) -> Manifest:
        """All of it, as kubectl replace does."""
        return self._cluster.update(self._resource, self._versioned(step))

    def edit(self, step: Step) -> Manifest:
        """What was seen last, with a merge patch of *body*, as controllers do."""
        edited = merge_patched(self._last(), step.body)
        return self._cluster.update(self._resource, self._versioned(step, edited))

    def report(self, step: Step) -> Manifest:
        reported = merge_patched(self._last(), step.body)
        return self._cluster.update_status(self._resource, self._versioned(step, reported))

    def delete(self, step: Step) -> Manifest:
        self._cluster.delete(self._resource, *self._place, propagation=step.body["propagation"])
        return self._cluster.get(self._resource, *self._place)

    def _last(self) -> Manifest:
        return self._cluster.get(self._resource, *self._place) if self._seen else {}

    def _named(self, body: Manifest) -> Manifest:
        namespace, name = self._place
        place = {"name": name, "namespace": namespace} if namespace else {"name": name}
        head = {"apiVersion": self._resource.api_version, "kind": self._resource.kind}
        return {**head, **body, "metadata": {**(body.get("metadata") or {}), **place}}

    def _versioned(self, step: Step, body: Manifest | None = None) -> Manifest:
        named = self._named(step.body if body is None else body)
        named["metadata"].pop("resourceVersion", None)
        if self._seen and step.version != "none":
            which = self._seen[0 if step.version == "first" else -1]
            named["metadata"]["resourceVersion"] = which["metadata"]["resourceVersion"]
        return named


def comparable(found: Manifest) -> Manifest:
    """*found* without what is chance, and with its fields by who manages them."""
    metadata = found["metadata"]
    result: Manifest = json.loads(json.dumps(found).replace(metadata["uid"], "UID"))
    described = {key: value for key, value in result["metadata"].items() if key not in CHANCE}
    if "deletionTimestamp" in described:
        described["deletionTimestamp"] = "TIME"
    described["managedFields"] = {_writer(each): each for each in metadata.get("managedFields", ())}
    result["metadata"] = json.loads(json.dumps(described))
    for entry in result["metadata"]["managedFields"].values():
        entry["time"] = "time" in entry
        del entry["manager"]
    if found["kind"] == "Namespace" and "finalizers" in described:  # a map in Go, for a moment
        result["metadata"]["finalizers"].sort()
    if found["kind"] == "Service":
        result["spec"] = _plain(result["spec"])
    return result


def _writer(entry: Manifest) -> str:
    """Clients go by another name here than there, unless they apply."""
    known = (*APPLIERS, "before-first-apply")
    manager = entry["manager"] if entry["manager"] in known else "client"
    return f"{manager} {entry['operation']} {entry.get('subresource', '')}"


def _plain(spec: Manifest) -> Manifest:
    """Of a Service, without the numbers that the API server has chosen."""
    chosen: dict[str, Any] = {}
    if spec.get("clusterIP") not in (None, "None"):
        chosen = {"clusterIP": "IP", "clusterIPs": ["IP"]}
    if "ports" in spec:
        chosen["ports"] = [
            {key: "PORT" if key in GIVEN_PORTS else value for key, value in port.items()}
            for port in spec["ports"]
        ]
    if "healthCheckNodePort" in spec:
        chosen["healthCheckNodePort"] = "PORT"
    return {**spec, **chosen}
