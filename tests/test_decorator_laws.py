"""What holds for every decorator, whatever it attaches. Golden cases give the worlds."""

import contextlib
import copy
import json
from functools import cache
from typing import Any

import hypothesis.strategies as st
import pytest
from flask.testing import FlaskClient
from hypothesis import given

from hooks.contract import Manifest, decorator_request
from hooks.decorator import Decorator, decorated
from hooks.decorators import DECORATORS
from hooks.errors import InvalidObject
from hooks.kinds.document import DOCUMENT
from tests import golden
from tests.invented import invented, shuffled
from tests.test_laws import identity, post
from tests.worlds import NAMESPACES, STRATEGIES, World

every_decorator = pytest.mark.parametrize(
    "decorator", DECORATORS, ids=lambda decorator: decorator.singular
)


@cache
def worlds(decorator: Decorator) -> list[Manifest]:
    """The requests of all golden cases that are answered, or refused for what the object says.

    To be treated as constants.
    """
    return [
        golden.envelope(path)
        for path in golden.cases()
        if path.parent.name == decorator.singular
        and golden.load(path)["response"]["code"] in (200, 422)
    ]


def ask(client: FlaskClient, decorator: Decorator, body: Manifest) -> tuple[int, bytes]:
    return post(client, f"/hooks/{decorator.singular}/sync", body)


def followed(decorator: Decorator, body: Manifest, answer: Manifest) -> Manifest:
    """The world after Metacontroller has done what the answer says."""
    subject = copy.deepcopy(body["object"])
    for name in ("labels", "annotations"):
        texts = {**subject["metadata"].get(name, {}), **answer[name]}
        kept = {key: text for key, text in texts.items() if text is not None}
        subject["metadata"] |= {name: kept} if kept else {}
        if not kept:
            subject["metadata"].pop(name, None)
    mark = {golden.DECORATOR_CONTROLLER: body["controller"]["metadata"]["name"]}
    attached = [
        golden.observed(each, subject, {"annotations": mark}) for each in answer["attachments"]
    ]
    groups: Manifest = {f"{each.kind}.{each.api_version}": {} for each in decorator.attachments}
    return body | {"object": subject, "attachments": groups | golden.grouped(attached)}


def observed(body: Manifest) -> set[tuple[str, str]]:
    return {identity(each) for group in body["attachments"].values() for each in group.values()}


@every_decorator
@given(data=st.data())
def test_equal_worlds_get_equal_bytes(
    decorator: Decorator, client: FlaskClient, data: st.DataObject
) -> None:
    body = data.draw(st.sampled_from(worlds(decorator)))
    other = shuffled(body, data.draw(st.randoms(use_true_random=True)))
    answers = {ask(client, decorator, each) for each in (body, body, other)}
    assert len(answers) == 1


@every_decorator
def test_the_request_is_left_as_it_was(decorator: Decorator) -> None:
    for body in worlds(decorator):
        before = copy.deepcopy(body)
        request = decorator_request(
            decorator.api_version, decorator.object_kind, body, declared=decorator.attachments
        )
        with contextlib.suppress(InvalidObject):
            decorated(decorator, request)
        assert body == before


@every_decorator
@given(data=st.data())
def test_attachments_are_declared_distinct_whole_and_beside_their_object(
    decorator: Decorator, client: FlaskClient, data: st.DataObject
) -> None:
    body = data.draw(st.sampled_from(worlds(decorator)))
    code, answer = ask(client, decorator, body)
    if code != 200:
        return
    attachments = json.loads(answer)["attachments"]
    metadata = body["object"]["metadata"]
    declared = {(child.api_version, child.kind) for child in decorator.attachments}
    assert {(each["apiVersion"], each["kind"]) for each in attachments} <= declared
    assert len({identity(each) for each in attachments}) == len(attachments)
    place = metadata.get("namespace", metadata["name"])
    assert {each["metadata"]["namespace"] for each in attachments} <= {place}
    assert "null" not in json.dumps(attachments)


@every_decorator
def test_at_rest_nothing_is_written(decorator: Decorator, client: FlaskClient) -> None:
    """Whoever does what the answer says is told the same again, and nothing about the object."""
    for body in worlds(decorator):
        code, first = ask(client, decorator, body)
        if code != 200:
            continue
        after = followed(decorator, body, json.loads(first))
        code, second = ask(client, decorator, after)
        assert code == 200
        again = followed(decorator, after, json.loads(second))
        assert observed(again) == observed(after)
        assert again["object"] == after["object"]
        assert ask(client, decorator, again) == (code, second)


