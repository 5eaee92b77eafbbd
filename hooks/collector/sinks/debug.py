"""Sink debug: writes to the collector's own log."""

from typing import Literal

from pydantic import Field

from hooks.collector.component import Component
from hooks.collector.sinks.base import SinkType


class DebugSink(SinkType):
    verbosity: Literal["basic", "normal", "detailed"] = Field(
        default="basic",
        description="basic: a line for each batch. normal: a line for each record. detailed: "
        "every field. Default: basic.",
    )

    def exporter(self, *, batched: bool) -> Component:
        del batched  # it writes what it gets
        return Component(f"debug/{self.verbosity}", {"verbosity": self.verbosity})
