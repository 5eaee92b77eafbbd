"""Sink otlp: sends to whatever speaks OpenTelemetry's own protocol, without TLS."""

import re
from ipaddress import IPv6Address
from typing import Literal

from pydantic import Field

from hooks.collector.component import Component
from hooks.collector.sinks.base import SinkType
from hooks.rules import Rule

GRPC_SCHEMES = ("dns", "passthrough", "unix", "vsock", "xds")
IPV6 = r"\[([0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}\]"
HOST = rf"({IPV6}|[a-zA-Z0-9]([-a-zA-Z0-9.]{{0,251}}[a-zA-Z0-9])?)"
PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
ENDPOINT = f"^{HOST}:{PORT}$"


class OtlpSink(SinkType):
    rules = (
        Rule(
            f"self.endpoint.matches(r'{ENDPOINT}')",
            'endpoint must be "<host>:<port>", such as "otel.example.com:4317"',
            lambda sink: re.fullmatch(ENDPOINT, sink.endpoint, re.ASCII) is not None,
        ),
    )

    endpoint: str = Field(
        max_length=261,
        description='Where to send to: "<host>:<port>", such as "otel.example.com:4317".',
    )
    protocol: Literal["grpc", "http"] = Field(
        default="grpc",
        description="OTLP over grpc, or http (to paths /v1/{logs,metrics,traces}). Default: grpc.",
    )

    def mistake(self) -> str | None:
        """No pattern tells all addresses of IPv6 from others, and gRPC would just never connect.

        Nor would it with a host that it takes for the scheme of an address.
        """
        if self.endpoint.partition(":")[0] in GRPC_SCHEMES:
            return f"otlp.endpoint is {self.endpoint}, which gRPC takes for no host: add its domain"
        if not self.endpoint.startswith("["):
            return None
        try:
            IPv6Address(self.endpoint[1 : self.endpoint.index("]")])
        except ValueError:
            return f"otlp.endpoint is {self.endpoint}, which is no address of IPv6 in brackets"
        return None

    def exporter(self, *, batched: bool) -> Component:
        # Only IPv6 addresses have colons beside that of the port, so names stay distinct.
        name = re.sub(r"[\[\]]", "", self.endpoint).replace(":", "_")
        scheme = "http://" if self.protocol == "http" else ""
        connection = {"endpoint": f"{scheme}{self.endpoint}", "tls": {"insecure": True}}
        if not batched:
            return Component(f"otlp_{self.protocol}/{name}_unbatched", connection)
        queue: dict[str, object] = {"sending_queue": {"batch": {}}}
        return Component(f"otlp_{self.protocol}/{name}", connection | queue)
