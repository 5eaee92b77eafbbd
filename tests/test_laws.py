"""What holds for every kind, whatever it is made of. Hypothesis looks for the exception."""

import copy
import json
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any

import hypothesis.strategies as st
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings

from hooks import API_VERSION
from hooks.composite import Composite
from hooks.contract import Manifest, sync_request
from hooks.contract.projection import LAST_APPLIED
from hooks.kinds import KINDS
from hooks.manifests import object_schema
from hooks.reconcile import reconcile
from hooks.references import referrers
from orasi.cluster.memory.schema import Schema
from orasi.cluster.memory.validation import misfits
from tests import golden
from tests.invented import invented, shuffled
from tests.worlds import JSON, STRATEGIES, World, alone, specs

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.singular)
every_strategy = pytest.mark.parametrize("strategy", STRATEGIES)


def lived(kind: Composite, client: FlaskClient, data: st.DataObject) -> list[tuple[str, Manifest]]:
    """Hook calls from a life in the embedded cluster: created, disturbed, edited, deleted."""
    world = alone(kind, client, data.draw(st.sampled_from(STRATEGIES)))
    world.create(data.draw(specs(kind)))
    list(world.loop.settle())
    if data.draw(st.booleans()):
        pause(world)
    for child in world.children():
        if data.draw(st.booleans()):
            disturb(world, child, data)
    list(world.loop.settle())
    if data.draw(st.booleans()):
        world.edit(data.draw(specs(kind)))
        list(world.loop.settle())
    if data.draw(st.booleans()):
        world.cluster.delete(world.parents, "default", "it")
        list(world.loop.settle())
    return [
        (path, body)
        for path, body, _ in world.webhook.exchanges
        if "/customize" not in path and identity(body["parent"]) == (kind.kind, "it")
    ]


@every_kind
@every_strategy
@settings(max_examples=2)
@given(data=st.data())
def test_the_copy_of_a_world_is_as_good_as_a_new_one(
    kind: Composite, client: FlaskClient, strategy: Any, data: st.DataObject
) -> None:
    new = World(kind, client, strategy, controllers=(kind,)).with_neighbours()
    spec = data.draw(specs(kind))
    worlds = (alone(kind, client, strategy), alone(kind, client, strategy), new)
    for world in worlds:
        world.create(spec)
        list(world.loop.settle())
    first, second, built = (
        [(path, body, answer.body) for path, body, answer in world.webhook.exchanges]
        for world in worlds
    )
    assert first == second == built


def pause(world: World) -> None:
    annotations = {"metadata": {"annotations": {"orasi.io/paused": "true"}}}
    world.cluster.patch(world.parents, "default", "it", annotations)
    list(world.loop.settle())


def disturb(world: World, child: Manifest, data: st.DataObject) -> None:
    resource = next(each for each in world.cluster.resources() if each.kind == child["kind"])
    if data.draw(st.booleans()):
        world.cluster.delete(resource, "default", child["metadata"]["name"])
    else:
        labels = {"metadata": {"labels": {"edited-by": "hand"}}}
        world.cluster.patch(resource, "default", child["metadata"]["name"], labels)


def post(client: FlaskClient, path: str, body: Any) -> tuple[int, bytes]:
    response = client.post(path, data=json.dumps(body))
    return response.status_code, response.data


