"""Source kafka: takes telemetry from topics of Kafka, as one of a group of consumers."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from hooks.collector.component import Component, Rendered, Signal, Target
from hooks.collector.connection import Connection, Mistakes
from hooks.collector.endpoints import endpoints_rule, target
from hooks.collector.kafka import EXAMPLE, Brokers, Topic, client, mistakes, variables
from hooks.collector.sources.base import OutsideSource
from hooks.contract import Manifest
from hooks.model import AS_SET, ApiModel, Distinct
from hooks.rules import Rule, at_least_one_of, enumerated

OF_LOGS = ("text", "json", "raw")

# By default a message counts as done before anything has taken it: what is refused for lack of
# memory, or because a queue is full, would be lost although Kafka still has it. Tried again for
# ever, and slower and slower: without a multiplier it would be tried without a pause.
AT_LEAST_ONCE: Manifest = {
    "message_marking": {"after": True, "on_error": False, "on_permanent_error": True},
    "error_backoff": {
        "enabled": True,
        "initial_interval": "1s",
        "multiplier": 1.5,
        "randomization_factor": 0.5,
        "max_interval": "30s",
        "max_elapsed_time": "0s",
    },
}
Topics = Annotated[list[Topic], Distinct, AS_SET, Field(min_length=1, max_length=16)]


class SourceTopics(ApiModel):
    rules = (at_least_one_of("logs", "metrics", "traces"),)

    logs: Topics | None = Field(default=None, description="Topics that hold logs.")
    metrics: Topics | None = Field(default=None, description="Topics that hold metrics.")
    traces: Topics | None = Field(default=None, description="Topics that hold traces.")

    def by_signal(self) -> Mapping[Signal, list[str]]:
        given: Mapping[Signal, list[str] | None] = {
            "logs": self.logs,
            "metrics": self.metrics,
            "traces": self.traces,
        }
        return {signal: sorted(topics) for signal, topics in given.items() if topics}


class KafkaSource(OutsideSource):
    rules = (
        endpoints_rule("brokers", EXAMPLE),
        Rule(
            "!(self.encoding in ['text', 'json', 'raw']) || "
            "!(has(self.topics.metrics) || has(self.topics.traces))",
            "topics of metrics and traces need another encoding than text, json and raw, which can "
            "hold logs only",
            lambda source: (
                source.encoding not in OF_LOGS or set(source.topics.by_signal()) == {"logs"}
            ),
            given=enumerated("encoding"),
        ),
    )

    brokers: Brokers
    group_id: str = Field(
        alias="groupID",
        min_length=1,
        max_length=249,
        pattern=r"^[-._a-zA-Z0-9]+$",
        description="Group of consumers: all pods with the same one share what arrives, and go on "
        "where the group has been.",
    )
    topics: SourceTopics = Field(description="Topics to take from, for each signal.")
    encoding: Literal["otlp_proto", "otlp_json", "text", "json", "raw"] = Field(
        default="otlp_proto",
        description="What a message holds. otlp_proto, otlp_json: telemetry as OTLP has it. For "
        "logs only: text (its text is a record's body), json (its object is) or raw (its bytes "
        "are). Default: otlp_proto.",
    )
    initial_offset: Literal["latest", "earliest"] = Field(
        default="latest",
        description="Where a new group begins: latest, with what comes from now on, or earliest, "
        "with all that is there. Default: latest.",
    )

    def carried(self) -> tuple[Signal, ...]:
        return tuple(self.topics.by_signal())

    def rendered(self, connection: Connection) -> list[Rendered]:
        settings: Manifest = {
            **client(self.brokers, connection),
            "group_id": self.group_id,
            "initial_offset": self.initial_offset,
            **AT_LEAST_ONCE,
            **{
                signal: {"topics": topics, "encoding": self.encoding}
                for signal, topics in self.topics.by_signal().items()
            },
        }
        return [
            Rendered(
                Component(f"kafka/{connection.name}", settings),
                variables=variables(connection),
                files=connection.tls_files(),
            )
        ]

    def destinations(self, connection: Connection) -> list[Target]:
        return [target(each, tls=self.encrypted(connection)) for each in self.brokers]

    def mistakes(self) -> Mistakes:
        return mistakes(self.brokers, self.topics.by_signal())
