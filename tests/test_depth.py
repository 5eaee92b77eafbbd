"""A Configuration that nests deeper than JSON is read here is reported, and can be deleted."""

import copy
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import golden

CASES = golden.ROOT / "configuration"


def deep(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


def body(case: str, values: bytes, field: str = "values") -> bytes:
    """The request of a golden case, with *values*; json.dumps would not go so deep."""
    envelope = copy.deepcopy(golden.envelope(CASES / f"{case}.yaml"))
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


def test_64_levels_are_published(client: FlaskClient) -> None:
    envelope = json.loads(body("first-sync", deep(64)))
    del envelope["parent"]["spec"]["schema"]
    answer = client.post("/hooks/configuration/sync", json=envelope)
    (child,) = json_of(answer)["children"]
    assert child["data"]["routing.yaml"].count("a:") == 64


@pytest.mark.parametrize("levels", [199, 9000])
def test_deletion_goes_on_whatever_nests(client: FlaskClient, levels: int) -> None:
    sent = body("finalize", deep(levels))
    answer = client.post("/hooks/configuration/finalize", data=sent)
    assert (answer.status_code, json_of(answer)["children"]) == (200, [])
    sent = body("finalized", deep(levels))
    answer = client.post("/hooks/configuration/finalize", data=sent)
    assert json_of(answer)["finalized"] is True


def test_related_objects_are_asked_for_whatever_nests(client: FlaskClient) -> None:
    """Of any kind: what the schema of a Pipeline drops may come from an older one."""
    envelope = golden.envelope(golden.ROOT / "pipeline" / "customize.yaml")
    envelope["parent"]["spec"] = "HERE"
    sent = json.dumps(envelope).encode().replace(b'"HERE"', deep(9000))
    answer = client.post("/hooks/pipeline/customize", data=sent)
    assert answer.status_code == 200
    assert json_of(answer)["relatedResources"] != []


def json_of(answer: Any) -> Any:
    return json.loads(answer.data)
