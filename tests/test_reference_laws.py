"""What holds for every kind that refers to others, or is referred to."""

import copy
import json
import re

import hypothesis.strategies as st
import pytest
from flask.testing import FlaskClient
from hypothesis import given

from hooks import API_VERSION
from hooks.composite import Composite
from hooks.contract import decode
from hooks.kinds import KINDS
from hooks.metadata import is_leaving
from hooks.references import targets
from tests.neighbours import NEIGHBOURS
from tests.test_laws import every_kind, lived, post
from tests.worlds import JSON

PLANTED = "c2VjcmV0LXZhbHVl"
STRANGERS = (
    *NEIGHBOURS,
    *(
        neighbour | {"metadata": neighbour["metadata"] | {"namespace": "other"}}
        for neighbour in NEIGHBOURS
    ),
    {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "kafka", "namespace": "default"},
        "data": {"password": PLANTED},
    },
)


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.asked_kinds], ids=lambda kind: kind.singular
)
@given(data=st.data())
def test_related_objects_are_asked_for_by_the_spec_alone(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    """Metacontroller keeps the answer by the generation. And it asks about any object there is."""
    _, body = data.draw(st.sampled_from(lived(kind, client, data)))
    path = f"/hooks/{kind.singular}/customize"
    asked = {"controller": body["controller"], "parent": body["parent"]}
    code, answer = post(client, path, asked)
    assert code == 200
    metadata = {"name": "it", "namespace": "default", "annotations": {"a": "b"}}
    if is_leaving(body["parent"]):  # which is a generation of its own
        metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    bare = {"apiVersion": API_VERSION, "kind": kind.kind, "metadata": metadata}
    other = asked | {"parent": bare | {"spec": body["parent"]["spec"]}}
    assert post(client, path, other) == (code, answer)
    odd = asked | {"parent": body["parent"] | {"spec": data.draw(JSON)}}
    assert post(client, path, odd)[0] == 200
    groups = {(each["apiVersion"], each["resource"]) for each in decode(answer)["relatedResources"]}
    assert groups <= kind.asked_kinds


@every_kind
@given(data=st.data())
def test_an_unrelated_object_changes_nothing(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    """Nor is anything of a Secret ever told. And what sync reads, the customize hook asks for."""
    path, body = data.draw(st.sampled_from(lived(kind, client, data)))
    related = copy.deepcopy(body["related"])
    for stranger in STRANGERS:
        group = related.setdefault(f"{stranger['kind']}.{stranger['apiVersion']}", {})
        metadata = stranger["metadata"]
        group.setdefault(f"{metadata['namespace']}/{metadata['name']}", stranger)
    code, answer = post(client, path, body | {"related": related})
    assert (code, answer) == post(client, path, body)
    assert PLANTED.encode() not in answer


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if targets(kind.kind)], ids=lambda kind: kind.singular
)
@given(data=st.data())
def test_renaming_in_both_places_changes_only_names(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    """At its birth: later another name is another configuration, which is rolled out."""
    path, body = lived(kind, client, data)[0]
    renamed = json.loads(with_other_name(json.dumps(body)))
    answers = [post(client, path, each)[1].decode() for each in (body, renamed)]
    assert without_hashes(answers[1]) == without_hashes(with_other_name(answers[0]))


def with_other_name(text: str) -> str:
    return text.replace("bus7", "bus8").replace("BUS7", "BUS8")


def without_hashes(text: str) -> str:
    """Those of contents, and what is named by them."""
    return re.sub(r"\b([0-9a-f]{64}|[0-9a-f]{10})\b", "…", text)
