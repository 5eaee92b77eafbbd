"""A queue on disk: what was taken is sent, whatever happens to the collector in between."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
import requests

from hooks.collector.persistence import FOLDER
from hooks.quantity import parse
from tests.collector.process import Collector
from tests.collector.sink import PORTS
from tests.telemetry.load import TAKEN, Sender
from tests.telemetry.metrics import ACCEPTED, records
from tests.telemetry.outage import Outage, names
from tests.telemetry.pods import Pod, children, objects, pod
from tests.telemetry.waiting import eventually

SIZE = "64Mi"
OBJECTS = f"""
kind: Pipeline
metadata: {{name: web}}
spec:
  mode: StatefulSet
  persistence: {{size: {SIZE}}}
  flows:
  - name: all
    signals: [logs]
    from: [otlp: {{http: {{}}}}]
    to: [otlp: {{endpoint: "sink:4317"}}]
"""


def web(outage: Outage, folder: Path) -> Pod:
    return pod(children("web", objects(OBJECTS, {"sink:4317": outage.address})), {}, folder / "web")


@pytest.mark.parametrize("end", [Collector.kill, Collector.stop], ids=["SIGKILL", "SIGTERM"])
def test_what_was_taken_arrives_after_the_collector_has_ended(
    collector: Path, tmp_path: Path, end: Callable[[Collector], None]
) -> None:
    """While it is sent to, without a sink. Some may come twice."""
    outage = Outage()
    running = web(outage, tmp_path).start(collector, tmp_path, name="first")
    sender = Sender(running.port(PORTS["http"]))

    def send_all() -> None:
        with suppress(requests.ConnectionError):
            while True:
                sender.offer(f"number {len(sender.taken)}")

    sending = Thread(target=send_all)
    sending.start()
    eventually("some are taken", lambda: len(sender.taken) >= 50)
    end(running)
    sending.join()
    with (
        outage.ends(collector, tmp_path) as sink,
        web(outage, tmp_path).start(collector, tmp_path, name="second"),
    ):
        eventually("all arrive", lambda: records(sink, ACCEPTED) >= len(sender.taken))
    assert names(sink) >= set(sender.taken)


def test_a_full_queue_refuses_and_stays_on_its_volume(collector: Path, tmp_path: Path) -> None:
    outage, place = Outage(), tmp_path / "web"
    with web(outage, tmp_path).start(collector, tmp_path) as running:
        sender = Sender(running.port(PORTS["http"]))
        megabyte = 1_000_000
        while sender.offer(f"number {len(sender.taken)}", record_bytes=megabyte) == TAKEN:
            assert len(sender.taken) < 64
        assert sender.offer("small") == TAKEN  # there is room for it, and it was no accident
        assert sender.offer("large", record_bytes=megabyte) == 503
        assert len(sender.taken) > 20
        assert used(Path(f"{place}{FOLDER}")) < parse(SIZE)
        with outage.ends(collector, tmp_path) as sink:
            sender.insist("large", record_bytes=megabyte)
            eventually("all arrive", lambda: records(sink, ACCEPTED) >= len(sender.taken))
    assert names(sink) == set(sender.taken)


def used(folder: Path) -> int:
    """Bytes of all files in it."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
