"""Sink otlp: sends to whatever speaks OpenTelemetry's own protocol."""

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from hooks.collector.component import (
    ALL_SIGNALS,
    Component,
    Rendered,
    Signal,
    Signals,
    Target,
)
from hooks.collector.connection import Connection, Mistakes
from hooks.collector.endpoints import LONGEST, endpoint_rule, mistake, target
from hooks.collector.sinks.base import OutsideSink, SinkType, queued
from hooks.contract import Manifest

# Servers take 4 MiB at once by gRPC and usually 20 MiB by HTTP; what is larger is refused for good,
# and lost. Of records of a usual size the least of a batch are some thousands.
BATCHES: Mapping[str, Manifest] = {
    "grpc": {"sizer": "bytes", "min_size": 2_000_000, "max_size": 4_000_000},
    "http": {"sizer": "bytes", "min_size": 2_000_000, "max_size": 16_000_000},
}

GRPC_SCHEMES = ("dns", "passthrough", "unix", "vsock", "xds")


class OtlpSink(SinkType):
    """Of a flow: without TLS and credentials."""

    rules = (endpoint_rule("endpoint", "otel.example.com:4317"),)

    endpoint: str = Field(
        max_length=LONGEST,
        description='Where to send to: "<host>:<port>", such as "otel.example.com:4317".',
    )
    protocol: Literal["grpc", "http"] = Field(
        default="grpc",
        description="OTLP over grpc, or http (to paths /v1/{logs,metrics,traces}). Default: grpc.",
    )

    def mistake(self) -> str | None:
        """Nor would gRPC connect with a host that it takes for the scheme of an address."""
        if self.endpoint.partition(":")[0].lower() in GRPC_SCHEMES:
            return (
                f"otlp.endpoint is {self.endpoint}, of which gRPC reads the host as a scheme: add "
                "its domain"
            )
        wrong = mistake(self.endpoint)
        return f"otlp.endpoint is {wrong}" if wrong else None

    def exporter(self, *, batched: bool) -> Component:
        # Only IPv6 addresses have colons beside that of the port, so names stay distinct.
        name = re.sub(r"[\[\]]", "", self.endpoint.lower()).replace(":", "_")
        return self.queued(Connection(name), batched=batched)

    def queued(self, connection: Connection, *, batched: bool) -> Component:
        """For what is called like *connection*."""
        return queued(
            f"otlp_{self.protocol}",
            connection.name,
            self.settings(connection),
            batched=batched,
            batch=BATCHES[self.protocol],
        )

    def settings(self, connection: Connection) -> Manifest:
        scheme = "https://" if connection.tls else "http://"
        return {
            "endpoint": f"{scheme if self.protocol == 'http' else ''}{self.endpoint}",
            "tls": connection.tls_settings(),
            **connection.auth_settings(),
        }


class ConnectorOtlpSink(OtlpSink, OutsideSink):
    signals: Signals = Field(
        default=list(ALL_SIGNALS),
        description="What may be sent: logs, metrics, traces. Default: all of them.",
    )

    def carried(self) -> tuple[Signal, ...]:
        return tuple(sorted(self.signals))

    def rendered(self, connection: Connection, *, batched: bool) -> Rendered:
        return Rendered(
            self.queued(connection, batched=batched),
            extensions=connection.authenticator(),
            files=connection.tls_files() + connection.auth_files(),
        )

    def destinations(self, connection: Connection) -> list[Target]:
        return [target(self.endpoint, tls=self.encrypted(connection))]

    def mistakes(self) -> Mistakes:
        wrong = self.mistake()
        if wrong:
            yield "InvalidEndpoint", wrong
