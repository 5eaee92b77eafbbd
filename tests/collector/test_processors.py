"""What filter, redact and transform do to telemetry, in a real collector."""

import re
from pathlib import Path

import pytest
from opentelemetry._logs import SeverityNumber

from hooks.collector.processors.filter import Filter
from tests.collector.flowing import flowing
from tests.collector.sink import in_order
from tests.collector.telemetry import Count, Log, Span

ROOT = Path(__file__).parents[2]
CARD = 4111111111111111


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
