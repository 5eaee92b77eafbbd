"""Sink debug: writes to the collector's own log."""

from typing import Literal

from pydantic import Field

from hooks.collector.component import ALL_SIGNALS, Component, Rendered, Signal, Signals
from hooks.collector.connection import Connection
from hooks.collector.sinks.base import OutsideSink, SinkType


class DebugSink(SinkType):
    verbosity: Literal["basic", "normal", "detailed"] = Field(
        default="basic",
        description="basic: a line for each batch. normal: a line for each record. detailed: "
        "every field. Default: basic.",
    )

    def exporter(self, *, batched: bool) -> Component:
        del batched  # it writes what it gets
        return Component(f"debug/{self.verbosity}", {"verbosity": self.verbosity})


class ConnectorDebugSink(DebugSink, OutsideSink):
    signals: Signals = Field(
        default=list(ALL_SIGNALS),
        description="What may be written: logs, metrics, traces. Default: all of them.",
    )

    def carried(self) -> tuple[Signal, ...]:
        return tuple(sorted(self.signals))

    def rendered(self, connection: Connection, *, batched: bool) -> Rendered:
        """One of its verbosity, whoever asks for it: there is one log."""
        del connection
        return Rendered(self.exporter(batched=batched))
