"""A sink that is not there: what is ahead of it is told to try again, and nothing is lost."""

from dataclasses import replace
from pathlib import Path

import grpc  # type: ignore[import-untyped]  # stubs are for an older one
import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub

from tests.cluster.controlplane import free_ports
from tests.collector.ports import LOOPBACK
from tests.collector.process import Collector
from tests.collector.sink import PORTS
from tests.telemetry.load import Sender, request
from tests.telemetry.metrics import ACCEPTED, REFUSED, records
from tests.telemetry.names import Address, name_server
from tests.telemetry.outage import Outage, names
from tests.telemetry.pods import Pod, children, objects, pod
from tests.telemetry.test_pipelines import HEADLESS, asking, at
from tests.telemetry.waiting import eventually

# The second of them is the first one's sink, or the only one.
OBJECTS = """
kind: Pipeline
metadata: {name: web}
spec:
  resources: {limits: {memory: 96Mi}}
  flows:
  - {name: all, signals: [logs], from: [otlp: {http: {}}], to: [pipeline: {name: archive}]}
---
kind: Pipeline
metadata: {name: archive}
spec:
  resources: {limits: {memory: 96Mi}}
  flows:
  - name: all
    signals: [logs]
    from:
    - otlp: {grpc: {port: 4319}, http: {}}
    to:
    - otlp: {endpoint: "sink:4317"}
"""
RECORDS = 100  # in a request
RECORD_BYTES = 2000
QUEUE_REQUESTS = 1000
RECOVERY_SECONDS = 90  # exporters wait longer and longer between two tries, up to 45 seconds


def pods(outage: Outage, folder: Path) -> tuple[Pod, Pod]:
    written = objects(OBJECTS, {"sink:4317": outage.address})
    web, archive = (pod(children(name, written), {}, folder / name) for name in ("web", "archive"))
    return web, archive


def numbered(request_number: int) -> list[str]:
    return [f"number {request_number}.{record}" for record in range(RECORDS)]


def test_a_full_queue_says_that_it_may_be_tried_again(collector: Path, tmp_path: Path) -> None:
    outage = Outage()
    _, archive = pods(outage, tmp_path)
    with archive.start(collector, tmp_path) as running:
        sender = Sender(running.port(PORTS["http"]))
        while not sender.refused:
            status = sender.offer(f"number {len(sender.taken)}")
            assert len(sender.taken) < 10 * QUEUE_REQUESTS
        assert status == 503
        assert len(sender.taken) >= QUEUE_REQUESTS
        with pytest.raises(grpc.RpcError) as refused:
            by_grpc(running.port(4319))
        assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
        assert running.own_memory < archive.memory_limit
        with outage.ends(collector, tmp_path) as sink:
            sender.insist("the last one")
            eventually(
                "all arrive",
                lambda: records(sink, ACCEPTED) >= len(sender.taken),
                RECOVERY_SECONDS,
            )
    assert names(sink) == set(sender.taken)


def by_grpc(port: int) -> None:
    with grpc.insecure_channel(f"{LOOPBACK}:{port}") as channel:
        body = ExportLogsServiceRequest.FromString(request(["by gRPC"], RECORD_BYTES))
        stub = LogsServiceStub(channel)  # type: ignore[no-untyped-call]  # it is generated
        stub.Export(body, timeout=10)


def test_lack_of_memory_goes_back_to_the_sender_through_two_pipelines(
    collector: Path, tmp_path: Path
) -> None:
    outage, (port,) = Outage(), free_ports(1)
    web, archive = pods(outage, tmp_path)
    with (
        name_server({HEADLESS: [Address("127.0.0.2")]}) as server,
        archive.start(
            collector, tmp_path, name="archive", overrides=at("127.0.0.2", port)
        ) as second,
        replace(web, configuration=asking(server, port, web.configuration)).start(
            collector, tmp_path, name="web"
        ) as first,
    ):
        sender = Sender(first.port(PORTS["http"]))

        def within() -> None:
            assert first.own_memory < web.memory_limit
            assert second.own_memory < archive.memory_limit

        number = 0
        while not (sender.refused and records(second, REFUSED)):
            sender.offer(*numbered(number), record_bytes=RECORD_BYTES)
            within()
            number += 1
            assert number < 2 * QUEUE_REQUESTS  # memory is what runs short, not the queues' room
        assert complains_of_memory(first)
        assert complains_of_memory(second)
        with outage.ends(collector, tmp_path) as sink:
            sender.insist("the last one", meanwhile=within)
            eventually(
                "all arrive",
                lambda: records(sink, ACCEPTED) >= len(sender.taken),
                RECOVERY_SECONDS,
            )
    assert names(sink) == set(sender.taken)


def complains_of_memory(running: Collector) -> bool:
    said = [entry["msg"] for entry in running.log()]
    return "Memory usage is above soft limit. Refusing data." in said
