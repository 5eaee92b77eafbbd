"""A sink that is not there, and comes."""

from pathlib import Path

from tests.cluster.controlplane import free_ports
from tests.collector.ports import LOOPBACK
from tests.collector.sink import Sink
from tests.collector.telemetry import Log


class Outage:
    """An address of gRPC where nobody listens, until it `ends`."""

    def __init__(self) -> None:
        (port,) = free_ports(1)
        self.address = f"{LOOPBACK}:{port}"

    def ends(self, binary: Path, folder: Path) -> Sink:
        endpoint = {"protocols": {"grpc": {"endpoint": self.address}}}
        return Sink(binary, folder, overrides={"receivers": {"otlp/grpc": endpoint}})


def names(sink: Sink) -> set[str]:
    """The names of all logs that have come, as `load.request` makes them."""
    return {each.body.rstrip(".") for each in sink.received("grpc") if isinstance(each, Log)}
