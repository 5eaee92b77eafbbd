"""Source otlp: listens for OpenTelemetry's own protocol."""

from pydantic import Field

from hooks.collector.component import ALL_SIGNALS, Component, Rendered, Signal, Signals
from hooks.collector.connection import Connection
from hooks.collector.ports import Listener, Port
from hooks.collector.sources.base import OutsideSource
from hooks.collector.tls import ListenerTls
from hooks.contract import Manifest
from hooks.model import ApiModel
from hooks.rules import at_least_one_of


class GrpcListener(ApiModel):
    port: Port = Field(default=4317, description="TCP port. Default: 4317.")


class HttpListener(ApiModel):
    port: Port = Field(default=4318, description="TCP port. Default: 4318.")


class OtlpSource(ApiModel):
    """Of a flow: without TLS."""

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


class ConnectorOtlpSource(OtlpSource, OutsideSource):
    tls: ListenerTls | None = Field(
        default=None, description="Speak TLS with those who send. Default: no TLS."
    )
    signals: Signals = Field(
        default=list(ALL_SIGNALS),
        description="What is taken: logs, metrics, traces. Default: all of them.",
    )

    def listeners(self) -> list[Listener]:
        tls = self.tls.summary if self.tls else ""
        return [Listener(each.port, each.protocol, tls) for each in super().listeners()]

    def carried(self) -> tuple[Signal, ...]:
        return tuple(sorted(self.signals))

    def rendered(self, connection: Connection) -> list[Rendered]:
        """Equal for equal listeners, whichever Connectors they are of."""
        del connection
        return [self.receiver(listener) for listener in self.listeners()]

    def receiver(self, listener: Listener) -> Rendered:
        if self.tls is None:
            return Rendered(receiver(listener))
        folder = f"_{listener.name}"  # no Connector is called so
        return Rendered(
            receiver(listener, tls=self.tls.settings(folder)), files=self.tls.files(folder)
        )


# A client of gRPC looks for new pods only when its connection ends, and keeps one for ever: what an
# autoscaler adds would have nothing to do.
AGEING: Manifest = {
    "keepalive": {
        "server_parameters": {"max_connection_age": "1m", "max_connection_age_grace": "30s"}
    }
}


def receiver(listener: Listener, **settings: Manifest) -> Component:
    endpoint = f"0.0.0.0:{listener.port}"  # of IPv6, too: that is Go's reading
    ageing = AGEING if listener.protocol == "grpc" else {}
    return Component(
        f"otlp/{listener.name}",
        {"protocols": {listener.protocol: {"endpoint": endpoint, **ageing, **settings}}},
    )
