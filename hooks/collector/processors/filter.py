"""Processor filter: drops what a condition is true of."""

from typing import Annotated

from pydantic import Field

from hooks.collector.component import Signal, literal
from hooks.collector.processors.base import ProcessorType
from hooks.contract import Manifest
from hooks.rules import at_least_one_of

Condition = Annotated[str, Field(min_length=1, max_length=1024)]
Conditions = Annotated[list[Condition], Field(min_length=1, max_length=32)]

# The collector's keys, each in the singular.
KEYS: dict[Signal, str] = {
    "logs": "log_conditions",
    "metrics": "metric_conditions",
    "traces": "trace_conditions",
}


class Filter(ProcessorType):
    rules = (at_least_one_of("logs", "metrics", "traces"),)

    logs: Conditions | None = Field(
        default=None,
        description='OTTL conditions with their context, such as "log.severity_number != '
        'SEVERITY_NUMBER_UNSPECIFIED and log.severity_number < SEVERITY_NUMBER_INFO": a log record '
        "that any of them holds for is dropped. One without severity is UNSPECIFIED, which is less "
        "than any.",
    )
    metrics: Conditions | None = Field(
        default=None,
        description='OTTL conditions with their context, such as "metric.name == \\"x\\"": a '
        "metric or data point that any of them holds for is dropped.",
    )
    traces: Conditions | None = Field(
        default=None,
        description='OTTL conditions with their context, such as "span.name == \\"health\\"": a '
        "span or span event that any of them holds for is dropped.",
    )

    def settings(self) -> Manifest:
        conditions = {KEYS[signal]: getattr(self, signal) for signal in KEYS}
        rendered = {key: list(map(literal, each)) for key, each in conditions.items() if each}
        # A record that a condition cannot judge is kept, and the collector's log says why.
        return {"error_mode": "ignore", **rendered}

    def signals(self) -> set[Signal]:
        return {signal for signal in KEYS if getattr(self, signal)}
