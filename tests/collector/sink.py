"""A second collector, which keeps what the first one has sent."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.collector.ports import LOOPBACK, Configuration
from tests.collector.process import Collector
from tests.collector.telemetry import (
    PROTOCOLS,
    Attributes,
    Count,
    Log,
    Protocol,
    Span,
    Telemetry,
)

PORTS: Mapping[Protocol, int] = {"grpc": 4317, "http": 4318}


class Sink(Collector):
    """Takes all signals over both protocols, and keeps each protocol's apart."""

    def __init__(
        self,
        binary: Path,
        folder: Path,
        *,
        overrides: Configuration | None = None,
        name: str = "sink",
    ) -> None:
        self._files = {protocol: folder / f"{name}-{protocol}.jsonl" for protocol in PROTOCOLS}
        configuration = json.dumps(_configuration(self._files))
        super().__init__(binary, configuration, folder, overrides=overrides, name=name)

    def endpoint(self, protocol: Protocol) -> str:
        """As the exporter of *protocol* wants it."""
        address = f"{LOOPBACK}:{self.port(PORTS[protocol])}"
        return address if protocol == "grpc" else f"http://{address}"

    def text(self, protocol: Protocol) -> str:
        """What came over *protocol* as it is written, up to a second ago."""
        return self._files[protocol].read_text()

    def received(self, protocol: Protocol) -> list[Telemetry]:
        """What came over *protocol*, `in_order`; complete once this has stopped."""
        with self._files[protocol].open() as lines:
            return in_order(each for line in lines for each in _telemetry(json.loads(line)))


def in_order(telemetry: Iterable[Telemetry]) -> list[Telemetry]:
    """Logs by body, then spans and counts by name: nothing else is the same in every run."""
    return sorted(telemetry, key=_place)


def _place(one: Telemetry) -> tuple[int, str]:
    match one:
        case Log():
            return 0, one.body
        case Span():
            return 1, one.name
        case Count():
            return 2, one.name


def _configuration(files: Mapping[Protocol, Path]) -> Configuration:
    return {
        "receivers": {
            f"otlp/{protocol}": {"protocols": {protocol: {"endpoint": f"{LOOPBACK}:{port}"}}}
            for protocol, port in PORTS.items()
        },
        "exporters": {f"file/{protocol}": {"path": str(file)} for protocol, file in files.items()},
        "extensions": {"health_check": {"endpoint": f"{LOOPBACK}:13133"}},
        "service": {
            "extensions": ["health_check"],
            "telemetry": {
                "logs": {"encoding": "json"},
                "metrics": {
                    "readers": [
                        {"pull": {"exporter": {"prometheus": {"host": LOOPBACK, "port": 8888}}}}
                    ]
                },
            },
            "pipelines": {
                f"{signal}/{protocol}": {
                    "receivers": [f"otlp/{protocol}"],
                    "exporters": [f"file/{protocol}"],
                }
                for signal in ("logs", "traces", "metrics")
                for protocol in PROTOCOLS
            },
        },
    }


def _telemetry(request: Mapping[str, Any]) -> Iterator[Telemetry]:
    """What one line of the file exporter holds: a request of OTLP's JSON encoding."""
    for log, resource in _records(request, "resourceLogs", "scopeLogs", "logRecords"):
        yield Log(_value(log["body"]), log.get("severityNumber", 0), _attributes(log), resource)
    for span, resource in _records(request, "resourceSpans", "scopeSpans", "spans"):
        yield Span(span["name"], _attributes(span), resource)
    for metric, resource in _records(request, "resourceMetrics", "scopeMetrics", "metrics"):
        for point in metric["sum"]["dataPoints"]:
            yield Count(metric["name"], int(point["asInt"]), _attributes(point), resource)


def _records(
    request: Mapping[str, Any], resources: str, scopes: str, records: str
) -> Iterator[tuple[Mapping[str, Any], Attributes]]:
    """Each record with the attributes of its resource."""
    for resource in request.get(resources, ()):
        for scope in resource[scopes]:
            for record in scope[records]:
                yield record, _attributes(resource["resource"])


def _attributes(of: Mapping[str, Any]) -> Attributes:
    return _plain(of.get("attributes", ()))


def _plain(pairs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {pair["key"]: _value(pair["value"]) for pair in pairs}


def _value(value: Mapping[str, Any]) -> Any:
    """Of OTLP's AnyValue, which names its type; 64-bit integers are text there."""
    match value:
        case {"intValue": text}:
            return int(text)
        case {"arrayValue": array}:
            return [_value(each) for each in array.get("values", ())]
        case {"kvlistValue": pairs}:
            return _plain(pairs.get("values", ()))
        case _:
            return next(iter(value.values()), None)
