"""Source prometheus: scrapes metrics from whatever exposes them, as Prometheus does."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from hooks.collector.component import Component, Mode, Rendered, Signal, Target
from hooks.collector.connection import Connection, Mistakes
from hooks.collector.durations import Duration
from hooks.collector.endpoints import LONGEST, endpoints_rule, mistake, target
from hooks.collector.sources.base import OutsideSource
from hooks.collector.tls import Tls
from hooks.contract import Manifest
from hooks.model import AS_SET, ApiModel, Distinct
from hooks.patterns import URL_PATH
from hooks.rules import Rule, at_least_one_of, enumerated

EXAMPLE = "node-exporter.example.com:9100"
Address = Annotated[str, Field(max_length=LONGEST)]
DnsName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=253,
        pattern=r"^[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?[.]?$",
    ),
]


UrlPath = Annotated[str, Field(max_length=1024, pattern=URL_PATH)]


class Dns(ApiModel):
    rules = (
        Rule(
            "(self.type == 'SRV') != has(self.port)",
            "port must be set for records of type A or AAAA, and not for SRV, which name ports",
            lambda dns: (dns.type == "SRV") != (dns.port is not None),
            given=enumerated("type"),
        ),
    )

    names: Annotated[list[DnsName], Distinct, AS_SET] = Field(
        min_length=1,
        max_length=16,
        description="Names to look up, such as that of a headless Service: every address found is "
        "a target.",
    )
    type: Literal["A", "AAAA", "SRV"] = Field(
        default="A",
        description="Records to look for: A (IPv4), AAAA (IPv6) or SRV (names and ports). "
        "Default: A.",
    )
    port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="TCP port of the targets. Required for types A and AAAA, and not for SRV.",
    )

    def settings(self) -> Manifest:
        found: Manifest = {"names": sorted(self.names), "type": self.type}
        return found if self.port is None else {**found, "port": self.port}


class PrometheusSource(OutsideSource):
    modes: ClassVar[tuple[Mode, ...]] = ("Deployment", "StatefulSet")

    rules = (
        at_least_one_of("targets", "dns"),
        endpoints_rule("targets", EXAMPLE, optional=True),
    )

    targets: Annotated[list[Address], Distinct, AS_SET] | None = Field(
        default=None,
        min_length=1,
        max_length=64,
        description=f'What to scrape: "<host>:<port>" each, such as "{EXAMPLE}".',
    )
    dns: Dns | None = Field(default=None, description="What to scrape, found by DNS.")
    scheme: Literal["http", "https"] = Field(
        default="http", description="How to ask: by http or https. Default: http."
    )
    path: UrlPath = Field(
        default="/metrics",
        description="Path on each target that shows the metrics. Default: /metrics.",
    )
    interval: Duration = Field(
        default="30s",
        description='Time between two scrapes of a target, such as "30s" or "5m"; a scrape may '
        "take 10 seconds, or the interval if that is less. Default: 30s.",
    )

    def carried(self) -> tuple[Signal, ...]:
        return ("metrics",)

    def rendered(self, connection: Connection) -> list[Rendered]:
        job: Manifest = {
            "job_name": connection.name,
            "scrape_interval": self.interval,
            "metrics_path": self.path,
            "scheme": self.scheme,
        }
        if self.targets:
            job["static_configs"] = [{"targets": sorted(self.targets)}]
        if self.dns:
            job["dns_sd_configs"] = [self.dns.settings()]
        job |= credentials(connection)
        if connection.tls:
            job["tls_config"] = tls_config(connection.tls, connection.name)
        return [
            Rendered(
                Component(f"prometheus/{connection.name}", {"config": {"scrape_configs": [job]}}),
                files=connection.tls_files() + connection.auth_files(),
                single=True,
            )
        ]

    def encrypted(self, connection: Connection) -> bool:
        del connection
        return self.scheme == "https"

    def destinations(self, connection: Connection) -> list[Target]:
        """Those that are written down: what DNS knows changes all the time."""
        return [target(each, tls=self.encrypted(connection)) for each in self.targets or ()]

    def mistakes(self) -> Mistakes:
        for number, each in enumerate(self.targets or ()):
            wrong = mistake(each)
            if wrong:
                yield "InvalidEndpoint", f"prometheus.targets[{number}] is {wrong}"


def credentials(connection: Connection) -> Manifest:
    """As Prometheus has them, without an extension."""
    auth = connection.auth
    if auth and auth.basic:
        username, password = auth.basic.secret_ref.files(connection.name)
        return {"basic_auth": {"username_file": username.file, "password_file": password.file}}
    if auth and auth.bearer:
        return {
            "authorization": {"credentials_file": auth.bearer.secret_ref.file(connection.name).file}
        }
    return {}


# Prometheus' names for what the collector's own clients have: it reloads files by itself.
TLS_KEYS = {
    "ca_file": "ca_file",
    "cert_file": "cert_file",
    "key_file": "key_file",
    "server_name_override": "server_name",
    "insecure_skip_verify": "insecure_skip_verify",
}


def tls_config(tls: Tls, name: str) -> Manifest:
    settings = tls.settings(name)
    return {theirs: settings[ours] for ours, theirs in TLS_KEYS.items() if ours in settings}
