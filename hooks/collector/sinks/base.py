"""What every type of sink can tell."""

from abc import abstractmethod

from hooks.collector.component import Component, Rendered, Signal, Target
from hooks.collector.connection import Connection, Mistakes
from hooks.contract import Manifest
from hooks.model import ApiModel


class SinkType(ApiModel):
    """Of a flow."""

    def mistake(self) -> str | None:
        """What is wrong with it that no schema can say."""
        return None

    @abstractmethod
    def exporter(self, *, batched: bool) -> Component:
        """Its part of the collector's configuration.

        *batched*: its queue has to make batches, since no processor of the flow does.
        """


class OutsideSink(ApiModel):
    """Of a Connector."""

    @abstractmethod
    def carried(self) -> tuple[Signal, ...]:
        """What it takes, sorted."""

    @abstractmethod
    def rendered(self, connection: Connection, *, batched: bool) -> Rendered:
        """Its exporter; *batched* as for flows."""

    def encrypted(self, connection: Connection) -> bool:
        """Whether connections speak TLS."""
        return connection.tls is not None

    def destinations(self, connection: Connection) -> list[Target]:
        """Where connections go to."""
        del connection
        return []

    def mistakes(self) -> Mistakes:
        """What no schema can say; paths are below spec.sink."""
        yield from ()


# Until it is taken, however long that takes: by default it would be dropped after five minutes.
# Meanwhile the queue fills, and what comes in is refused; its senders keep that.
UNTIL_TAKEN: Manifest = {"retry_on_failure": {"max_elapsed_time": "0s"}}


# No name of a sink ends like that.
UNBATCHED = "_unbatched"


def queued(
    type_: str, name: str, settings: Manifest, *, batched: bool, batch: Manifest | None = None
) -> Component:
    """An exporter whose queue makes batches, or one beside it for flows that have a processor.

    That one splits what is larger than *batch* allows, or nobody would take it.
    """
    settings = settings | UNTIL_TAKEN
    if batched:
        queue = {"sending_queue": {"batch": batch or {}}}
        return Component(f"{type_}/{name}", settings | queue, queued=True)
    if batch:
        settings = settings | {"sending_queue": {"batch": {**batch, "min_size": 0}}}
    return Component(f"{type_}/{name}{UNBATCHED}", settings, queued=True)
