"""How a collector keeps within its memory: it refuses data before the kernel ends it."""

from pydantic import Field

from hooks.collector.component import Component
from hooks.model import ApiModel
from hooks.quantity import parse
from hooks.rules import Rule, numbers

LIMITER = "memory_limiter"  # the component
MEBIBYTE = 1024 * 1024
GO_MEMORY_LIMIT = "GOMEMLIMIT"  # the variable that Go reads
SHARE_OF_GO = 80  # percent of the limit from which Go's garbage collector works harder
# Of the limit, percent from which data is to be refused at the latest: what is on its way then
# still comes. A flooded collector whose sink is away takes about all of its limit if it refuses
# from 80 on (docs/sizing.md), and more would be ended by the kernel.
MOST_TAKEN = SHARE_OF_GO - 10

PERCENTAGES = numbers("limitPercentage", "spikeLimitPercentage")


class MemoryLimiter(ApiModel):
    rules = (
        # Less, and a collector that does nothing refuses everything.
        Rule(
            "self.limitPercentage - self.spikeLimitPercentage >= 10",
            "spikeLimitPercentage must be less than limitPercentage, by at least 10",
            lambda limiter: limiter.taken >= 10,
            given=PERCENTAGES,
        ),
        Rule(
            f"self.limitPercentage - self.spikeLimitPercentage <= {MOST_TAKEN}",
            f"limitPercentage minus spikeLimitPercentage must be at most {MOST_TAKEN}, or the "
            "collector runs out of memory before it refuses data",
            lambda limiter: limiter.taken <= MOST_TAKEN,
            given=PERCENTAGES,
        ),
    )

    limit_percentage: int = Field(
        default=80,
        ge=20,
        le=100,
        description="Percentage of the memory limit that is used at most. Default: 80.",
    )
    spike_limit_percentage: int = Field(
        default=20,
        ge=1,
        le=90,
        description="Percentage of the memory limit that is left for spikes, below "
        "limitPercentage. "
        "From limitPercentage minus this on, data is refused and its senders try again; that is "
        f"10 to {MOST_TAKEN}. Default: 20.",
    )

    @property
    def taken(self) -> int:
        """Percentage of the memory limit from which data is refused."""
        return self.limit_percentage - self.spike_limit_percentage


def memory_limiter(limiter: MemoryLimiter) -> Component:
    """Of the memory limit, which the collector finds in its container's cgroup."""
    return Component(
        LIMITER,
        {
            # Within a second, the usual interval, senders in a hurry are beyond a limit of 128Mi.
            "check_interval": "100ms",
            "min_gc_interval_when_hard_limited": "1s",  # what is refused needs none more often
            "limit_percentage": limiter.limit_percentage,
            "spike_limit_percentage": limiter.spike_limit_percentage,
        },
    )


def go_memory_limit(limit: str) -> str:
    """The variable's value for a container with this memory *limit*."""
    return f"{int(parse(limit)) * SHARE_OF_GO // 100 // MEBIBYTE}MiB"
