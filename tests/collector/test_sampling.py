"""What sample does to telemetry, in a real collector."""

from pathlib import Path

from tests.collector.flowing import (
    flowing,
    log,
    logs_of,
    post,
    span,
    spans_of,
    through,
    trace_id,
)
from tests.collector.sink import Sink
from tests.collector.telemetry import PROTOCOLS, Log, Protocol, Span
from tests.telemetry.waiting import eventually

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


def test_tail_sampling_decides_once_the_wait_is_over(collector: Path, tmp_path: Path) -> None:
    """And not again: what comes later of a trace goes the way of the rest."""
    with (
        Sink(collector, tmp_path) as sink,
        through(collector, tmp_path, TAIL.replace("WAIT", "1s"), sink) as running,
    ):
        itself = span("failed", "failed: itself", status={"code": 2})
        later = [span(trace, f"{trace}: later") for trace in ("failed", "usual")]
        post(running, "traces", spans_of([itself, span("usual", "usual")]))
        eventually("it is judged", lambda: has_come(sink, "failed: itself"))
        post(running, "traces", spans_of(later))
        eventually("it goes the same way", lambda: has_come(sink, "failed: later"))
        assert running.exit_code is None
    kept = {"failed: itself", "failed: later"}
    assert {each.name for each in sink.received("grpc") if isinstance(each, Span)} == kept


def has_come(sink: Sink, name: str) -> bool:
    return f'"{name}"' in sink.text("grpc")


RANDOM = """
flows:
- name: some
  signals: [traces]
  from: [otlp: {http: {}}]
  process: [some]
  to: [otlp: {endpoint: "sink:4317"}]
- name: all
  signals: [traces]
  from: [otlp: {http: {}}]
  process: [all]
  to: [otlp: {endpoint: "sink:4318", protocol: http}]
processors:
- name: some
  sample: {tail: {decisionWait: 1s, policies: [{name: share, random: {percentage: 25}}]}}
- name: all
  sample: {tail: {decisionWait: 1s, policies: [{name: share, random: {percentage: 100}}]}}
"""


def test_tail_sampling_keeps_a_share_of_whole_traces(collector: Path, tmp_path: Path) -> None:
    """Chosen by a hash of their ids, which are the same in every run."""
    names = [f"trace {number}" for number in range(TRACES)]
    halves = [[span(name, f"{name}: {half}") for name in names] for half in ("first", "last")]
    posts = [("traces", spans_of(each)) for each in halves]
    sink = flowing(collector, tmp_path, RANDOM, posts=posts)
    some, every = (
        sorted(each.name for each in sink.received(protocol) if isinstance(each, Span))
        for protocol in PROTOCOLS
    )
    assert every == sorted(each["name"] for half in halves for each in half)
    traces = {name.split(":")[0] for name in some}
    assert 0.19 < len(traces) / TRACES < 0.31
    assert some == [name for name in every if name.split(":")[0] in traces]
