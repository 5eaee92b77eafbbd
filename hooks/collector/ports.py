"""TCP ports of a collector: its own, and those that it listens on for others."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

MOST_LISTENERS = 64
HEALTH_PORT = 13133
METRICS_PORT = 8888

# Ports below need rights that the pods do not have.
Port = Annotated[int, Field(ge=1024, le=65535)]

Protocol = Literal["grpc", "http"]


@dataclass(frozen=True, order=True)
class Listener:
    """A port that takes telemetry; two are equal if all their settings are."""

    port: int
    protocol: Protocol
    tls: str = ""  # says whose certificates, for people too; without TLS it is empty

    @property
    def name(self) -> str:
        """Of the port, in pods and Services: unique, and of at most 15 characters."""
        return f"{self.protocol}-{self.port}"


def named_listener(name: Any) -> Listener | None:
    """The listener of that name, as far as a name tells; None if it is no such name."""
    match = re.fullmatch(r"(grpc|http)-([0-9]{1,5})", name) if isinstance(name, str) else None
    return Listener(int(match[2]), "grpc" if match[1] == "grpc" else "http") if match else None
