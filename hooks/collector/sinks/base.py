"""What every type of sink can tell."""

from abc import abstractmethod

from hooks.collector.component import Component
from hooks.model import ApiModel


class SinkType(ApiModel):
    def mistake(self) -> str | None:
        """What is wrong with it that no schema can say."""
        return None

    @abstractmethod
    def exporter(self, *, batched: bool) -> Component:
        """Its part of the collector's configuration.

        *batched*: its queue has to make batches, since no processor of the flow does.
        """
