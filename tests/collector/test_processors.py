"""What filter, redact, transform and sample do to telemetry, in a real collector."""

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests
from opentelemetry._logs import SeverityNumber

from hooks.collector.processors.filter import Filter
from tests.collector.ports import LOOPBACK
from tests.collector.process import Collector
from tests.collector.rendered import rendered, specification
from tests.collector.sink import PORTS, Sink, in_order
from tests.collector.telemetry import Count, Log, Protocol, Span, Telemetry, send

ROOT = Path(__file__).parents[2]
CARD = 4111111111111111


def flowing(
    collector: Path, folder: Path, text: str, *telemetry: Telemetry, posts: Iterable[Any] = ()
) -> Sink:
    """Where *telemetry* arrives that is sent through the Pipeline in *text*, and then *posts*.

    They are requests of OTLP's JSON encoding, by path.
    """
    with Sink(collector, folder) as sink:
        for port in PORTS.values():
            text = text.replace(f"sink:{port}", f"{LOOPBACK}:{sink.port(port)}")
        with Collector(collector, rendered(specification(text)), folder) as running:
            send("http", running.port(4318), *telemetry)
            for path, body in posts:
                url = f"http://{LOOPBACK}:{running.port(4318)}/v1/{path}"
                assert requests.post(url, json=body, timeout=10).status_code == 200
    assert (running.exit_code, sink.exit_code) == (0, 0)
    return sink


FILTERING = """
flows:
- name: all
  signals: [logs]
  from: [otlp: {http: {}}]
  process: [noise]
  to: [otlp: {endpoint: "sink:4317"}]
processors:
- name: noise
  filter: {logs: ["CONDITION"]}
"""


@pytest.mark.parametrize("least", [SeverityNumber.INFO, SeverityNumber.WARN])
def test_the_filter_that_is_shown_drops_what_is_less_severe_and_keeps_what_has_no_severity(
    collector: Path, tmp_path: Path, least: SeverityNumber
) -> None:
    """An application that says nothing of severity is as worth keeping as any other."""
    (condition,) = conditions_shown(least)
    sent = [Log(each.name, severity=each.value) for each in SeverityNumber]
    sink = flowing(collector, tmp_path, FILTERING.replace("CONDITION", condition), *sent)
    assert sink.received("grpc") == in_order(
        log for log in sent if log.severity == 0 or log.severity >= least.value
    )


def conditions_shown(least: SeverityNumber) -> set[str]:
    """All by which people are told to keep what is as severe as *least*."""
    paths = (ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("examples/**/*.yaml"))
    texts = [str(Filter.model_fields["logs"].description), *(each.read_text() for each in paths)]
    shown = rf"log\.severity_number\b.*\bSEVERITY_NUMBER_{least.name}\b"
    return {found for text in texts for found in re.findall(shown, text)}


REDACTING = """
flows:
- name: all
  from: [otlp: {http: {}}]
  process: [hide]
  to: [otlp: {endpoint: "sink:4317"}]
- name: strict
  from: [otlp: {http: {}}]
  process: [only]
  to: [otlp: {endpoint: "sink:4318", protocol: http}]
processors:
- name: hide
  redact:
    blockedValues: ["4[0-9]{15}", "pin$"]
    blockedKeys: ["(?i)password"]
    allowedValues: ["^[a-z]+@example[.]com$"]
    ignoredKeys: [receipt]
- name: only
  redact: {allowedKeys: [user, card], blockedValues: ["4[0-9]{15}"], hash: sha3}
"""


def test_redact_hides_values_and_removes_attributes(collector: Path, tmp_path: Path) -> None:
    attributes = {
        "card": CARD,
        "note": f"paid with {CARD} and {CARD}, pin",
        "dbPassword": "x y",
        "password": "me@example.com",
        "receipt": str(CARD),
        "user": "me",
    }
    resource = {"owner": f"card {CARD}", "user": "us"}
    sink = flowing(
        collector,
        tmp_path,
        REDACTING,
        Log(f"paid with {CARD}", attributes=attributes, resource=resource),
        Span("pay", attributes, resource),
        Count("payments", 3, attributes, resource),
    )
    hidden = {
        "card": "****",
        "note": "paid with **** and ****, ****",
        "dbPassword": "****",
        "password": "me@example.com",
        "receipt": str(CARD),
        "user": "me",
    }
    owner = {"owner": "card ****", "user": "us"}
    assert sink.received("grpc") == [
        Log("paid with ****", attributes=hidden, resource=owner),
        Span("pay", hidden, owner),
        Count("payments", 3, hidden, owner),
    ]
    (log, span, count) = sink.received("http")
    assert isinstance(log, Log)
    assert str(CARD) not in log.body
    kept = {"card": log.body.removeprefix("paid with "), "user": "me"}
    assert len(kept["card"]) == 64
    assert [each.attributes for each in (log, span, count)] == [kept] * 3
    assert [each.resource for each in (log, span, count)] == [{"user": "us"}] * 3


