"""What every type of processor can tell."""

from abc import abstractmethod
from typing import get_args

from hooks.collector.component import Signal
from hooks.contract import Manifest
from hooks.model import ApiModel


class ProcessorType(ApiModel):
    @abstractmethod
    def settings(self) -> Manifest:
        """Its part of the collector's configuration."""

    def signals(self) -> set[Signal]:
        """What it does anything to."""
        return set(get_args(Signal))
