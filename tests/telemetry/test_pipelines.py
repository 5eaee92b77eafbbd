"""From one Pipeline to another: all pods of that one take their share."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from tests.cluster.controlplane import free_ports
from tests.collector.ports import Configuration
from tests.collector.sink import Sink, in_order
from tests.collector.telemetry import Log, Telemetry, send
from tests.telemetry.metrics import ACCEPTED, records
from tests.telemetry.names import Address, name_server
from tests.telemetry.pods import NAMESPACE, children, objects, pod
from tests.telemetry.waiting import eventually

OBJECTS = """
kind: Pipeline
metadata: {name: web}
spec:
  flows:
  - {name: all, from: [otlp: {http: {}}], to: [pipeline: {name: archive}]}
---
kind: Pipeline
metadata: {name: archive}
spec:
  replicas: 2
  flows:
  - {name: all, from: [otlp: {grpc: {port: 4319}}], to: [otlp: {endpoint: "sink:4317"}]}
"""
PODS = ("127.0.0.2", "127.0.0.3")
HEADLESS = f"archive-pipeline-headless.{NAMESPACE}.svc"
RECORDS = {HEADLESS: [Address(each) for each in PODS]}


def test_every_pod_takes_its_share_and_one_that_ends_is_missed_by_nobody(
    collector: Path, tmp_path: Path
) -> None:
    sent: list[Telemetry] = []
    with (
        Sink(collector, tmp_path) as sink,
        name_server(RECORDS) as names,
        ExitStack() as stack,
    ):
        written = objects(OBJECTS, {"sink:4317": sink.endpoint("grpc")})
        archive = pod(children("archive", written), {}, tmp_path / "archive")
        web = pod(children("web", written), {}, tmp_path / "web")
        (port,) = free_ports(1)
        first, second = (
            stack.enter_context(
                archive.start(collector, tmp_path, name=address, overrides=at(address, port))
            )
            for address in PODS
        )
        web = replace(web, configuration=asking(names, port, web.configuration))
        running = stack.enter_context(web.start(collector, tmp_path, name="web"))

        def one_more() -> None:
            sent.append(Log(f"number {len(sent)}"))
            send("http", running.port(4318), sent[-1])
            eventually("it arrives", lambda: records(sink, ACCEPTED) >= len(sent))

        def shared() -> bool:
            one_more()
            return min(records(each, ACCEPTED) for each in (first, second)) >= 2

        eventually("both take some", shared)
        first.stop()
        one_more()
    assert sink.received("grpc") == in_order(sent)


def at(address: str, port: int) -> Configuration:
    """What to lay over the configuration of a pod which has that *address*."""
    endpoint = {"endpoint": f"{address}:{port}"}
    return {"receivers": {"otlp/grpc-4319": {"protocols": {"grpc": endpoint}}}}


def asking(names: str, port: int, configuration: str) -> str:
    """*configuration* that asks the server *names*, and for a *port* that is free here."""
    written = f"dns:///{HEADLESS}:4319"
    assert written in configuration
    return configuration.replace(written, f"dns://{names}/{HEADLESS}:{port}")
