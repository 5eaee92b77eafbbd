"""Where a configuration listens, and how to have it listen elsewhere."""

from collections.abc import Mapping
from typing import Any

from tests.cluster.controlplane import free_ports

LOOPBACK = "127.0.0.1"

Configuration = Mapping[str, Any]


class FreePorts(dict[int, int]):
    """A free port for each that is asked for, and the same one whenever it is asked for again."""

    def __missing__(self, port: int) -> int:
        (self[port],) = free_ports(1)
        return self[port]


def moved(configuration: Configuration, ports: FreePorts) -> Configuration:
    """What to lay over *configuration* so that it listens on loopback, at *ports*.

    It has otlp receivers, the extension `health_check`, and prometheus readers of its own metrics.
    """
    return {
        "receivers": {
            name: {
                "protocols": {
                    protocol: _endpoint(settings, ports)
                    for protocol, settings in receiver["protocols"].items()
                }
            }
            for name, receiver in configuration["receivers"].items()
            if name.partition("/")[0] == "otlp"
        },
        "extensions": {
            "health_check": _endpoint(configuration["extensions"]["health_check"], ports)
        },
        # The collector merges maps and replaces lists, so this one is whole.
        "service": {
            "telemetry": {
                "metrics": {
                    "readers": [
                        _reader(reader, ports)
                        for reader in configuration["service"]["telemetry"]["metrics"]["readers"]
                    ]
                }
            }
        },
    }


def health_port(configuration: Configuration) -> int:
    return _port(configuration["extensions"]["health_check"])


def _endpoint(settings: Configuration, ports: FreePorts) -> Configuration:
    return {"endpoint": f"{LOOPBACK}:{ports[_port(settings)]}"}


def _port(settings: Configuration) -> int:
    return int(settings["endpoint"].rpartition(":")[2])


def _reader(reader: Configuration, ports: FreePorts) -> Configuration:
    prometheus = reader["pull"]["exporter"]["prometheus"]
    here = {"host": LOOPBACK, "port": ports[prometheus["port"]]}
    return {"pull": {"exporter": {"prometheus": {**prometheus, **here}}}}
