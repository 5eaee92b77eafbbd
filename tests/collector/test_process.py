"""A collector runs as configured, but on ports of its own, and tells what became of it."""

from pathlib import Path

import pytest
import requests

from tests.cluster.controlplane import listening
from tests.cluster.process import ProcessFailed
from tests.collector import PIPELINE
from tests.collector.ports import LOOPBACK
from tests.collector.process import Collector
from tests.collector.sink import PORTS, Sink, in_order
from tests.collector.telemetry import PROTOCOLS, Count, Log, Protocol, Refused, Span, send
from tests.collector.validation import validate

CONFIGURED_PORTS = (4317, 4318, 8888, 13133)


def test_its_ports_are_moved_and_sigterm_ends_it(collector: Path, tmp_path: Path) -> None:
    with Collector(collector, PIPELINE, tmp_path) as running:
        ports = [running.port(port) for port in CONFIGURED_PORTS]
        assert all(listening(port) for port in ports)
        assert not set(ports) & set(CONFIGURED_PORTS)
        metrics = requests.get(f"http://{LOOPBACK}:{running.port(8888)}/metrics", timeout=5)
        assert "otelcol_process_uptime" in metrics.text
        running.wait_until_at_rest()
    assert running.exit_code == 0
    assert not any(listening(port) for port in ports)
    assert "Shutdown complete." in [entry["msg"] for entry in running.log()]


def test_two_run_side_by_side(collector: Path, tmp_path: Path) -> None:
    with (
        Collector(collector, PIPELINE, tmp_path, name="one") as one,
        Collector(collector, PIPELINE, tmp_path, name="other") as other,
    ):
        assert one.exit_code is other.exit_code is None


def test_one_that_cannot_start_says_why(collector: Path, tmp_path: Path) -> None:
    """`validate` does not look up authenticators, so it is no proof that a collector starts."""
    configuration = PIPELINE.replace("    tls: {insecure: true}", "    auth: {authenticator: none}")
    assert validate(collector, configuration) == ""
    with pytest.raises(ProcessFailed, match='failed to resolve authenticator "none"'):
        Collector(collector, configuration, tmp_path)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_not_taken_is_an_error(collector: Path, tmp_path: Path, protocol: Protocol) -> None:
    without_traces = PIPELINE.replace("    traces/all: *all\n", "")
    with Collector(collector, without_traces, tmp_path) as running:
        port = running.port(PORTS[protocol])
        send(protocol, port, Log("taken"))
        with pytest.raises(Refused, match="traces"):
            send(protocol, port, Span("refused"))


def test_every_signal_arrives_over_both_protocols(collector: Path, tmp_path: Path) -> None:
    resource = {"service.name": "shop", "replicas": 2}
    with Sink(collector, tmp_path) as sink:
        overrides = {
            "exporters": {
                f"otlp_{protocol}/next": {"endpoint": sink.endpoint(protocol)}
                for protocol in PROTOCOLS
            }
        }
        with Collector(collector, PIPELINE, tmp_path, overrides=overrides) as running:
            for protocol in PROTOCOLS:
                send(
                    protocol,
                    running.port(PORTS[protocol]),
                    Log(f"paid by {protocol}", attributes={"total": 1.5}, resource=resource),
                    Log(f"looked up by {protocol}", severity=5, resource=resource),
                    Span(f"pay by {protocol}", {"retried": True}, resource),
                    Count(f"payments.{protocol}", 3, {"ways": ("card", "cash")}, resource),
                )
    price = {"price": "cost $5 ${env:HOME}"}
    resource = {**resource, "deployment.environment": "prod"}
    expected = [
        telemetry
        for protocol in PROTOCOLS
        for telemetry in (
            Log(f"paid by {protocol}", attributes={"total": 1.5, **price}, resource=resource),
            Span(f"pay by {protocol}", {"retried": True, **price}, resource),
            Count(f"payments.{protocol}", 3, {"ways": ["card", "cash"], **price}, resource),
        )
    ]
    assert sink.received("grpc") == in_order(expected)
    assert sink.received("http") == in_order(expected)
    assert (running.exit_code, sink.exit_code) == (0, 0)
    problems = [
        entry for entry in (*running.log(), *sink.log()) if entry["level"] not in ("debug", "info")
    ]
    assert not problems
