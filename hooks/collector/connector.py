"""An outside system as Pipelines and the kind Connector see it: a source, a sink, and a way there.

No kind imports another, so what two of them need of a third lives here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import Field

from hooks.collector.auth import Auth, Method
from hooks.collector.component import ALL_MODES, Mode, Rendered, Signal, Target
from hooks.collector.connection import Connection, Mistake, Mistakes
from hooks.collector.ports import Listener
from hooks.collector.sinks.base import OutsideSink
from hooks.collector.sinks.clickhouse import ClickhouseSink
from hooks.collector.sinks.debug import ConnectorDebugSink
from hooks.collector.sinks.kafka import KafkaSink
from hooks.collector.sinks.otlp import ConnectorOtlpSink
from hooks.collector.sinks.prometheus_remote_write import PrometheusRemoteWriteSink
from hooks.collector.sources.base import OutsideSource
from hooks.collector.sources.filelog import FilelogSource
from hooks.collector.sources.host_metrics import HostMetricsSource
from hooks.collector.sources.kafka import KafkaSource
from hooks.collector.sources.otlp import ConnectorOtlpSource
from hooks.collector.sources.prometheus import PrometheusSource
from hooks.collector.tls import Tls
from hooks.model import ApiModel
from hooks.rules import at_least_one_of, exactly_one_of

SOURCES = ("otlp", "kafka", "prometheus", "filelog", "hostMetrics")
SINKS = ("otlp", "kafka", "prometheusRemoteWrite", "clickhouse", "debug")


@dataclass(frozen=True)
class Use:
    """What a source or sink can use of spec.tls and spec.auth."""

    tls: bool
    auth: tuple[Method, ...] = ()


HTTP_OR_GRPC = Use(tls=True, auth=("basic", "bearer"))
NOTHING = Use(tls=False)  # it makes no connection

USES: Mapping[str, Use] = {
    "source.otlp": NOTHING,
    "source.kafka": Use(tls=True, auth=("sasl",)),
    "source.prometheus": HTTP_OR_GRPC,
    "source.filelog": NOTHING,
    "source.hostMetrics": NOTHING,
    "sink.otlp": HTTP_OR_GRPC,
    "sink.kafka": Use(tls=True, auth=("sasl",)),
    "sink.prometheusRemoteWrite": HTTP_OR_GRPC,
    "sink.clickhouse": Use(tls=True, auth=("basic",)),
    "sink.debug": NOTHING,
}

# What would be sent as it is, for anybody on the way to read.
BARE: tuple[Method, ...] = ("basic", "bearer")


class ConnectorSource(ApiModel):
    rules = (exactly_one_of(*SOURCES),)

    otlp: ConnectorOtlpSource | None = Field(
        default=None, description="Listen for OTLP, on ports of the Pipelines that use it."
    )
    kafka: KafkaSource | None = Field(
        default=None,
        description="Take from topics of Kafka: each message at least once, and again after a "
        "failure.",
    )
    prometheus: PrometheusSource | None = Field(
        default=None, description="Scrape metrics, as Prometheus does."
    )
    filelog: FilelogSource | None = Field(
        default=None,
        description="Take logs from files of the nodes; resource attribute k8s.node.name says of "
        "which node.",
    )
    host_metrics: HostMetricsSource | None = Field(
        default=None,
        description="Measure the nodes: CPU, memory and the like; resource attribute k8s.node.name "
        "says which node.",
    )

    @property
    def chosen(self) -> tuple[str, OutsideSource]:
        """The type as authors write it, and its settings."""
        types = (self.otlp, self.kafka, self.prometheus, self.filelog, self.host_metrics)
        return next((name, each) for name, each in zip(SOURCES, types, strict=True) if each)


class ConnectorSink(ApiModel):
    rules = (exactly_one_of(*SINKS),)

    otlp: ConnectorOtlpSink | None = Field(default=None, description="Send by OTLP.")
    kafka: KafkaSink | None = Field(default=None, description="Send to topics of Kafka.")
    prometheus_remote_write: PrometheusRemoteWriteSink | None = Field(
        default=None, description="Write metrics by Prometheus' remote write."
    )
    clickhouse: ClickhouseSink | None = Field(
        default=None, description="Write to tables of ClickHouse."
    )
    debug: ConnectorDebugSink | None = Field(
        default=None, description="Write to the collector's log, to see what arrives."
    )

    @property
    def chosen(self) -> tuple[str, OutsideSink]:
        """The type as authors write it, and its settings."""
        types = (
            self.otlp,
            self.kafka,
            self.prometheus_remote_write,
            self.clickhouse,
            self.debug,
        )
        return next((name, each) for name, each in zip(SINKS, types, strict=True) if each)


class Connector(ApiModel):
    """The whole spec apart from the probe."""

    rules = (at_least_one_of("source", "sink"),)

    source: ConnectorSource | None = Field(
        default=None, description="What Pipelines can take from it."
    )
    sink: ConnectorSink | None = Field(default=None, description="What Pipelines can send to it.")
    tls: Tls | None = Field(
        default=None,
        description="Connect with TLS, for connections that go out; {} is TLS with what is usual. "
        "A source that listens has its own, source.otlp.tls. Default: no TLS, unless a URL says "
        "https.",
    )
    auth: Auth | None = Field(
        default=None, description="How to log in, for connections that go out. Default: not at all."
    )

    def source_signals(self) -> tuple[Signal, ...]:
        return self.source.chosen[1].carried() if self.source else ()

    def sink_signals(self) -> tuple[Signal, ...]:
        return self.sink.chosen[1].carried() if self.sink else ()

    def modes(self) -> tuple[Mode, ...]:
        """What a Pipeline that takes from its source may be run as."""
        return self.source.chosen[1].modes if self.source else ALL_MODES

    def listeners(self) -> list[Listener]:
        return self.source.chosen[1].listeners() if self.source else []

    def receivers(self, name: str) -> list[Rendered]:
        """For a Connector called *name*; those of equal listeners are equal, whatever its name."""
        return self.source.chosen[1].rendered(self.connection(name)) if self.source else []

    def exporter(self, name: str, *, batched: bool) -> Rendered:
        """For a Connector called *name*, which has a sink.

        *batched*: its queue has to make batches, since no processor of the flow does.
        """
        assert self.sink is not None  # noqa: S101  # who asks has checked
        return self.sink.chosen[1].rendered(self.connection(name), batched=batched)

    def targets(self) -> list[Target]:
        """What a probe has to reach, each once."""
        connection = self.connection("")
        found = [target for _, part in self.parts() for target in part.destinations(connection)]
        return list(dict.fromkeys(found))

    def connection(self, name: str) -> Connection:
        return Connection(name, self.tls, self.auth)

    def parts(self) -> list[tuple[str, OutsideSource | OutsideSink]]:
        """Its source and its sink, each by its path below spec."""
        found: list[tuple[str, OutsideSource | OutsideSink]] = []
        if self.source:
            type_, source = self.source.chosen
            found.append((f"source.{type_}", source))
        if self.sink:
            name, sink = self.sink.chosen
            found.append((f"sink.{name}", sink))
        return found

    def mistakes(self) -> Iterator[Mistake]:
        """What no schema can say: a reason, and a sentence without full stop."""
        for path, part in self.parts():
            section = path.partition(".")[0]
            for reason, message in part.mistakes():
                yield reason, f"spec.{section}.{message}"
        yield from self.wrong_tls()
        yield from self.wrong_auth()

    def wrong_tls(self) -> Mistakes:
        """UnusableTLS: what a part does not use would protect nothing."""
        if self.tls is None:
            return
        users = [(path, part) for path, part in self.parts() if USES[path].tls]
        if not users:
            hint = "; a source that listens has source.otlp.tls" if self.listeners() else ""
            yield "UnusableTLS", f"spec.tls {self.useless()}{hint}"
        for path, part in users:
            if not part.encrypted(self.connection("")):
                yield (
                    "UnusableTLS",
                    f"spec.tls is given, and spec.{path} says http: make it https, or take "
                    "spec.tls away",
                )

    def wrong_auth(self) -> Mistakes:
        """UnusableAuth and InsecureAuth: nobody, or everybody, would see the credentials."""
        if self.auth is None:
            return
        method = self.auth.method
        users = [(path, part) for path, part in self.parts() if USES[path] is not NOTHING]
        if not users:
            yield "UnusableAuth", f"spec.auth {self.useless()}"
        for path, part in users:
            if method not in USES[path].auth:
                taken = " or ".join(f"spec.auth.{each}" for each in USES[path].auth)
                hint = "; source and sink may be two Connectors" if len(users) > 1 else ""
                yield (
                    "UnusableAuth",
                    f"spec.auth.{method} is nothing for spec.{path}: use {taken}{hint}",
                )
            elif method in BARE and not part.encrypted(self.connection("")):
                yield (
                    "InsecureAuth",
                    f"spec.auth.{method} needs TLS, or anybody on the way could read it: "
                    f"{self.remedy(path)}",
                )

    def remedy(self, path: str) -> str:
        """How spec.*path* gets TLS."""
        match path:
            case "source.prometheus":
                return f"set spec.{path}.scheme to https"
            case "sink.prometheusRemoteWrite":
                return f"make spec.{path}.endpoint begin with https://"
        return "add spec.tls ({} trusts the usual authorities)"

    def useless(self) -> str:
        paths = [f"spec.{path}" for path, _ in self.parts()]
        make = f"{' and '.join(paths)} {'do' if len(paths) > 1 else 'does'} not make"
        return f"is for connections that go out, which {make}"
