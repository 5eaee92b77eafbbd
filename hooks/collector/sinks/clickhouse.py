"""Sink clickhouse: writes rows to tables of ClickHouse."""

from typing import Literal

from pydantic import Field

from hooks.collector.component import (
    ALL_SIGNALS,
    Rendered,
    SecretVariable,
    Signal,
    Signals,
    Target,
)
from hooks.collector.connection import Connection, Mistakes
from hooks.collector.durations import Duration
from hooks.collector.endpoints import LONGEST, endpoint_rule, mistake, target
from hooks.collector.sinks.base import OutsideSink, queued

SCHEMES = {
    ("native", False): "clickhouse",
    ("native", True): "clickhouse",
    ("http", False): "http",
    ("http", True): "https",
}


class ClickhouseSink(OutsideSink):
    rules = (endpoint_rule("endpoint", "clickhouse.shop.svc:9440"),)

    endpoint: str = Field(
        max_length=LONGEST,
        description='Server to write to: "<host>:<port>", such as "clickhouse.shop.svc:9440".',
    )
    protocol: Literal["native", "http"] = Field(
        default="native",
        description="What the server speaks on that port: ClickHouse's native protocol (usually "
        "9000, with TLS 9440) or http (8123, with TLS 8443). Default: native.",
    )
    database: str = Field(
        default="default",
        min_length=1,
        max_length=63,
        pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$",
        description="Database to write to. Default: default.",
    )
    ttl: Duration | None = Field(
        default=None,
        description='Time after which ClickHouse drops rows, such as "720h"; of tables that are '
        "created, so a change has no effect on those that exist. Default: rows stay.",
    )
    create_schema: bool = Field(
        default=True,
        description="Create the database and its tables as the collector starts: without the "
        "server it does not start then. false: they must exist. Default: true.",
    )
    signals: Signals = Field(
        default=list(ALL_SIGNALS),
        description="What may be written: logs, metrics, traces. Default: all of them.",
    )

    def carried(self) -> tuple[Signal, ...]:
        return tuple(sorted(self.signals))

    def rendered(self, connection: Connection, *, batched: bool) -> Rendered:
        secure = self.encrypted(connection)
        settings: dict[str, object] = {
            "endpoint": f"{SCHEMES[self.protocol, secure]}://{self.endpoint}",
            "database": self.database,
            "create_schema": self.create_schema,
        }
        if self.ttl:
            settings["ttl"] = self.ttl
        if connection.tls:
            settings["tls"] = connection.tls_settings()
            # Or without settings of its own TLS would be left out.
            settings["connection_params"] = {"secure": "true"}
        variables = login(connection)
        if variables:
            username, password = variables
            settings |= {"username": username.reference, "password": password.reference}
        return Rendered(
            queued("clickhouse", connection.name, settings, batched=batched),
            variables=variables,
            files=connection.tls_files(),
        )

    def destinations(self, connection: Connection) -> list[Target]:
        return [target(self.endpoint, tls=self.encrypted(connection))]

    def mistakes(self) -> Mistakes:
        wrong = mistake(self.endpoint)
        if wrong:
            yield "InvalidEndpoint", f"clickhouse.endpoint is {wrong}"


def login(connection: Connection) -> tuple[SecretVariable, ...]:
    basic = connection.auth.basic if connection.auth else None
    return basic.secret_ref.variables(connection.name) if basic else ()
