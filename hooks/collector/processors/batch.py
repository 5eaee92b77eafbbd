"""Processor batch: collects records before they are sent on."""

from pydantic import Field

from hooks.collector.processors.base import ProcessorType
from hooks.contract import Manifest
from hooks.rules import Rule, numbers

DURATION = r"^([0-9]{1,6}(ms|s|m))+$"


class Batch(ProcessorType):
    rules = (
        Rule(
            "!has(self.sendBatchMaxSize) || self.sendBatchMaxSize >= self.sendBatchSize",
            "sendBatchMaxSize must not be less than sendBatchSize",
            lambda batch: (
                batch.send_batch_max_size is None
                or batch.send_batch_max_size >= batch.send_batch_size
            ),
            given=numbers("sendBatchSize", "sendBatchMaxSize"),
        ),
    )

    send_batch_size: int = Field(
        default=8192,
        ge=1,
        le=1_000_000,
        description="Records after which a batch is sent at once. Default: 8192.",
    )
    send_batch_max_size: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="Records in a batch at most; larger ones are split. Default: no limit.",
    )
    timeout: str = Field(
        default="200ms",
        max_length=16,
        pattern=DURATION,
        description='Time after which a batch is sent whatever its size, such as "200ms" or '
        '"1m30s". Default: 200ms.',
    )

    def settings(self) -> Manifest:
        found: Manifest = {"send_batch_size": self.send_batch_size, "timeout": self.timeout}
        if self.send_batch_max_size is not None:
            found["send_batch_max_size"] = self.send_batch_max_size
        return found
