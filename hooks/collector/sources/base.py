"""What every type of source of a Connector can tell."""

from abc import abstractmethod
from typing import ClassVar

from hooks.collector.component import ALL_MODES, Mode, Rendered, Signal, Target
from hooks.collector.connection import Connection, Mistakes
from hooks.collector.ports import Listener
from hooks.model import ApiModel


class OutsideSource(ApiModel):
    modes: ClassVar[tuple[Mode, ...]] = ALL_MODES

    @abstractmethod
    def carried(self) -> tuple[Signal, ...]:
        """What comes from it, sorted."""

    @abstractmethod
    def rendered(self, connection: Connection) -> list[Rendered]:
        """Its receivers."""

    def listeners(self) -> list[Listener]:
        return []

    def encrypted(self, connection: Connection) -> bool:
        """Whether connections that go out speak TLS."""
        return connection.tls is not None

    def destinations(self, connection: Connection) -> list[Target]:
        """Where connections go out to, as far as the spec knows."""
        del connection
        return []

    def mistakes(self) -> Mistakes:
        """What no schema can say; paths are below spec.source."""
        yield from ()