@every_kind
@given(data=st.data())
def test_equal_worlds_get_equal_bytes(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    """Nothing but the request counts, and not the order of its maps either."""
    path, body = data.draw(st.sampled_from(lived(kind, client, data)))
    other = shuffled(body, data.draw(st.randoms(use_true_random=True)))
    assert post(client, path, body) == post(client, path, body) == post(client, path, other)


@every_kind
@given(data=st.data())
def test_the_request_is_left_as_it_was(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    _, body = data.draw(st.sampled_from(lived(kind, client, data)))
    before = copy.deepcopy(body)
    reconcile(kind, sync_request(kind.kind, body, declared=kind.children))
    assert body == before


@every_kind
@given(data=st.data())
def test_an_unchanged_world_gets_an_unchanged_answer(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    """Otherwise each answer is a write, each write an event, and each event a call."""
    path, body = data.draw(st.sampled_from(lived(kind, client, data)))
    code, answer = post(client, path, body)
    stored = copy.deepcopy(body)
    stored["parent"]["status"] = json.loads(answer)["status"]
    assert post(client, path, stored) == (code, answer)


@every_kind
@given(data=st.data())
def test_our_own_write_of_the_status_changes_no_answer(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    """Else a cache that lags behind it and a fresh one overwrite each other's answers."""
    path, body = data.draw(st.sampled_from(lived(kind, client, data)))
    written = copy.deepcopy(body)
    entry = {"operation": "Update", "subresource": "status", "time": "2030-01-01T00:00:00Z"}
    written["parent"]["metadata"].setdefault("managedFields", []).append(entry)
    assert post(client, path, written) == post(client, path, body)


@every_kind
@every_strategy
@given(data=st.data())
def test_it_settles_in_four_passes_and_then_writes_nothing(
    kind: Composite, client: FlaskClient, strategy: Any, data: st.DataObject
) -> None:
    world = alone(kind, client, strategy)
    world.create(data.draw(specs(kind)))
    passes = list(world.loop.settle())
    assert len(passes) <= 4
    assert not any(each.errors for each in passes)
    assert passes[-1].writes == ()
    world.cluster.patch(
        world.parents, "default", "it", {"metadata": {"annotations": {"touched": "yes"}}}
    )
    assert world.loop.run_pass().writes == ()


@every_kind
@every_strategy
@given(data=st.data())
def test_a_deleted_parent_leaves_nothing(
    kind: Composite, client: FlaskClient, strategy: Any, data: st.DataObject
) -> None:
    world = alone(kind, client, strategy)
    world.create(data.draw(specs(kind)))
    for _ in range(data.draw(st.integers(0, 3))):
        world.loop.run_pass()
    world.cluster.delete(world.parents, "default", "it")
    list(world.loop.settle())
    assert world.parent() is None
    assert world.children() == []


@every_kind
@every_strategy
@given(data=st.data())
def test_a_pause_keeps_every_child_as_it_is(
    kind: Composite, client: FlaskClient, strategy: Any, data: st.DataObject
) -> None:
    """Edits by hand included, whatever becomes of the spec meanwhile."""
    world = alone(kind, client, strategy)
    world.create(data.draw(specs(kind)))
    list(world.loop.settle())
    pause(world)
    for child in world.children():
        if data.draw(st.booleans()):
            disturb(world, child, data)
    list(world.loop.settle())
    before = [content(child) for child in world.children()]
    world.edit(data.draw(specs(kind)))
    list(world.loop.settle())
    assert [content(child) for child in world.children()] == before


def content(child: Manifest) -> Manifest:
    """What somebody meant to say with *child*; the rest is how the cluster and we note it down."""
    metadata = {
        key: value
        for key, value in child["metadata"].items()
        if key not in ("resourceVersion", "managedFields")
    }
    annotations = metadata.get("annotations", {})
    kept = {key: value for key, value in annotations.items() if key != LAST_APPLIED}
    return child | {"metadata": metadata | {"annotations": kept}}


@every_kind
@given(data=st.data())
def test_finalizing_ends_whatever_is_observed(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    """The spec may be anything: each call asks for fewer children, and the last lets go."""
    _, body = data.draw(st.sampled_from(lived(kind, client, data)))
    body = body | {"finalizing": True, "parent": body["parent"] | {"spec": data.draw(JSON)}}
    # Metacontroller asks again who uses it.
    users: Manifest = {f"{each}.{API_VERSION}": {} for each in referrers(kind.kind)}
    body["related"] = users | body["related"]
    for _ in range(10):
        code, answer = post(client, f"/hooks/{kind.singular}/finalize", body)
        assert code == 200
        kept = {identity(child) for child in json.loads(answer)["children"]}
        body = body | {"children": only(body["children"], kept)}
        if json.loads(answer).get("finalized"):
            assert kept == set()
            return
    pytest.fail("it never lets go")


@every_kind
@given(data=st.data())
def test_what_is_unobserved_is_never_ready(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    path, body = data.draw(st.sampled_from(lived(kind, client, data)))
    answer = json.loads(post(client, path, body)[1])
    (ready,) = (each for each in answer["status"]["conditions"] if each["type"] == "Ready")
    if identities(answer["children"]) - observed(body):
        assert ready["status"] != "True"


@every_kind
@given(data=st.data())
def test_children_are_declared_distinct_and_beside_their_parent(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    """What is not declared would be made once and then forgotten."""
    path, body = data.draw(st.sampled_from(lived(kind, client, data)))
    children = json.loads(post(client, path, body)[1])["children"]
    declared = {(child.api_version, child.kind) for child in kind.children}
    assert {(each["apiVersion"], each["kind"]) for each in children} <= declared
    assert len({identity(each) for each in children}) == len(children)
    assert {each["metadata"]["namespace"] for each in children} <= {"default"}


@every_kind
@given(data=st.data())
def test_the_status_fits_the_schema(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    """A field that the schema does not know would be dropped, and written again for ever."""
    path, body = data.draw(st.sampled_from(lived(kind, client, data)))
    status = json.loads(post(client, path, body)[1])["status"]
    schema = status_schema(kind)
    assert list(misfits(schema, status)) == []
    assert status.keys() <= schema.properties.keys()


@cache
def status_schema(kind: Composite) -> Schema:
    return Schema.parse(object_schema(kind)["properties"]["status"])


@every_kind
@given(data=st.data())
def test_garbage_never_costs_a_child(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    """A body is refused as a whole, or what is observed stays as long as the spec is invalid.

    And garbage in what is observed, or related, lets go of nothing that is wanted without it.
    """
    path, body = data.draw(st.sampled_from(lived(kind, client, data)))
    wanted = identities(json.loads(post(client, path, body)[1])["children"])
    spoiled = invented(body, data)
    code, answer = post(client, path, spoiled)
    assert code == 400 or code == 200
    if code == 400:
        assert len(answer) < 2000
        return
    if all(spoiled[key] == body[key] for key in ("parent", "finalizing")):
        assert identities(json.loads(answer)["children"]) >= wanted & observed(spoiled)
    spoiled = body | {"parent": body["parent"] | {"spec": data.draw(JSON)}, "finalizing": False}
    code, answer = post(client, f"/hooks/{kind.singular}/sync", spoiled)
    assert code == 200
    response = json.loads(answer)
    (ready,) = (each for each in response["status"]["conditions"] if each["type"] == "Ready")
    if ready["reason"] == "InvalidSpec":
        assert identities(response["children"]) == observed(body)


def test_another_process_answers_the_same() -> None:
    """Hash seeds, memory and time of a process must not show."""
    paths = [path for path in golden.cases() if path.stem in ("settled", "paused", "all-metadata")]
    program = (
        "import sys; from hooks.app import create_app; from tests import golden; import pathlib\n"
        "client = create_app().test_client()\n"
        "for path in map(pathlib.Path, sys.argv[1:]):\n"
        "    body = golden.envelope(path)\n"
        "    kind = path.parent.name\n"
        "    sys.stdout.buffer.write(client.post(f'/hooks/{kind}/sync', json=body).data)\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, *map(str, paths)],
            env={"PYTHONHASHSEED": seed, "ORASI_LOG_LEVEL": "error"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert outputs != {b""}


def identity(manifest: Manifest) -> tuple[str, str]:
    return manifest["kind"], manifest["metadata"]["name"]


def identities(children: Iterable[Manifest]) -> set[tuple[str, str]]:
    return {identity(each) for each in children}


def observed(body: Manifest) -> set[tuple[str, str]]:
    return identities(each for group in body["children"].values() for each in group.values())


def only(groups: Manifest, kept: set[tuple[str, str]]) -> Manifest:
    return {
        group: {key: each for key, each in objects.items() if identity(each) in kept}
        for group, objects in groups.items()
    }
