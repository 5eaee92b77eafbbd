"""`python -m tests.bench.collector`: what a Pipeline's collector does with a second of one CPU.

Real processes on loopback: senders that wait for each answer, the collector with the configuration
of a Pipeline, and one that takes all and keeps nothing. They share this machine's CPUs.
"""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from hooks.collector.memory import LIMITER
from tests.cluster import programs
from tests.collector.ports import LOOPBACK, Configuration
from tests.collector.process import Collector
from tests.collector.sink import PORTS, Sink
from tests.telemetry.metrics import ACCEPTED, records
from tests.telemetry.outage import Outage
from tests.telemetry.pods import children, objects, pod
from tests.telemetry.waiting import eventually

SENDERS = 4
SECONDS = 4.0
POLL_SECONDS = 0.02
MEBIBYTE = 2**20

OBJECTS = """
kind: Pipeline
metadata: {name: web}
spec:
  mode: StatefulSet
  resources: {limits: {memory: MEMORY}}
  PERSISTENCE
  processors: [{name: many, batch: {}}]
  flows:
  - name: all
    signals: [logs, traces]
    from: [otlp: {http: {}}]
    process: PROCESS
    to: [otlp: {endpoint: "sink:4317"}]
"""


@dataclass(frozen=True)
class Setting:
    """What differs between two measurements."""

    signal: str
    in_a_request: int
    disk: bool = False
    processor: bool = False
    sink: bool = True
    memory: str = "512Mi"
    refused_from: int = 60  # percent of it, as by default

    def __str__(self) -> str:
        where = "on disk" if self.disk else "in memory"
        more = ", batch processor" if self.processor else ""
        more += "" if self.sink else ", sink away"
        if self.memory != Setting.memory:
            more += f", refused from {self.refused_from} percent on"
        return f"{self.signal}, {self.in_a_request:,} a request, queue {where}{more}"

    def text(self) -> str:
        persistence = "persistence: {size: 4Gi}" if self.disk else ""
        process = "[many]" if self.processor else "[]"
        places = {"MEMORY": self.memory, "PERSISTENCE": persistence, "PROCESS": process}
        text = OBJECTS
        for place, written in places.items():
            text = text.replace(place, written)
        return text

    def limiter(self, limit: int) -> Configuration:
        """For a pod of so many bytes; also of what no Pipeline may ask for, to see why."""
        spike = 20  # percent
        return {
            "limit_mib": limit * (self.refused_from + spike) // 100 // MEBIBYTE,
            "spike_limit_mib": limit * spike // 100 // MEBIBYTE,
        }

    def body(self) -> bytes:
        """One request with as many records, of some hundred bytes each."""
        made: Any  # protobuf has no types for its messages
        if self.signal == "logs":
            made = logs = ExportLogsServiceRequest()
            scope = logs.resource_logs.add().scope_logs.add()
            for _ in range(self.in_a_request):
                record = scope.log_records.add(severity_number=9, time_unix_nano=time.time_ns())
                record.body.string_value = "a line of text, such as programs write. " * 5
                attributes(record)
        else:
            made = traces = ExportTraceServiceRequest()
            spans = traces.resource_spans.add().scope_spans.add().spans
            for _ in range(self.in_a_request):
                start = time.time_ns()
                span = spans.add(name="GET /", trace_id=b"1" * 16, span_id=b"2" * 8)
                span.start_time_unix_nano, span.end_time_unix_nano = start, start + 1
                attributes(span)
                attributes(span)
        serialized: bytes = made.SerializeToString()
        return serialized


def attributes(record: Any) -> None:
    for number in range(5):
        pair = record.attributes.add(key=f"http.attribute.{number}")
        pair.value.string_value = "some value or other"


SETTINGS = (
    Setting("logs", 10),
    Setting("logs", 100),
    Setting("logs", 1000),
    Setting("logs", 1000, processor=True),
    Setting("traces", 100),
    Setting("traces", 1000),
    Setting("logs", 100, disk=True),
    Setting("logs", 1000, disk=True),
    Setting("logs", 1000, sink=False),
    Setting("logs", 1000, sink=False, memory="256Mi"),
    Setting("logs", 1000, sink=False, memory="256Mi", refused_from=70),
    Setting("logs", 1000, sink=False, memory="256Mi", refused_from=80),
)


def main() -> None:
    binary = programs.collector()
    print("| setting | records/s | records per CPU-second | memory at most | refused |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for setting in SETTINGS:
        with tempfile.TemporaryDirectory() as folder:
            measure(setting, binary, Path(folder))


@contextmanager
def place(setting: Setting, binary: Path, folder: Path) -> Iterator[tuple[str, Sink | None]]:
    """Where to send to, and who takes it there, if anybody."""
    if not setting.sink:
        yield Outage().address, None
        return
    nothing = {
        "exporters": {"nop": {}},
        "service": {
            "pipelines": {
                f"{signal}/grpc": {"receivers": ["otlp/grpc"], "exporters": ["nop"]}
                for signal in ("logs", "traces", "metrics")
            }
        },
    }
    with Sink(binary, folder, overrides=nothing) as sink:
        yield sink.endpoint("grpc"), sink


def measure(setting: Setting, binary: Path, folder: Path) -> None:
    with place(setting, binary, folder) as (address, sink):
        written = objects(setting.text(), {"sink:4317": address})
        web = pod(children("web", written), {}, folder / "web")
        limiter = {"processors": {LIMITER: setting.limiter(web.memory_limit)}}
        with web.start(binary, folder, overrides=limiter) as running:
            before = running.cpu_seconds
            taken, refused, memory = flooded(running, setting)
            if sink:
                eventually("all has arrived", lambda: records(sink, ACCEPTED) >= taken)
            used = running.cpu_seconds - before
    print(
        f"| {setting} | {taken / SECONDS:,.0f} | {taken / used:,.0f} | "
        f"{memory // MEBIBYTE} of {web.memory_limit // MEBIBYTE} MiB | {refused:,} |",
        flush=True,
    )


def flooded(running: Collector, setting: Setting) -> tuple[int, int, int]:
    """Records that were taken and those that were not, and bytes of memory at most."""
    body, end = setting.body(), time.monotonic() + SECONDS
    url = f"http://{LOOPBACK}:{running.port(PORTS['http'])}/v1/{setting.signal}"
    answers: list[int] = []

    def send() -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.headers["Content-Type"] = "application/x-protobuf"
            while time.monotonic() < end:
                answers.append(session.post(url, body, timeout=30).status_code)

    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for each in senders:
        each.start()
    memory = 0
    for each in senders:
        while each.is_alive():
            memory = max(memory, running.own_memory)
            each.join(POLL_SECONDS)
    taken = answers.count(200)
    assert set(answers) <= {200, 503}
    return taken * setting.in_a_request, answers.count(503) * setting.in_a_request, memory


if __name__ == "__main__":
    main()
