"""Processor sample: keeps a part of what flows, chosen by chance or by looking at whole traces."""

from typing import Annotated

from pydantic import Field

from hooks.collector.component import Signal, literal
from hooks.collector.processors.base import ProcessorType
from hooks.collector.processors.policies import Policy
from hooks.contract import Manifest
from hooks.model import AS_MAP, ApiModel, DistinctlyNamed
from hooks.rules import exactly_one_of

# Up to a quarter of an hour, in seconds, or up to 99 minutes.
WAIT = r"^([1-9][0-9]{0,2}s|[1-9][0-9]?m)$"


class Head(ApiModel):
    percentage: float = Field(
        ge=0.01,
        le=100,
        description="Percentage of traces that is kept, 0.01 to 100: with all their spans and log "
        "records, and the same ones in every pod and every Pipeline. A span whose attribute "
        "sampling.priority is 0 is dropped in any case, and kept if that is more.",
    )
    from_attribute: str | None = Field(
        default=None,
        min_length=1,
        max_length=256,
        description="Name of an attribute of log records: of those that belong to no trace it "
        "chooses the percentage by its value. Default: they are all kept.",
    )

    def settings(self) -> Manifest:
        found: Manifest = {
            "sampling_percentage": self.percentage,
            # By a hash, which needs no chance in the ids: not all of them have it.
            "mode": "hash_seed",
            # What cannot be judged is kept.
            "fail_closed": False,
        }
        if self.from_attribute is not None:
            found["from_attribute"] = literal(self.from_attribute)
        return found


class Tail(ApiModel):
    decision_wait: str = Field(
        default="30s",
        max_length=4,
        pattern=WAIT,
        description='Time from the first span of a trace until it is judged, such as "10s" or '
        '"2m": what comes by then counts. Meanwhile spans are in memory only, also with '
        "persistence; when a pod ends, it judges what it has. Default: 30s.",
    )
    max_traces: int = Field(
        default=50_000,
        ge=100,
        le=1_000_000,
        description="Traces in memory at most: with more, the oldest are dropped before they are "
        "judged. Default: 50000.",
    )
    policies: Annotated[list[Policy], DistinctlyNamed, AS_MAP] = Field(
        min_length=1,
        max_length=32,
        description="What makes a trace worth keeping: it is kept if any of them says so, with all "
        "its spans, and dropped else.",
    )

    def settings(self) -> Manifest:
        return {
            "decision_wait": self.decision_wait,
            "num_traces": self.max_traces,
            "policies": [policy.settings() for policy in self.policies],
        }


class Sample(ProcessorType):
    rules = (exactly_one_of("head", "tail"),)

    head: Head | None = Field(
        default=None,
        description="Keep a percentage of traces, and of log records, at once and without memory.",
    )
    tail: Tail | None = Field(
        default=None,
        description="Keep traces by what happened in them, such as errors. It waits until it has "
        "seen them whole, so one pod must see them all: replicas is 1, and neither autoscaling nor "
        "mode DaemonSet can be used.",
    )

    @property
    def component_type(self) -> str:
        return "tail_sampling" if self.tail else "probabilistic_sampler"

    @property
    def field(self) -> str:
        return "sample.tail" if self.tail else "sample.head"

    def settings(self) -> Manifest:
        return next(each for each in (self.head, self.tail) if each).settings()

    def signals(self) -> set[Signal]:
        return {"traces"} if self.tail else {"logs", "traces"}

    @property
    def whole_traces(self) -> bool:
        return self.tail is not None
