"""Processor transform: changes telemetry by statements of OTTL."""

from typing import Annotated

from pydantic import Field

from hooks.collector.component import Signal, literal
from hooks.collector.processors.base import ProcessorType
from hooks.contract import Manifest
from hooks.rules import at_least_one_of

Statement = Annotated[str, Field(min_length=1, max_length=2048)]
Statements = Annotated[list[Statement], Field(min_length=1, max_length=64)]

# The collector's keys, each in the singular.
KEYS: dict[Signal, str] = {
    "logs": "log_statements",
    "metrics": "metric_statements",
    "traces": "trace_statements",
}
# The collector finds one context for a whole list: that of the smallest thing it names.


class Transform(ProcessorType):
    rules = (at_least_one_of("logs", "metrics", "traces"),)

    logs: Statements | None = Field(
        default=None,
        description="OTTL statements with their context, such as "
        '"set(log.attributes[\\"team\\"], \\"web\\")", done to each log record in this order.',
    )
    metrics: Statements | None = Field(
        default=None,
        description="OTTL statements with their context, such as "
        '"set(metric.unit, \\"s\\") where metric.unit == \\"seconds\\"", done to each metric or '
        "data point in this order. If one names a data point, all are done to data points only: "
        "what is about a metric as a whole is another processor.",
    )
    traces: Statements | None = Field(
        default=None,
        description="OTTL statements with their context, such as "
        '"replace_pattern(span.name, \\"/[0-9]+\\", \\"/{id}\\")", done to each span or span event '
        "in this order. If one names a span event, all are done to span events only, and a span "
        "without events stays as it is: what is about spans is another processor.",
    )

    def settings(self) -> Manifest:
        statements = {KEYS[signal]: getattr(self, signal) for signal in KEYS}
        rendered = {key: list(map(literal, each)) for key, each in statements.items() if each}
        # What a statement fails for stays as it is, and the collector's log says why.
        return {"error_mode": "ignore", **rendered}

    def signals(self) -> set[Signal]:
        return {signal for signal in KEYS if getattr(self, signal)}
