"""Telemetry on its way through a Pipeline to a sink, also such as the SDK would not make."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import requests

from tests.collector.ports import LOOPBACK
from tests.collector.process import Collector
from tests.collector.rendered import rendered, specification
from tests.collector.sink import PORTS, Sink
from tests.collector.telemetry import Telemetry, send

START = 1_764_200_000_000


def flowing(
    collector: Path, folder: Path, text: str, *telemetry: Telemetry, posts: Iterable[Any] = ()
) -> Sink:
    """Where *telemetry* arrives that is sent through the Pipeline in *text*, and then *posts*.

    They are requests of OTLP's JSON encoding, by path.
    """
    with (
        Sink(collector, folder) as sink,
        through(collector, folder, text, sink) as running,
    ):
        send("http", running.port(4318), *telemetry)
        for path, body in posts:
            post(running, path, body)
    assert (running.exit_code, sink.exit_code) == (0, 0)
    return sink


def through(collector: Path, folder: Path, text: str, sink: Sink) -> Collector:
    """The Pipeline in *text*, which sends to *sink*."""
    for port in PORTS.values():
        text = text.replace(f"sink:{port}", f"{LOOPBACK}:{sink.port(port)}")
    return Collector(collector, rendered(specification(text)), folder)


def post(running: Collector, path: str, body: Any) -> None:
    url = f"http://{LOOPBACK}:{running.port(4318)}/v1/{path}"
    assert requests.post(url, json=body, timeout=10).status_code == 200


def trace_id(name: str) -> str:
    """The same in every run."""
    return sha256(name.encode()).hexdigest()[:32]


def span(trace: str, name: str, milliseconds: int = 10, **fields: Any) -> dict[str, Any]:
    return {
        "traceId": trace_id(trace),
        "spanId": trace_id(name)[:16],
        "name": name,
        "startTimeUnixNano": str(START * 1_000_000),
        "endTimeUnixNano": str((START + milliseconds) * 1_000_000),
        **fields,
    }


def log(body: str, named: str = "", **fields: Any) -> dict[str, Any]:
    attributes = [{"key": "id", "value": {"stringValue": named}}] if named else []
    return {
        "body": {"stringValue": body},
        "severityNumber": 9,
        "attributes": attributes,
        **fields,
    }


def spans_of(spans: list[dict[str, Any]]) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"spans": spans}]}]}


def logs_of(logs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"resourceLogs": [{"resource": {}, "scopeLogs": [{"logRecords": logs}]}]}
