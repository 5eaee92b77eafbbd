"""What nests deeper than JSON is read here is reported, and its owner can be deleted."""

import copy
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import golden


def deep(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


def plain(case: str, kind: str = "pipeline") -> Any:
    return copy.deepcopy(golden.envelope(golden.ROOT / kind / f"{case}.yaml"))


def body(case: str, values: bytes, field: str = "values", kind: str = "configuration") -> bytes:
    """The request of a golden case, with *values*; json.dumps would not go so deep."""
    envelope = plain(case, kind)
    envelope["parent"]["spec"][field] = "HERE"
    return json.dumps(envelope).encode().replace(b'"HERE"', values)


@pytest.mark.parametrize("levels", [65, 190, 197, 198, 199, 9000])
def test_values_that_nest_too_deep_are_reported_and_the_file_stays(
    client: FlaskClient, levels: int
) -> None:
    answer = client.post("/hooks/configuration/sync", data=body("settled", deep(levels)))
    assert answer.status_code == 200
    (ready,) = json_of(answer)["status"]["conditions"]
    assert (ready["status"], ready["reason"]) == ("False", "InvalidValues")
    assert ready["message"].startswith("spec.values nests deeper than 64 levels.")
    (child,) = json_of(answer)["children"]
    assert child["data"] == {"routing.yaml": "default: gold\ntenants:\n- acme\n"}


@pytest.mark.parametrize("levels", [65, 9000])
def test_a_schema_that_nests_too_deep_is_reported(client: FlaskClient, levels: int) -> None:
    sent = body("settled", deep(levels), "schema")
    (ready,) = json_of(client.post("/hooks/configuration/sync", data=sent))["status"]["conditions"]
    assert ready["reason"] == "InvalidSchema"


@pytest.mark.parametrize("levels", [65, 199, 9000])
def test_what_is_laid_over_a_pipeline_is_judged_before_it_is_merged(
    client: FlaskClient, levels: int
) -> None:
    sent = body("settled", deep(levels), "extraConfig", kind="pipeline")
    answer = client.post("/hooks/pipeline/sync", data=sent)
    assert answer.status_code == 200
    ready = json_of(answer)["status"]["conditions"][-1]
    assert (ready["type"], ready["reason"]) == ("Ready", "InvalidExtraConfig")
    assert ready["message"].startswith("spec.extraConfig nests deeper than 64 levels.")
    kept = client.post("/hooks/pipeline/sync", json=plain("settled"))
    assert names(answer) == names(kept)


def test_64_levels_are_laid_over_a_pipeline(client: FlaskClient) -> None:
    sent = body(
        "first-sync", b'{"exporters":{"debug/x":' + deep(62) + b"}}", "extraConfig", "pipeline"
    )
    (found,) = (
        child
        for child in json_of(client.post("/hooks/pipeline/sync", data=sent))["children"]
        if child["kind"] == "ConfigMap"
    )
    assert found["data"]["collector.yaml"].count(" a:") == 62


def test_64_levels_are_published(client: FlaskClient) -> None:
    envelope = json.loads(body("first-sync", deep(64)))
    del envelope["parent"]["spec"]["schema"]
    answer = client.post("/hooks/configuration/sync", json=envelope)
    (child,) = json_of(answer)["children"]
    assert child["data"]["routing.yaml"].count("a:") == 64


@pytest.mark.parametrize("levels", [199, 9000])
@pytest.mark.parametrize(
    ("kind", "last", "field"),
    [("configuration", "finalize", "values"), ("pipeline", "finalize-rest", "extraConfig")],
)
def test_deletion_goes_on_whatever_nests(
    client: FlaskClient, kind: str, last: str, field: str, levels: int
) -> None:
    sent = body(last, deep(levels), field, kind)
    answer = client.post(f"/hooks/{kind}/finalize", data=sent)
    assert (answer.status_code, json_of(answer)["children"]) == (200, [])
    sent = body("finalized", deep(levels), field, kind)
    answer = client.post(f"/hooks/{kind}/finalize", data=sent)
    assert json_of(answer)["finalized"] is True


def test_related_objects_are_asked_for_whatever_nests(client: FlaskClient) -> None:
    """Of any kind: what the schema of a Pipeline drops may come from an older one."""
    envelope = golden.envelope(golden.ROOT / "pipeline" / "customize.yaml")
    envelope["parent"]["spec"] = "HERE"
    sent = json.dumps(envelope).encode().replace(b'"HERE"', deep(9000))
    answer = client.post("/hooks/pipeline/customize", data=sent)
    assert answer.status_code == 200
    assert json_of(answer)["relatedResources"] != []


def names(answer: Any) -> set[tuple[str, str]]:
    """Of the children; that of a Pipeline's ConfigMap says what is in it."""
    return {(child["kind"], child["metadata"]["name"]) for child in json_of(answer)["children"]}


def json_of(answer: Any) -> Any:
    return json.loads(answer.data)
