"""The shell over HTTP: what is refused and how, what is counted, when a call may come."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hooks import __version__
from hooks.app import create_app
from hooks.composite import Outcome
from hooks.conditions import ready
from hooks.contract import Manifest, SyncRequest
from hooks.kinds.document import DOCUMENT
from hooks.settings import Settings
from tests import golden

SYNC = "/hooks/document/sync"
FIRST = golden.envelope(golden.ROOT / "document" / "first-sync.yaml")
QUIET = Settings(log_level="error")


def client(**arguments: Any) -> FlaskClient:
    return create_app(**({"settings": QUIET} | arguments)).test_client()


def changed(path: str, value: Any) -> Manifest:
    """The first sync, with *value* in one place."""
    body: Manifest = json.loads(json.dumps(FIRST))
    *parents, last = path.split(".")
    place = body
    for key in parents:
        place = place[key]
    place[last] = value
    return body


CHILD = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "shop"}}
OTHER = {"name": "x", "namespace": "other"}
TOO_LARGE = b"1" * 310 + b".0"
HOSTILE = {
    "no object": b"[]",
    "null": b"null",
    "not a number": b'{"controller": NaN}',
    "brackets": b"[" * 50_000,
    "objects": b'{"parent":' * 50_000,
    "surrogates": json.dumps(changed("parent.metadata.name", "\ud800")).encode(),
    "not text": b"\xff\xfe",
} | {
    f"{path} is {value!r}": json.dumps(changed(path, value)).encode()
    for path, value in (
        ("controller", None),
        ("controller.spec.childResources", [{"apiVersion": ["v1"], "resource": {}}]),
        ("parent", None),
        ("parent", []),
        ("parent.apiVersion", "orasi.io/v2"),
        ("parent.kind", "Pipeline"),
        ("parent.metadata", None),
        ("parent.metadata.name", ""),
        ("parent.metadata.name", 7),
        ("parent.metadata.namespace", None),
        ("parent.metadata.generation", "1"),
        ("parent.metadata.generation", True),
        ("parent.metadata.generation", 2**63),
        ("parent.metadata.annotations", ["orasi.io/paused"]),
        ("parent.metadata.annotations", {"orasi.io/paused": ["true"]}),
        ("parent.metadata.labels", {"a": 1}),
        ("parent.metadata.annotations", ""),
        ("children", None),
        ("children", {"ConfigMap.v1": []}),
        ("children", {"ConfigMap.v1": {"shop/x": None}}),
        ("children", {"ConfigMap.v1": {"shop/x": {}}}),
        ("children", {"ConfigMap.v1": {"shop/x": CHILD | {"metadata": {"name": None}}}}),
        ("children", {"ConfigMap.v1": {"shop/x": CHILD | {"metadata": {"name": "x"}}}}),
        ("children", {"ConfigMap.v1": {"other/x": CHILD | {"metadata": OTHER}}}),
        ("children", {"Secret.v1": {"shop/x": CHILD | {"kind": "Secret"}}}),
        ("children", {"ConfigMap.v1": {"x": CHILD}}),  # as hook version v1 does
        ("children", {"Secret.v1": {"shop/x": CHILD}}),
        ("related", {"Secret.v1": {"shop/x": CHILD}}),
        ("related", None),
        ("finalizing", None),
        ("finalizing", "false"),
        ("finalizing", True),  # sent to the sync hook
    )
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_hook_request_is_refused_in_a_sentence(client: FlaskClient, body: bytes) -> None:
    response = client.post(SYNC, data=body)
    assert response.status_code == 400
    assert response.mimetype == "text/plain"
    assert response.text.count("\n") == 1
    assert len(response.text) < 300


def test_a_refusal_is_short_whatever_it_names(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """It becomes an event, and a line of the log."""
    body = json.dumps(changed("children", {"x" * 5_000_000: []}))
    with caplog.at_level(logging.WARNING, "orasi.hooks"):
        response = client.post(SYNC, data=body)
    assert response.status_code == 400
    assert len(response.text) < 3000
    (record,) = caplog.records
    assert len(str(vars(record)["fields"])) < 4000


def test_a_number_too_large_for_json_freezes_and_is_named(client: FlaskClient) -> None:
    body = json.dumps(changed("parent.spec", {"content": 777})).encode()
    response = client.post(SYNC, data=body.replace(b"777", TOO_LARGE))
    assert response.status_code == 200
    [ready] = json.loads(response.data)["status"]["conditions"]
    assert ready["reason"] == "InvalidSpec"
    assert "spec.content" in ready["message"]


def test_a_child_with_a_number_too_large_for_json_is_refused(client: FlaskClient) -> None:
    """It would be answered as it was applied, and JSON cannot say that."""
    body = json.dumps(golden.envelope(golden.ROOT / "document" / "invalid-spec.yaml")).encode()
    child = body.replace(b'"content.md": "Lorem ipsum"', b'"content.md": ' + TOO_LARGE)
    assert child != body
    response = client.post(SYNC, data=child)
    assert response.status_code == 400
    assert response.text == "A number in the request is too large.\n"


def test_a_child_that_cannot_be_answered_is_not_let_go(client: FlaskClient) -> None:
    """While its parent is in use, everything stays; and what is not answered is deleted."""
    body = golden.envelope(golden.ROOT / "pipeline" / "finalize-in-use.yaml")
    job = {"apiVersion": "batch/v1", "kind": "Job"}
    metadata = {"name": "web", "namespace": "shop"}
    body["children"]["Job.batch/v1"] = {"shop/web": {**job, "metadata": metadata}}
    response = client.post("/hooks/pipeline/finalize", data=json.dumps(body))
    assert response.status_code == 400
    assert "which this version does not make" in response.text


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("parent.metadata.name", "x" * 5_000_000),
        ("parent.spec", {"content": "x", "metadata": {"tags": ["y" * 50] * 100_000}}),
        ("parent.spec", {"content": "\0" * 1000}),
        ("parent.spec", [[[]]]),
        ("parent.status", [1]),
        ("parent.status", {"conditions": {"a": 1}}),
        ("parent.status", {"conditions": [{"type": "Ready", "status": ["False"]}]}),
        ("parent.status", {"conditions": [{"type": "Ready", "lastTransitionTime": 7}]}),
        ("parent.metadata.creationTimestamp", {"now": True}),
        ("parent.metadata.managedFields", [None, {"time": 3}]),
        ("children", {"Unknown.v9": {}}),
        ("children", {"ConfigMap.v1": {"shop/x": CHILD | {"data": [1, 2], "status": 7}}}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_odd_in_a_hook_request_still_gets_a_whole_answer(
    client: FlaskClient, path: str, value: Any
) -> None:
    response = client.post(SYNC, data=json.dumps(changed(path, value)))
    assert response.status_code == 200
    assert response.json is not None
    (condition, *_) = response.json["status"]["conditions"]
    assert condition["type"] == "Ready"
    assert len(condition["message"]) <= 1024


def test_a_body_beyond_the_limit_is_not_read() -> None:
    small = client(settings=Settings(body_limit_bytes=2048, log_level="error"))
    response = small.post(SYNC, data=b" " * 4096)
    assert response.status_code == 413


def test_a_body_without_a_length_is_not_read(client: FlaskClient) -> None:
    """Metacontroller always says how long it is; a chunked one would be cut at the limit."""
    response = client.post(SYNC, environ_overrides={"HTTP_TRANSFER_ENCODING": "chunked"})
    assert response.status_code == 411


def test_other_routes_and_methods_are_refused_in_a_sentence(client: FlaskClient) -> None:
    assert client.get("/hooks/nothing/sync").status_code == 404
    assert client.get(SYNC).status_code == 405
    assert client.get("/nowhere").mimetype == "text/plain"


def broken(request: SyncRequest[Any]) -> Outcome:
    raise ValueError(f"secret of {request.parent.name}")


def foreign(_: SyncRequest[Any]) -> Outcome:
    return Outcome((CHILD | {"kind": "Secret"},), (ready("Fine", "Nobody looked."),))


@pytest.mark.parametrize("sync", [broken, foreign])
def test_a_bug_of_ours_is_told_to_the_log_and_not_to_the_caller(
    sync: Any, caplog: pytest.LogCaptureFixture
) -> None:
    response = client(kinds=[replace(DOCUMENT, sync=sync)]).post(SYNC, json=FIRST)
    assert response.status_code == 500
    assert response.text.startswith("The hook server failed on this object. Its log says")
    (*_, record) = caplog.records
    error = vars(record)["fields"].get("error", "")
    assert "secret of lorem" in caplog.text or "Secret of v1 is not declared" in error


def test_every_call_is_one_log_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "orasi.hooks")
    client(settings=Settings()).post(SYNC, json=FIRST, headers={"X-Request-ID": "r1"})
    (record,) = caplog.records
    fields = vars(record)["fields"]
    assert fields.pop("ms") >= 0
    assert fields == {
        "kind": "document",
        "hook": "sync",
        "parent": "shop/lorem",
        "generation": 1,
        "code": 200,
        "requestID": "r1",
    }


def test_a_refused_call_is_logged_with_its_object_and_the_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "orasi.hooks")
    app = client(settings=Settings())
    app.post(SYNC, json=changed("children", None))
    app.post(f"{SYNC}?version=9.9.9", json=FIRST)
    refused, waiting = (vars(record)["fields"] for record in caplog.records)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert (refused["parent"], refused["reason"]) == ("shop/lorem", "MalformedRequest")
    assert refused["error"] == "children is not an object, so this is no hook request."
    assert waiting["reason"] == "OtherVersion"
    assert "9.9.9" in waiting["error"]


def test_calls_and_errors_are_counted() -> None:
    app = client()
    app.post(SYNC, json=FIRST)
    app.post(SYNC, data=b"{}")
    lines = app.get("/metrics").text.splitlines()
    of_sync = 'hook="sync",kind="document"'
    for line in (
        f'orasi_reconciliations_total{{code="200",{of_sync}}} 1.0',
        f'orasi_reconciliations_total{{code="400",{of_sync}}} 1.0',
        f'orasi_reconciliation_errors_total{{{of_sync},reason="MalformedRequest"}} 1.0',
        f"orasi_reconcile_duration_seconds_count{{{of_sync}}} 2.0",
        "doc_controller_reconciliations_total 2.0",
        "doc_controller_reconciliation_errors_total 1.0",
        "doc_controller_reconcile_duration_seconds_count 2.0",
        f'orasi_controller_info{{version="{__version__}"}} 1.0',
    ):
        assert line in lines


def test_probes_answer(client: FlaskClient) -> None:
    assert client.get("/").json == {"service": "orasi-controller", "version": __version__}
    for path in ("/healthz", "/readyz", "/startupz"):
        assert client.get(path).status_code == 200


def test_a_stopping_server_is_not_ready_and_sends_calls_away() -> None:
    app = client()
    app.application.extensions["gate"].drain()
    assert app.get("/readyz").status_code == 503
    assert app.get("/healthz").status_code == 200
    response = app.post(SYNC, json=FIRST)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) >= 1


@pytest.fixture
def slow() -> Iterator[tuple[Flask, threading.Event, threading.Event]]:
    """An app that answers two calls at once, each of which waits for an event."""
    entered, leave = threading.Event(), threading.Event()

    def sync(request: SyncRequest[Any]) -> Outcome:
        entered.set()
        leave.wait(10)
        return DOCUMENT.sync(request)

    settings = Settings(concurrency=1, log_level="error")
    yield create_app([replace(DOCUMENT, sync=sync)], settings), entered, leave
    leave.set()


def test_more_calls_than_places_are_sent_away(
    slow: tuple[Flask, threading.Event, threading.Event],
) -> None:
    app, entered, leave = slow
    codes: list[int] = []

    def call() -> None:
        codes.append(app.test_client().post(SYNC, json=FIRST).status_code)

    with ExitStack() as stack:
        stack.callback(leave.set)
        first = threading.Thread(target=call)
        first.start()
        assert entered.wait(10)
        refused = app.test_client().post(SYNC, json=FIRST)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) >= 1
        assert app.test_client().get("/readyz").status_code == 200
    first.join(10)
    assert codes == [200]
    assert app.test_client().post(SYNC, json=FIRST).status_code == 200
