"""The shell over HTTP, for decorators: the same gate, errors, log line and counts as for kinds."""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from hooks.app import BUG, create_app
from hooks.contract import DecoratorRequest, DecoratorResponse, Manifest
from hooks.decorators.scrape import SCRAPE
from hooks.decorators.tenant import TENANT
from hooks.settings import Settings
from tests import golden

SYNC = "/hooks/scrape/sync"
FIRST = golden.envelope(golden.ROOT / "scrape" / "first-sync.yaml")
REFUSED = golden.envelope(golden.ROOT / "scrape" / "unknown-port.yaml")
TENANTS = "/hooks/tenant/sync"
ACME = golden.envelope(golden.ROOT / "tenant" / "settled.yaml")


def changed(path: str, value: Any, body: Manifest = FIRST) -> Manifest:
    """*body* with *value* in one place."""
    body = json.loads(json.dumps(body))
    *parents, last = path.split(".")
    place = body
    for key in parents:
        place = place[key]
    place[last] = value
    return body


SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x", "namespace": "shop"}}
HOSTILE: Mapping[str, Any] = {
    f"{path} is {value!r}": changed(path, value)
    for path, value in (
        ("controller", None),
        ("controller.spec.attachments", [{"apiVersion": "v1", "resource": "services"}]),
        ("object", None),
        ("object", []),
        ("object.kind", "Namespace"),
        ("object.metadata.name", ""),
        ("object.metadata.labels", {"a": 1}),
        ("object.metadata.annotations", {"orasi.io/scrape": True}),
        ("attachments", None),
        ("attachments", {"Service.v1": {"shop/x": None}}),
        ("attachments", {"Service.v1": {"x": SERVICE}}),  # as hook version v1 does
        ("attachments", {"Secret.v1": {"shop/x": {**SERVICE, "kind": "Secret"}}}),
        ("related", None),
        ("finalizing", None),
        ("finalizing", True),  # there is no such hook
    )
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_request_of_a_decorator_is_refused_in_a_sentence(
    client: FlaskClient, body: Manifest
) -> None:
    response = client.post(SYNC, json=body)
    assert response.status_code == 400
    assert response.mimetype == "text/plain"
    assert response.text.count("\n") == 1
    assert len(response.text) < 300


def test_a_request_for_a_kind_is_none_for_a_decorator(client: FlaskClient) -> None:
    document = golden.envelope(golden.ROOT / "document" / "first-sync.yaml")
    assert client.post(SYNC, json=document).status_code == 400
    assert client.post("/hooks/document/sync", json=FIRST).status_code == 400


@pytest.mark.parametrize("spec", [None, 7, [], {}, {"ports": None}, {"ports": [None]}])
def test_an_odd_service_is_refused_in_a_sentence(client: FlaskClient, spec: Any) -> None:
    response = client.post(SYNC, json=changed("object.spec", spec))
    assert response.status_code == 422
    assert response.text.count("\n") == 1


def test_there_is_no_other_hook_than_sync(client: FlaskClient) -> None:
    for hook in ("finalize", "customize"):
        assert client.post(f"/hooks/scrape/{hook}", json=FIRST).status_code == 404


def test_a_request_by_hand_needs_no_controller(client: FlaskClient) -> None:
    assert client.post(TENANTS, json=changed("controller", {}, ACME)).status_code == 200


def test_a_number_too_large_for_json_is_refused(client: FlaskClient) -> None:
    """Frozen, it would be answered as it was applied, and JSON cannot say that."""
    body = changed("object.metadata.labels", {"orasi.io/tenant": "huge"}, ACME)
    text = json.dumps(body).encode().replace(b'"20"', b"1" * 310 + b".0")
    response = client.post(TENANTS, data=text)
    assert response.status_code == 400
    assert response.text == "A number in the request is too large.\n"


def failing(_: DecoratorRequest) -> DecoratorResponse:
    raise ValueError("a bug")


def foreign(_: DecoratorRequest) -> DecoratorResponse:
    return DecoratorResponse(({**SERVICE, "kind": "Secret"},))


def elsewhere(_: DecoratorRequest) -> DecoratorResponse:
    metadata = {"name": "x", "namespace": "other"}
    return DecoratorResponse(({**SERVICE, "metadata": metadata},))


@pytest.mark.parametrize("decorate", [failing, foreign, elsewhere])
def test_a_bug_of_ours_is_told_to_the_log_and_not_to_the_caller(decorate: Any) -> None:
    app = create_app([replace(SCRAPE, decorate=decorate)], Settings(log_level="error"))
    response = app.test_client().post(SYNC, json=FIRST)
    assert response.status_code == 500
    assert response.text == f"{BUG}\n"


def test_a_call_is_logged_with_its_object(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "orasi.hooks")
    app = create_app(settings=Settings()).test_client()
    app.post(SYNC, json=REFUSED)
    app.post(TENANTS, json=ACME)
    refused, answered = (vars(record)["fields"] for record in caplog.records)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert (refused["kind"], refused["parent"], refused["code"]) == ("scrape", "shop/web", 422)
    assert (refused["reason"], "9091" in refused["error"]) == ("InvalidObject", True)
    assert (answered["kind"], answered["parent"], answered["code"]) == ("tenant", "acme", 200)


def test_calls_and_refusals_are_counted() -> None:
    app = create_app(settings=Settings(log_level="error")).test_client()
    app.post(SYNC, json=REFUSED)
    app.post(TENANTS, json=ACME)
    lines = app.get("/metrics").text.splitlines()
    for line in (
        'orasi_reconciliations_total{code="422",hook="sync",kind="scrape"} 1.0',
        'orasi_reconciliation_errors_total{hook="sync",kind="scrape",reason="InvalidObject"} 1.0',
        'orasi_reconciliations_total{code="200",hook="sync",kind="tenant"} 1.0',
    ):
        assert line in lines


def test_the_gate_is_that_of_all_hooks() -> None:
    app = create_app([TENANT], Settings(log_level="error"), version="2.0.0").test_client()
    assert app.post(f"{TENANTS}?version=2.0.0", json=ACME).status_code == 200
    waiting = app.post(f"{TENANTS}?version=3.0.0", json=ACME)
    assert (waiting.status_code, int(waiting.headers["Retry-After"]) >= 1) == (429, True)
