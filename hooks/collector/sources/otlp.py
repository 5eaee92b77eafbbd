"""Source otlp: listens for OpenTelemetry's own protocol."""

from pydantic import Field

from hooks.collector.component import Component
from hooks.collector.ports import Listener, Port
from hooks.model import ApiModel
from hooks.rules import at_least_one_of


class GrpcListener(ApiModel):
    port: Port = Field(default=4317, description="TCP port. Default: 4317.")


class HttpListener(ApiModel):
    port: Port = Field(default=4318, description="TCP port. Default: 4318.")


class OtlpSource(ApiModel):
    rules = (at_least_one_of("grpc", "http"),)

    grpc: GrpcListener | None = Field(default=None, description="Listen for OTLP over gRPC.")
    http: HttpListener | None = Field(
        default=None, description="Listen for OTLP over HTTP, on paths /v1/{logs,metrics,traces}."
    )

    def listeners(self) -> list[Listener]:
        """What it listens on. Each is a receiver of its own, so that flows can share one."""
        found = []
        if self.grpc:
            found.append(Listener(self.grpc.port, "grpc"))
        if self.http:
            found.append(Listener(self.http.port, "http"))
        return found

    def receivers(self) -> list[Component]:
        """Its part of the collector's configuration."""
        return [receiver(listener) for listener in self.listeners()]


def receiver(listener: Listener) -> Component:
    endpoint = {"endpoint": f"0.0.0.0:{listener.port}"}  # of IPv6, too: that is Go's reading
    return Component(f"otlp/{listener.name}", {"protocols": {listener.protocol: endpoint}})