@every_decorator
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_it_settles_in_four_passes_and_then_writes_nothing(
    decorator: Decorator, client: FlaskClient, strategy: Any
) -> None:
    """In the embedded cluster, which stores what it is given as a real one does."""
    for body in worlds(decorator):
        leaving = "deletionTimestamp" in body["object"]["metadata"]
        if leaving or ask(client, decorator, body)[0] != 200:
            continue
        world = World(DOCUMENT, client, strategy, controllers=(decorator,))
        resource = world.resource(decorator.object_kind)
        subject = placed(world, body["object"])
        passes = list(world.loop.settle())
        assert len(passes) <= 4
        assert not any(each.errors for each in passes)
        metadata = {"annotations": {"touched": "yes"}}
        name, namespace = subject["metadata"]["name"], subject["metadata"].get("namespace", "")
        world.cluster.patch(resource, namespace, name, {"metadata": metadata})
        assert world.loop.run_pass().writes == ()
        world.cluster.delete(resource, namespace, name)
        list(world.loop.settle())
        assert attached(world, decorator, subject) == []


def attached(world: World, decorator: Decorator, subject: Manifest) -> list[Manifest]:
    owner = subject["metadata"]["uid"]
    return [
        each
        for child in decorator.attachments
        for each in world.cluster.list(world.resource(child.kind))
        if owner in [one["uid"] for one in each["metadata"].get("ownerReferences", ())]
    ]


def placed(world: World, subject: Manifest) -> Manifest:
    """What a person would apply to have this object, applied."""
    metadata = {
        key: value
        for key, value in subject["metadata"].items()
        if key in ("name", "namespace", "labels", "annotations")
    }
    namespace = metadata.get("namespace")
    if namespace:
        home = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        world.cluster.create(NAMESPACES, home)
    manifest = {"apiVersion": subject["apiVersion"], "kind": subject["kind"], "metadata": metadata}
    if namespace:
        manifest["spec"] = subject["spec"]
    resource = world.resource(subject["kind"])
    return world.cluster.apply(resource, manifest, field_manager="person")


@every_decorator
def test_only_who_says_so_writes_on_the_object(decorator: Decorator, client: FlaskClient) -> None:
    """The rights to do so are given by the same word."""
    allowed = {decorator.complaint.key} if decorator.complaint else set()
    for body in worlds(decorator):
        code, answer = ask(client, decorator, body)
        if code == 200:
            response = json.loads(answer)
            assert response["labels"] == {}
            assert set(response["annotations"]) <= allowed


@every_decorator
def test_nothing_is_done_to_what_is_being_deleted(
    decorator: Decorator, client: FlaskClient
) -> None:
    for body in worlds(decorator):
        leaving = copy.deepcopy(body)
        leaving["object"]["metadata"]["deletionTimestamp"] = "2026-11-23T12:00:00Z"
        code, answer = ask(client, decorator, leaving)
        response = json.loads(answer)
        assert (code, response["annotations"], response["labels"]) == (200, {}, {})
        place = leaving["object"]["metadata"].get(
            "namespace", leaving["object"]["metadata"]["name"]
        )
        kept = {
            identity(each)
            for group in leaving["attachments"].values()
            for each in group.values()
            if each["metadata"]["namespace"] == place
        }
        assert {identity(each) for each in response["attachments"]} == kept


@every_decorator
@given(data=st.data())
def test_garbage_never_costs_an_attachment(
    decorator: Decorator, client: FlaskClient, data: st.DataObject
) -> None:
    """Whatever else is wrong, what is attached stays for as long as the object asks for it."""
    body = data.draw(st.sampled_from(worlds(decorator)))
    code, answer = ask(client, decorator, body)
    if code != 200 or not json.loads(answer)["attachments"]:
        return
    settled = followed(decorator, body, json.loads(answer))
    spoiled = invented(settled, data)
    code, answer = ask(client, decorator, spoiled)
    assert code in (200, 400, 422)
    if code != 200:
        assert len(answer) < 2000
    elif about(decorator, spoiled["object"]) == about(decorator, settled["object"]):
        kept = {identity(each) for each in json.loads(answer)["attachments"]}
        assert kept >= observed(spoiled)


def about(decorator: Decorator, subject: Any) -> Any:
    """Who an object is, and whether it asks to be decorated."""
    metadata = subject["metadata"]
    return metadata["name"], metadata.get("namespace"), decorator.settings[0].value(subject)
