"""One part of a collector's configuration."""

from dataclasses import dataclass
from typing import Literal

from hooks.contract import Manifest

Signal = Literal["logs", "metrics", "traces"]


@dataclass(frozen=True)
class Component:
    """A receiver, processor, exporter or extension."""

    id: str  # "<type>" or "<type>/<name>", unique in its section
    settings: Manifest


def literal(text: str) -> str:
    """*text* so that the collector does not expand ${…} in it."""
    return text.replace("$", "$$")
