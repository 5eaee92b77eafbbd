"""Autoscalers of custom kinds, which say themselves where their number of pods is."""

from typing import Any

from orasi.cluster.api import Manifest
from tests.memory.documents import DEFINITIONS, DOCUMENTS, definition
from tests.memory.workloads import AUTOSCALERS, DEPLOYMENTS, World, autoscaler, deployment, manifest

PATHS = {
    "specReplicasPath": ".spec.size.wanted",
    "statusReplicasPath": ".status.size",
    "labelSelectorPath": ".status.selector",
}
NUMBER: Manifest = {"type": "integer", "maximum": 7}
TEXT: Manifest = {"type": "string"}


def fields(**properties: Manifest) -> Manifest:
    return {"type": "object", "properties": properties}


def sized(world: World, wanted: int | None, **subresources: Any) -> None:
    """A kind with these *subresources*, one object of that size, and its autoscaler."""
    spec = fields(size=fields(wanted=NUMBER, kept=NUMBER))
    described = definition(fields(spec=spec, status=fields(size=NUMBER, selector=TEXT)))
    described["spec"]["versions"][0]["subresources"] = {"status": {}, **subresources}
    world.memory.create(DEFINITIONS, described)
    size = {"kept": 1} if wanted is None else {"kept": 1, "wanted": wanted}
    world.memory.create(DOCUMENTS, manifest(DOCUMENTS, "web", {"size": size}))
    world.memory.create(AUTOSCALERS, autoscaler(DOCUMENTS, minReplicas=2, maxReplicas=9))
    world.rest()


def told(world: World) -> tuple[str, str]:
    """What its first condition says, and why."""
    first = world.memory.get(AUTOSCALERS, "default", "web")["status"]["conditions"][0]
    return first["status"], first["message"].partition(": ")[2]


def size(world: World) -> Manifest:
    found: Manifest = world.memory.get(DOCUMENTS, "default", "web")["spec"]["size"]
    return found


def test_its_number_is_where_its_definition_says(world: World) -> None:
    sized(world, 1, scale=PATHS)
    assert size(world) == {"wanted": 2, "kept": 1}


def test_its_pods_are_those_that_its_status_selects(world: World) -> None:
    world.create(deployment(replicas=2, resources={"requests": {"cpu": "100m"}}))
    world.memory.load["default", "web"] = {"cpu": 150}
    sized(world, 2, scale=PATHS)
    assert size(world)["wanted"] == 2
    found = world.memory.get(DOCUMENTS, "default", "web")
    reported = {**found, "status": {"size": 2, "selector": "app=web"}}
    world.memory.update_status(DOCUMENTS, reported)
    world.rest()
    assert size(world)["wanted"] == 3
    assert world.memory.get(DEPLOYMENTS, "default", "web")["spec"]["replicas"] == 2


def test_a_number_that_is_refused_is_told(world: World) -> None:
    sized(world, 1, scale=PATHS)
    found = world.memory.get(AUTOSCALERS, "default", "web")
    spec = {**found["spec"], "minReplicas": 8}
    world.memory.update(AUTOSCALERS, {**found, "spec": spec})
    world.rest()
    assert size(world)["wanted"] == 2
    assert told(world) == (
        "False",
        'Document.test.orasi.io "web" is invalid: spec.size.wanted: Invalid value: 8: '
        "spec.size.wanted in body should be less than or equal to 7",
    )


def test_where_there_is_no_number_none_is_written(world: World) -> None:
    sized(world, None, scale=PATHS)
    why = 'the spec replicas field ".spec.size.wanted" does not exist'
    assert told(world) == ("False", f"Internal error occurred: {why}")
    assert size(world) == {"kept": 1}


def test_a_kind_may_have_no_scale(world: World) -> None:
    sized(world, 1)
    assert told(world) == ("False", "the server could not find the requested resource")
