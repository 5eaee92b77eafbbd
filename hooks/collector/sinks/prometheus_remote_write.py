"""Sink prometheusRemoteWrite: writes metrics to Prometheus, Mimir, Thanos and the like."""

import re

from pydantic import Field

from hooks.collector.component import Component, Rendered, Signal, Target
from hooks.collector.connection import Connection, Mistakes
from hooks.collector.endpoints import HOST, PORT, matches, mistake, target
from hooks.collector.sinks.base import OutsideSink
from hooks.contract import Manifest
from hooks.rules import Rule

PIECE = r"(%[0-9a-fA-F]{2}|[-a-zA-Z0-9._~!&()*+,;=:@/])*"
URL = rf"^https?://{HOST}(:{PORT})?(/{PIECE})?([?]{PIECE})?$"
# By default it would drop what it cannot write within 5 seconds, tries included. For ever is not to
# be had: the one timeout is that of a try, too, and a server that never answers would hold up all.
FIVE_MINUTES: Manifest = {
    "timeout": "5m",
    "retry_on_failure": {"initial_interval": "2s", "max_elapsed_time": "0s"},
}
USUAL_PORTS = {"http": 80, "https": 443}


class PrometheusRemoteWriteSink(OutsideSink):
    rules = (
        Rule(
            f"self.endpoint.matches(r'{URL}')",
            "endpoint must be a URL of http or https without name and password, such as "
            '"https://prometheus.example.com/api/v1/write"',
            lambda sink: matches(URL, sink.endpoint),  # not told: it may have a password in it
        ),
    )

    endpoint: str = Field(
        max_length=2048,
        description='URL to write to, such as "https://prometheus.example.com/api/v1/write". While '
        "it does not answer, each write is tried for 5 minutes and then dropped.",
    )

    def carried(self) -> tuple[Signal, ...]:
        return ("metrics",)

    def rendered(self, connection: Connection, *, batched: bool) -> Rendered:
        del batched  # it makes requests by their size, whatever arrives
        settings: Manifest = {
            "endpoint": self.endpoint,
            **FIVE_MINUTES,
            **connection.auth_settings(),
        }
        if connection.tls:
            settings["tls"] = connection.tls_settings()
        return Rendered(
            Component(f"prometheus_remote_write/{connection.name}", settings),
            extensions=connection.authenticator(),
            files=connection.tls_files() + connection.auth_files(),
        )

    def encrypted(self, connection: Connection) -> bool:
        del connection
        return self.endpoint.startswith("https://")

    @property
    def address(self) -> str:
        """Its host and port."""
        scheme, _, rest = self.endpoint.partition("://")
        host = re.split("[/?]", rest, maxsplit=1)[0]
        return host if re.search(r":[0-9]+$", host) else f"{host}:{USUAL_PORTS[scheme]}"

    def destinations(self, connection: Connection) -> list[Target]:
        return [target(self.address, tls=self.encrypted(connection))]

    def mistakes(self) -> Mistakes:
        wrong = mistake(self.address)
        if wrong:
            yield "InvalidEndpoint", f"prometheusRemoteWrite.endpoint is for {wrong}"
