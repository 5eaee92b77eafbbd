"""Telemetry through a real collector that runs what a Pipeline renders."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

import pytest
import requests

from tests.collector.ports import LOOPBACK
from tests.collector.process import Collector
from tests.collector.rendered import rendered, specification
from tests.collector.sink import PORTS, Sink, in_order
from tests.collector.telemetry import (
    PROTOCOLS,
    Attributes,
    Count,
    Log,
    Protocol,
    Span,
    Telemetry,
    send,
)

TEXTS = (
    "",
    " ",
    "$",
    "$$",
    "$5",
    "${env:HOME}",
    "$${env:HOME}",
    "$$${env:HOME}",
    "${env:HOME",
    "${file:/etc/hostname}",
    "1e3",
    "1_000",
    "0o17",
    "017",
    "0x1f",
    "1:30",
    ".inf",
    "yes",
    "on",
    "true",
    "null",
    "~",
    "<<",
    "=",
    "2026-11-23",
    "!!int 1",
    "- a: b",
    "a: b # c",
    "%{a}",
    "\t",
    "a\nb\n",
    "a\r\nb",
    "a\x85b\u2028c\u2029d",
    "\ufeffü€😀",
    "\x01\x7f",
    "\"quoted\" 'too' \\n",
    "long " * 200,
)


FLOWS = """
flows:
- name: first
  from:
  - otlp: {grpc: {}, http: {}}
  process: [noise, mark, copy, place, pack]
  to:
  - otlp: {endpoint: "sink:4317"}
  - debug: {}
- name: second
  from:
  - otlp: {http: {port: 4318}}
  - otlp: {grpc: {port: 4317}}
  process: [copy, mark]
  to:
  - otlp: {endpoint: "sink:4318", protocol: http}
- name: third
  signals: [traces]
  from:
  - otlp: {grpc: {}}
  to:
  - debug: {verbosity: normal}
processors:
- name: pack  # all at once, when the collector ends
  batch: {timeout: 10m}
- name: place
  resource:
    actions:
    - {key: deployment.environment, action: upsert, value: prod}
- name: copy
  attributes:
    actions:
    - {key: copied, action: upsert, fromAttribute: step}
- name: mark
  attributes:
    actions:
    - {key: step, action: upsert, value: marked}
- name: noise
  filter:
    logs:
    - log.severity_number < SEVERITY_NUMBER_INFO
    - log.body == "$5 $${env:HOME}"
    traces: ['span.attributes["path"] == "/health"']
    metrics: ['IsMatch(metric.name, "^go\\\\..*$")']
"""


def test_flows_share_listeners_and_each_does_its_own(collector: Path, tmp_path: Path) -> None:
    with Sink(collector, tmp_path) as sink:
        spec = specification(sending_to(sink, FLOWS))
        with Collector(collector, rendered(spec), tmp_path) as running:
            for protocol in PROTOCOLS:
                send(protocol, running.port(PORTS[protocol]), *wanted(protocol), *noise(protocol))
            metrics = requests.get(f"http://{LOOPBACK}:{running.port(8888)}/metrics", timeout=5)
    marked = {"step": "marked", "copied": "marked"}
    placed = {"deployment.environment": "prod"}
    assert sink.received("grpc") == in_order(
        changed(each, marked, placed) for protocol in PROTOCOLS for each in wanted(protocol)
    )
    copied = {"step": "marked", "copied": "sent"}
    assert sink.received("http") == in_order(
        changed(each, copied, {})
        for protocol in PROTOCOLS
        for each in (*wanted(protocol), *noise(protocol))
    )
    assert (running.exit_code, sink.exit_code) == (0, 0)
    # All that `first` lets through in one batch, and each trace of `third` as it comes.
    assert debugged(running, "debug/basic") == [("Logs", 2), ("Metrics", 2), ("Traces", 2)]
    assert debugged(running, "debug/normal") == [("Traces", 1)] * 2
    assert 'otelcol_exporter_sent_spans{exporter="debug/normal"} 2' in metrics.text


def debugged(running: Collector, exporter: str) -> list[tuple[str, int]]:
    """Signal and number of records of each batch that *exporter* has counted in the log."""
    counts = {"Logs": "log records", "Metrics": "metrics", "Traces": "spans"}
    return sorted(
        (entry["msg"], entry[counts[entry["msg"]]])
        for entry in running.log()
        if entry.get("otelcol.component.id") == exporter and entry["msg"] in counts
    )


def wanted(protocol: Protocol) -> list[Telemetry]:
    sent, resource = {"step": "sent"}, {"service.name": "shop"}
    return [
        Log(f"paid by {protocol}", attributes=sent, resource=resource),
        Span(f"pay by {protocol}", sent, resource),
        Count(f"payments.{protocol}", 3, sent, resource),
    ]


def noise(protocol: Protocol) -> list[Telemetry]:
    sent, resource = {"step": "sent"}, {"service.name": "shop"}
    return [
        Log(f"looked up by {protocol}", severity=5, attributes=sent, resource=resource),
        Log("$5 $${env:HOME}", attributes=sent, resource=resource),
        Span(f"health by {protocol}", {**sent, "path": "/health"}, resource),
        Count(f"go.routines.{protocol}", 9, sent, resource),
    ]


def changed(one: Telemetry, attributes: dict[str, str], resource: dict[str, str]) -> Telemetry:
    return replace(
        one, attributes={**one.attributes, **attributes}, resource={**one.resource, **resource}
    )


TEXTS_FLOW = """
flows:
- name: all
  from: [otlp: {grpc: {}}]
  process: [record, source]
  to: [otlp: {endpoint: "sink:4317"}]
