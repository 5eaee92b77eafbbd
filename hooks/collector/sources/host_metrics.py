"""Source hostMetrics: measures the nodes that pods run on."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from hooks.collector.component import Component, Mode, Rendered, Signal
from hooks.collector.connection import Connection
from hooks.collector.durations import Duration
from hooks.collector.sources.base import OutsideSource
from hooks.model import AS_SET, Distinct

# Where pods have the root of their node's file system, read-only.
HOST_ROOT = "/hostfs"

# Without network: a pod sees that of its own, whatever it reads of its node.
Scraper = Literal["cpu", "disk", "filesystem", "load", "memory", "paging", "processes", "system"]


class HostMetricsSource(OutsideSource):
    modes: ClassVar[tuple[Mode, ...]] = ("DaemonSet",)

    scrapers: Annotated[list[Scraper], Distinct, AS_SET] = Field(
        default=["cpu", "disk", "filesystem", "load", "memory"],
        min_length=1,
        max_length=8,
        description="What is measured: cpu, disk, filesystem, load, memory, paging, processes "
        "(their number), system (its uptime). Not the network, of which a pod sees its own only. "
        "Default: cpu, disk, filesystem, load and memory.",
    )
    interval: Duration = Field(
        default="30s",
        description='Time between two measurements, such as "30s" or "5m". Default: 30s.',
    )

    def carried(self) -> tuple[Signal, ...]:
        return ("metrics",)

    def rendered(self, connection: Connection) -> list[Rendered]:
        settings = {
            "root_path": HOST_ROOT,
            "collection_interval": self.interval,
            "scrapers": {scraper: {} for scraper in sorted(self.scrapers)},
        }
        # Renamed to host_metrics after the version that tests can have; the old name is an alias.
        return [Rendered(Component(f"hostmetrics/{connection.name}", settings), folders=("/",))]
