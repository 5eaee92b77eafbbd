"""What small requests become: batches as large as the sink takes them, and none that is larger."""

from pathlib import Path

import pytest

from tests.collector.sink import PORTS, Sink
from tests.collector.telemetry import Log
from tests.telemetry.load import TAKEN, Sender
from tests.telemetry.metrics import ACCEPTED, records
from tests.telemetry.pods import children, objects, pod
from tests.telemetry.waiting import eventually

OBJECTS = """
kind: Pipeline
metadata: {name: web}
spec:
  flows:
  - name: all
    signals: [logs]
    from: [otlp: {http: {}}]
    process: PROCESS
    to: [otlp: {endpoint: "sink:4317", protocol: PROTOCOL}]
  processors:
  - {name: many, batch: {timeout: 2s}}
"""
LARGE = 3_000_000  # two of them are more than gRPC takes, and seven more than HTTP
REQUESTS = 8


@pytest.mark.parametrize("process", ["[]", "[many]"], ids=["the sink's own", "a processor's"])
@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_batches_are_not_larger_than_servers_take(
    collector: Path, tmp_path: Path, protocol: str, process: str
) -> None:
    with Sink(collector, tmp_path) as sink:
        address = sink.endpoint("grpc" if protocol == "grpc" else "http").removeprefix("http://")
        places = {"sink:4317": address, "PROTOCOL": protocol, "PROCESS": process}
        web = pod(children("web", objects(OBJECTS, places)), {}, tmp_path / "web")
        with web.start(collector, tmp_path) as running:
            sender = Sender(running.port(PORTS["http"]))
            for number in range(REQUESTS):
                # Faster than batches are sent because of their age.
                assert sender.offer(f"number {number}", record_bytes=LARGE) == TAKEN
            eventually("all arrive", lambda: records(sink, ACCEPTED) >= REQUESTS)
            assert not [entry for entry in running.log() if entry["level"] == "error"]
    found = sink.received("grpc" if protocol == "grpc" else "http")
    assert {each.body.rstrip(".") for each in found if isinstance(each, Log)} == set(sender.taken)
