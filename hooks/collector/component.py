"""One part of a collector's configuration, and what a pod must have for it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from hooks.contract import Manifest
from hooks.model import AS_SET, Distinct

Signal = Literal["logs", "metrics", "traces"]

# Of what supports all of them; those that support one have no such field.
Signals = Annotated[list[Signal], Distinct, AS_SET, Field(min_length=1, max_length=3)]
ALL_SIGNALS: tuple[Signal, ...] = ("logs", "metrics", "traces")

# What a Pipeline may be run as.
Mode = Literal["Deployment", "DaemonSet", "StatefulSet"]
ALL_MODES: tuple[Mode, ...] = ("Deployment", "DaemonSet", "StatefulSet")

# Where pods have the files of all Connectors that they use.
FOLDER = "/etc/orasi-connectors"


@dataclass(frozen=True)
class Component:
    """A receiver, processor, exporter or extension."""

    id: str  # "<type>" or "<type>/<name>", unique in its section
    settings: Manifest
    queued: bool = False  # an exporter with a queue that can be kept on disk


@dataclass(frozen=True, order=True)
class SecretVariable:
    """An environment variable of the collector's container, from a key of a Secret."""

    name: str
    secret: str
    key: str

    @property
    def reference(self) -> str:
        """What a configuration says to get the value.

        On its own: beside other text a value is expanded in another way.
        """
        return f"${{env:{self.name}}}"


@dataclass(frozen=True, order=True)
class MountedKey:
    """A key of a ConfigMap or Secret as a read-only file.

    *path* is below FOLDER and begins with a folder for the Connector, called by its name, or for
    the listener. Components that need the same file name the same MountedKey.
    """

    kind: Literal["ConfigMap", "Secret"]
    name: str
    key: str
    path: str

    @property
    def file(self) -> str:
        return f"{FOLDER}/{self.path}"


@dataclass(frozen=True)
class Rendered:
    """A receiver or exporter, and all that it needs.

    *single*: every pod that runs it would see the same telemetry, so two would count it twice.
    *folders*: those of the node that it reads, absolute; all of them below "/", or just "/".
    """

    component: Component
    extensions: tuple[Component, ...] = ()
    variables: tuple[SecretVariable, ...] = ()
    files: tuple[MountedKey, ...] = ()
    single: bool = False
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """Where a connection goes, which a probe can try."""

    host: str  # a name or an address; IPv6 without brackets
    port: int
    tls: bool

    @property
    def address(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def literal(text: str) -> str:
    """*text* so that the collector does not expand ${…} in it."""
    return text.replace("$", "$$")