"""


def test_texts_arrive_as_they_were_written(collector: Path, tmp_path: Path) -> None:
    """Neither YAML nor the collector's own ${...} makes anything else of them."""
    written = {f"{number} {text[:9]}": text for number, text in enumerate(TEXTS)}
    actions = [{"key": key, "action": "insert", "value": text} for key, text in written.items()]
    processors = [
        {"name": "record", "attributes": {"actions": actions}},
        {"name": "source", "resource": {"actions": actions}},
    ]
    with Sink(collector, tmp_path) as sink:
        spec = specification(sending_to(sink, TEXTS_FLOW), processors=processors)
        with Collector(collector, rendered(spec), tmp_path) as running:
            send("grpc", running.port(PORTS["grpc"]), Log("sent"))
    assert sink.received("grpc") == [Log("sent", attributes=written, resource=written)]


ACTIONS = """
flows:
- name: all
  from: [otlp: {grpc: {}}]
  process: [change]
  to: [otlp: {endpoint: "sink:4317"}]
processors:
- name: change
  TYPE:
    actions:
    - {key: kept, action: insert, value: new}
    - {key: inserted, action: insert, value: new}
    - {key: absent, action: update, value: new}
    - {key: copy, action: upsert, fromAttribute: kept}
    - {key: nothing, action: upsert, fromAttribute: absent}
    - {key: kept, action: update, value: newer}
    - {key: gone, action: delete}
    - {key: secret, action: hash}
    - {key: text, action: convert, convertedType: int}
    - {key: part, action: convert, convertedType: double}
    - {key: number, action: convert, convertedType: string}
"""


@pytest.mark.parametrize(
    ("type_", "log"),
    [
        ("attributes", lambda attributes: Log("sent", attributes=attributes)),
        ("resource", lambda attributes: Log("sent", resource=attributes)),
    ],
)
def test_each_action_does_what_its_name_says(
    collector: Path, tmp_path: Path, type_: str, log: Callable[[Attributes], Log]
) -> None:
    before = {"kept": "old", "gone": "x", "secret": "x", "text": "7", "part": "1.5", "number": 7}
    with Sink(collector, tmp_path) as sink:
        spec = specification(sending_to(sink, ACTIONS.replace("TYPE", type_)))
        with Collector(collector, rendered(spec), tmp_path) as running:
            send("grpc", running.port(PORTS["grpc"]), log(before))
    after = {
        "kept": "newer",
        "inserted": "new",
        "copy": "old",
        "secret": sha256(b"x").hexdigest(),
        "text": 7,
        "part": 1.5,
        "number": "7",
    }
    assert sink.received("grpc") == [log(after)]


def test_without_memory_records_are_refused(collector: Path, tmp_path: Path) -> None:
    """With an answer by which OTLP has their sender try again."""
    spec = specification("flows: [{name: all, from: [otlp: {http: {}}], to: [debug: {}]}]")
    # A percentage would be one of all the memory of this machine.
    limits = {"processors": {"memory_limiter": {"limit_mib": 2, "spike_limit_mib": 1}}}
    with Collector(collector, rendered(spec), tmp_path, overrides=limits) as running:
        port = running.port(4318)
        deadline = monotonic() + 10
        while (answer := posted(port)).status_code == 200 and monotonic() < deadline:
            sleep(0.05)  # the first look at the memory is a second after the start
    refused = {"code": 14, "message": "data refused due to high memory usage"}
    assert (answer.status_code, answer.json()) == (503, refused)


def posted(port: int) -> requests.Response:
    """Not by the SDK, which would do what it is told: to try again."""
    record = {"body": {"stringValue": "sent"}}
    body = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}
    return requests.post(f"http://{LOOPBACK}:{port}/v1/logs", json=body, timeout=5)


def sending_to(sink: Sink, text: str) -> str:
    """*text* with the real place of what it calls "sink"."""
    for port in PORTS.values():
        text = text.replace(f"sink:{port}", f"{LOOPBACK}:{sink.port(port)}")
    return text
