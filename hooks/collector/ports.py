"""TCP ports of a collector: its own, and those that it listens on for others."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

HEALTH_PORT = 13133
METRICS_PORT = 8888

# Ports below need rights that the pods do not have.
Port = Annotated[int, Field(ge=1024, le=65535)]

Protocol = Literal["grpc", "http"]


@dataclass(frozen=True, order=True)
class Listener:
    """A port that takes telemetry."""

    port: int
    protocol: Protocol

    @property
    def name(self) -> str:
        """Of the port, in pods and Services: unique, and of at most 15 characters."""
        return f"{self.protocol}-{self.port}"
