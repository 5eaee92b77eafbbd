"""Telemetry as plain values, and OpenTelemetry's own SDK to send it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import grpc  # type: ignore[import-untyped]  # stubs are for an older one
import requests
from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogs
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GrpcMetrics
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcTraces
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HttpLogs
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HttpMetrics
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpTraces
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.collector.ports import LOOPBACK

SCOPE = "tests"
SECONDS = 10

Protocol = Literal["grpc", "http"]
PROTOCOLS: tuple[Protocol, ...] = ("grpc", "http")

Attributes = Mapping[str, Any]


@dataclass(frozen=True)
class Log:
    body: str
    severity: int = SeverityNumber.INFO.value
    attributes: Attributes = field(default_factory=dict)
    resource: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    name: str
    attributes: Attributes = field(default_factory=dict)
    resource: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Count:
    """A counter's value."""

    name: str
    value: int = 1
    attributes: Attributes = field(default_factory=dict)
    resource: Attributes = field(default_factory=dict)


Telemetry = Log | Span | Count


class Refused(Exception):
    """A collector did not take what was sent."""


@dataclass(frozen=True)
class Identity:
    """Files for TLS: whom to trust, and what to show."""

    authority: Path
    certificate: Path
    key: Path


def send(
    protocol: Protocol, port: int, *telemetry: Telemetry, identity: Identity | None = None
) -> None:
    """Each in a request of its own. Raises Refused unless the collector has taken it."""
    for each in telemetry:
        match each:
            case Log():
                signal, batch = "logs", _log_records(each)
            case Span():
                signal, batch = "traces", _spans(each)
            case Count():
                signal, batch = "metrics", _metrics(each)
        _export(protocol, port, signal, batch, identity)


def _log_records(log: Log) -> object:
    made = InMemoryLogRecordExporter()  # type: ignore[no-untyped-call]  # the SDK's omission
    provider = LoggerProvider(Resource(log.resource), shutdown_on_exit=False)
    provider.add_log_record_processor(SimpleLogRecordProcessor(made))
    provider.get_logger(SCOPE).emit(
        body=log.body,
        severity_number=SeverityNumber(log.severity),
        attributes=log.attributes,
    )
    return made.get_finished_logs()


def _spans(span: Span) -> object:
    made = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource(span.resource), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(made))
    provider.get_tracer(SCOPE).start_span(span.name, attributes=span.attributes).end()
    return made.get_finished_spans()


def _metrics(count: Count) -> object:
    made = InMemoryMetricReader()
    provider = MeterProvider([made], Resource(count.resource), shutdown_on_exit=False)
    provider.get_meter(SCOPE).create_counter(count.name).add(count.value, count.attributes)
    return made.get_metrics_data()


EXPORTERS: Mapping[tuple[Protocol, str], Callable[..., Any]] = {
    ("grpc", "logs"): GrpcLogs,
    ("grpc", "traces"): GrpcTraces,
    ("grpc", "metrics"): GrpcMetrics,
    ("http", "logs"): HttpLogs,
    ("http", "traces"): HttpTraces,
    ("http", "metrics"): HttpMetrics,
}


def _export(
    protocol: Protocol, port: int, signal: str, batch: object, identity: Identity | None
) -> None:
    # Not by the SDK's processors: they log what went wrong, and go on.
    path = "" if protocol == "grpc" else f"/v1/{signal}"
    exporter = EXPORTERS[protocol, signal](
        endpoint=f"{'https' if identity else 'http'}://{LOOPBACK}:{port}{path}",
        timeout=SECONDS,
        **(_tls(protocol, identity) if identity else {}),
    )
    try:
        result = exporter.export(batch)
    finally:
        exporter.shutdown()
    if result.name != "SUCCESS":
        raise Refused(f"{signal} by {protocol} at port {port}: {result.name}")


def _tls(protocol: Protocol, identity: Identity) -> Mapping[str, Any]:
    """As the exporters of *protocol* want it."""
    authority, certificate, key = identity.authority, identity.certificate, identity.key
    if protocol == "grpc":
        credentials = grpc.ssl_channel_credentials(
            authority.read_bytes(), key.read_bytes(), certificate.read_bytes()
        )
        return {"credentials": credentials}
    session = requests.Session()
    session.trust_env = False  # or REQUESTS_CA_BUNDLE would beat the session's own authority
    return {
        "session": session,
        "certificate_file": str(authority),
        "client_certificate_file": str(certificate),
        "client_key_file": str(key),
    }
