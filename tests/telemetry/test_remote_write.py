"""What Prometheus cannot take now is written when it can."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue

from tests.cluster.controlplane import free_ports
from tests.collector.ports import LOOPBACK
from tests.collector.sink import PORTS
from tests.collector.telemetry import Count, send
from tests.telemetry.pods import children, objects, pod

OBJECTS = """
kind: Connector
metadata: {name: store}
spec:
  sink: {prometheusRemoteWrite: {endpoint: "http://store:9090/api/v1/write"}}
---
kind: Pipeline
metadata: {name: web}
spec:
  flows:
  - {name: all, signals: [metrics], from: [otlp: {http: {}}], to: [connector: {name: store}]}
"""
TIMEOUT_SECONDS = 5  # after which the exporter drops what it writes, unless it is told otherwise
SECONDS = 30


@contextmanager
def store(port: int) -> Iterator["Queue[bytes]"]:
    """The bodies of all writes, once somebody is there to take them."""
    found: Queue[bytes] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Not into the output of tests."""

    with HTTPServer((LOOPBACK, port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


def test_a_write_outlasts_the_outage_of_its_server(collector: Path, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    written = objects(OBJECTS, {"store:9090": f"{LOOPBACK}:{port}"})
    web = pod(children("web", written), {}, tmp_path / "web")
    with web.start(collector, tmp_path) as running:
        send("http", running.port(PORTS["http"]), Count("payments", 3))
        time.sleep(TIMEOUT_SECONDS + 2)  # so that it would have been dropped by now
        with store(port) as writes:
            assert b"payments" in writes.get(timeout=SECONDS)