TRANSFORMING = r"""
flows:
- name: all
  from: [otlp: {http: {}}]
  process: [change]
  to: [otlp: {endpoint: "sink:4317"}]
processors:
- name: change
  transform:
    logs:
    - merge_maps(log.cache, ParseJSON(log.body), "upsert")
    - set(log.attributes["price"], log.cache["price"]) where log.cache["price"] != nil
    - set(log.attributes["currency"], "$5 ${env:HOME}")
    metrics: ['set(datapoint.attributes["of"], metric.name)']
    traces: ['replace_pattern(span.name, "/[0-9]+$", "/{id}")']
"""


def test_transform_changes_each_signal_and_loses_nothing(collector: Path, tmp_path: Path) -> None:
    sink = flowing(
        collector,
        tmp_path,
        TRANSFORMING,
        Log('{"price": "9"}'),
        Log("no JSON"),
        Span("GET /orders/12345"),
        Count("orders", 2),
    )
    currency = {"currency": "$5 ${env:HOME}"}
    assert sink.received("grpc") == [
        Log("no JSON", attributes=currency),
        Log('{"price": "9"}', attributes={"price": "9", **currency}),
        Span("GET /orders/{id}"),
        Count("orders", 2, {"of": "orders"}),
    ]


HEADS = """
flows:
- name: quarter
  signals: [logs, traces]
  from: [otlp: {http: {}}]
  process: [quarter]
  to: [otlp: {endpoint: "sink:4317"}]
- name: half
  signals: [logs, traces]
  from: [otlp: {http: {}}]
  process: [half]
  to: [otlp: {endpoint: "sink:4318", protocol: http}]
processors:
- name: quarter
  sample: {head: {percentage: 25}}
- name: half
  sample: {head: {percentage: 50, fromAttribute: id}}
"""
TRACES = 400


def trace_id(name: str) -> str:
    """The same in every run."""
    return sha256(name.encode()).hexdigest()[:32]


def test_head_sampling_keeps_its_percentage_of_whole_traces(
    collector: Path, tmp_path: Path
) -> None:
    names = [f"trace {number}" for number in range(TRACES)]
    spans = [span(name, name) for name in names]
    belonging = [log(name, traceId=trace_id(name)) for name in names]
    lonely = [log(f"lone {number}", str(number)) for number in range(TRACES)]
    posts = [("traces", spans_of(spans)), ("logs", logs_of([*belonging, *lonely]))]
    sink = flowing(collector, tmp_path, HEADS, posts=posts)
    found = {}
    flows: tuple[tuple[str, Protocol, float], ...] = (
        ("quarter", "grpc", 0.25),
        ("half", "http", 0.5),
    )
    for flow, protocol, share in flows:
        received = sink.received(protocol)
        found[flow] = {each.name for each in received if isinstance(each, Span)}
        bodies = {each.body for each in received if isinstance(each, Log)}
        assert share - 0.06 < len(found[flow]) / TRACES < share + 0.06
        assert {body for body in bodies if body.startswith("trace")} == found[flow]
        alone = len([body for body in bodies if body.startswith("lone")])
        assert alone == TRACES if flow == "quarter" else 0.44 < alone / TRACES < 0.56
    assert found["quarter"] < found["half"]


TAIL = """
flows:
- name: all
  from: [otlp: {http: {}}]
  process: [worthy]
  to: [otlp: {endpoint: "sink:4317"}]
processors:
- name: worthy
  sample:
    tail:
      decisionWait: WAIT
      policies:
      - {name: failed, errors: {}}
      - {name: slow, latency: {thresholdMilliseconds: 500}}
      - {name: rich, attribute: {key: plan, values: ["$5"]}}
"""


def test_tail_sampling_keeps_whole_traces_that_matter_and_drops_the_rest(
    collector: Path, tmp_path: Path
) -> None:
    """It waits for all of a trace: what makes it worth keeping comes last, or when the pod ends."""
    posts = [
        [
            span("failed", "failed: before"),
            span("usual", "usual"),
            span("slow", "slow: first"),
            span("poor", "poor", attributes=[{"key": "plan", "value": {"stringValue": "$$5"}}]),
        ],
        [
            span("failed", "failed: itself", status={"code": 2}),
            span("usual", "usual: more", status={"code": 1}),
            span("slow", "slow: last", milliseconds=600),
            span("rich", "rich", attributes=[{"key": "plan", "value": {"stringValue": "$5"}}]),
        ],
    ]
    kept = {"failed: before", "failed: itself", "slow: first", "slow: last", "rich"}
    sink = flowing(
        collector,
        tmp_path,
        TAIL.replace("WAIT", "10s"),
        Log("not sampled"),
        posts=[("traces", spans_of(each)) for each in posts],
    )
    received = sink.received("grpc")
    assert {each.name for each in received if isinstance(each, Span)} == kept
    assert [each.body for each in received if isinstance(each, Log)] == ["not sampled"]


START = 1_764_200_000_000


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


LOWER = """
flows:
- name: all
  from: [otlp: {http: {}}]
  process: [change]
  to: [otlp: {endpoint: "sink:4317"}]
processors:
- name: change
  transform:
    traces: ['set(span.attributes["a"], "1")', 'set(spanevent.attributes["b"], "2")']
"""


def test_a_list_of_statements_runs_for_the_smallest_thing_it_names(
    collector: Path, tmp_path: Path
) -> None:
    """As the description of transform.traces says: a span without events is left as it is."""
    sink = flowing(collector, tmp_path, LOWER, Span("without events"))
    assert sink.received("grpc") == [Span("without events")]
