"""What every type of processor can tell."""

from abc import abstractmethod
from typing import get_args

from hooks.collector.component import Signal
from hooks.contract import Manifest
from hooks.model import ApiModel


class ProcessorType(ApiModel):
    @property
    def component_type(self) -> str:
        """The collector's name for it."""
        return type(self).__name__.lower()

    @property
    def field(self) -> str:
        """Where an author writes it, below the processor."""
        return type(self).__name__.lower()

    @abstractmethod
    def settings(self) -> Manifest:
        """Its part of the collector's configuration."""

    def signals(self) -> set[Signal]:
        """What it does anything to."""
        return set(get_args(Signal))

    @property
    def whole_traces(self) -> bool:
        """Whether it goes wrong if the spans of a trace are spread over several pods."""
        return False
