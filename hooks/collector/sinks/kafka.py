"""Sink kafka: sends telemetry to topics of Kafka."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from hooks.collector.component import Rendered, Signal, Target
from hooks.collector.connection import Connection, Mistakes
from hooks.collector.endpoints import endpoints_rule, target
from hooks.collector.kafka import EXAMPLE, Brokers, Topic, client, mistakes, variables
from hooks.collector.sinks.base import OutsideSink, queued
from hooks.contract import Manifest
from hooks.model import ApiModel
from hooks.rules import Rule, at_least_one_of

ACKNOWLEDGEMENTS = {"all": -1, "leader": 1, "none": 0}


class SinkTopics(ApiModel):
    rules = (at_least_one_of("logs", "metrics", "traces"),)

    logs: Topic | None = Field(default=None, description="Topic for logs.")
    metrics: Topic | None = Field(default=None, description="Topic for metrics.")
    traces: Topic | None = Field(default=None, description="Topic for traces.")

    def by_signal(self) -> Mapping[Signal, str]:
        given: Mapping[Signal, str | None] = {
            "logs": self.logs,
            "metrics": self.metrics,
            "traces": self.traces,
        }
        return {signal: topic for signal, topic in given.items() if topic}


class KafkaSink(OutsideSink):
    rules = (
        endpoints_rule("brokers", EXAMPLE),
        Rule(
            "self.encoding != 'raw' || !(has(self.topics.metrics) || has(self.topics.traces))",
            "encoding raw can hold logs only, and there are topics of metrics or traces",
            lambda sink: sink.encoding != "raw" or set(sink.topics.by_signal()) == {"logs"},
        ),
    )

    brokers: Brokers
    topics: SinkTopics = Field(description="Topic to send to, for each signal.")
    encoding: Literal["otlp_proto", "otlp_json", "raw"] = Field(
        default="otlp_proto",
        description="What a message holds. otlp_proto, otlp_json: a batch of telemetry as OTLP has "
        "it. raw, for logs only: the body of one record, without its attributes. Default: "
        "otlp_proto.",
    )
    required_acks: Literal["all", "leader", "none"] = Field(
        default="all",
        description="Who must have a message before it counts as sent: all replicas that are in "
        "sync, the leader of its partition, or none. Default: all.",
    )
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = Field(
        default="none", description="How messages are compressed. Default: none."
    )
    max_message_bytes: int = Field(
        default=1_000_000,
        ge=10_000,
        le=100_000_000,
        description="Bytes of a message at most, before compression; not more than the topic's "
        "max.message.bytes. Larger batches are split; a single record that is larger is lost. "
        "Default: 1000000.",
    )

    def carried(self) -> tuple[Signal, ...]:
        return tuple(self.topics.by_signal())

    def rendered(self, connection: Connection, *, batched: bool) -> Rendered:
        settings: Manifest = {
            **client(self.brokers, connection),
            "producer": {
                "compression": self.compression,
                "max_message_bytes": self.max_message_bytes,
                "required_acks": ACKNOWLEDGEMENTS[self.required_acks],
            },
            **{
                signal: {"topic": topic, "encoding": self.encoding}
                for signal, topic in self.topics.by_signal().items()
            },
        }
        return Rendered(
            queued("kafka", connection.name, settings, batched=batched, batch=self.batch()),
            variables=variables(connection),
            files=connection.tls_files(),
        )

    def batch(self) -> Manifest:
        """By bytes: a batch becomes one message, and one that is too large would be lost.

        They are counted as of otlp_proto. The same as JSON is up to five times as large.
        """
        room = self.max_message_bytes * 9 // 10  # the rest is for the message's own header
        largest = room // 5 if self.encoding == "otlp_json" else room
        return {"sizer": "bytes", "min_size": largest // 2, "max_size": largest}

    def destinations(self, connection: Connection) -> list[Target]:
        return [target(each, tls=self.encrypted(connection)) for each in self.brokers]

    def mistakes(self) -> Mistakes:
        topics = {signal: [topic] for signal, topic in self.topics.by_signal().items()}
        return mistakes(self.brokers, topics)
