"""TLS where it is asked for and nowhere else, as whoever is at the other end sees it."""

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
import requests

from hooks.collector.connector import Connector
from tests.cluster import programs
from tests.collector.connectors import Part, Pod, configuration, parts
from tests.collector.ports import LOOPBACK
from tests.collector.process import Collector
from tests.collector.telemetry import Count, Log, send

Program = Callable[[programs.Module], Path]
SECONDS = 30
HANDSHAKE = 0x16  # what each connection begins with that speaks TLS


# With <at> and <scheme> where the test puts its own.
CONNECTIONS: dict[str, Any] = {
    "source kafka": {
        "source": {"kafka": {"brokers": ["<at>"], "groupID": "g", "topics": {"logs": ["a"]}}}
    },
    "source prometheus": {
        "source": {"prometheus": {"targets": ["<at>"], "interval": "1s", "scheme": "<scheme>"}}
    },
    "sink kafka": {"sink": {"kafka": {"brokers": ["<at>"], "topics": {"logs": "a"}}}},
    "sink otlp by gRPC": {"sink": {"otlp": {"endpoint": "<at>"}}},
    "sink otlp by HTTP": {"sink": {"otlp": {"endpoint": "<at>", "protocol": "http"}}},
    "sink prometheusRemoteWrite": {
        "sink": {"prometheusRemoteWrite": {"endpoint": "<scheme>://<at>/write"}}
    },
    "sink clickhouse": {"sink": {"clickhouse": {"endpoint": "<at>", "createSchema": False}}},
    "sink clickhouse by HTTP": {
        "sink": {"clickhouse": {"endpoint": "<at>", "createSchema": False, "protocol": "http"}}
    },
}


@contextmanager
def listener() -> Iterator[tuple[str, "Queue[int]"]]:
    """Where connections are taken and closed, and the first byte of each."""
    found: Queue[int] = Queue()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            first = self.request.recv(1)
            if first:
                found.put(first[0])

    with socketserver.ThreadingTCPServer((LOOPBACK, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"{LOOPBACK}:{server.server_address[1]}", found
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("connection", "tls"),
    [
        *(pytest.param(each, None, id=f"{each}, plain") for each in CONNECTIONS),
        *(pytest.param(each, {}, id=f"{each}, TLS") for each in CONNECTIONS),
        # ClickHouse's driver takes settings in another way than that there are any.
        *(
            pytest.param(each, {"caRef": {"name": "ca"}}, id=f"{each}, TLS with an authority")
            for each in CONNECTIONS
            if "clickhouse" in each
        ),
    ],
)
def test_what_goes_out_speaks_tls_if_the_connector_says_so(
    program: Program, tmp_path: Path, connection: str, tls: Any
) -> None:
    with listener() as (address, first_bytes):
        scheme = "http" if tls is None else "https"
        text = json.dumps(CONNECTIONS[connection] | {"tls": tls})
        spec = json.loads(text.replace("<at>", address).replace("<scheme>", scheme))
        connector = Connector.model_validate(spec)
        assert not list(connector.mistakes())
        with fed(program, next(parts(connector, "it")), tmp_path):
            assert (first_bytes.get(timeout=SECONDS) == HANDSHAKE) == (tls is not None)


@contextmanager
def fed(program: Program, part: Part, folder: Path) -> Iterator[None]:
    """A collector that runs *part* and, if this has to be asked first, has something for it."""
    pod = Pod(folder / "pod", [part])
    found = json.loads(pod.placed(configuration([part])))
    asked = part.section == "exporters" and part.program == programs.COLLECTOR
    if asked:
        found["receivers"]["otlp"] = {"protocols": {"http": {"endpoint": f"{LOOPBACK}:4318"}}}
        for pipeline in found["service"]["pipelines"].values():
            pipeline["receivers"] = ["otlp"]
    with Collector(
        program(part.program), json.dumps(found), folder, environment=pod.environment
    ) as running:
        if asked:
            telemetry = Log("paid") if "logs" in part.signals else Count("payments", 1)
            send("http", running.port(4318), telemetry)
        yield


@pytest.mark.parametrize("authority", [None, {"name": "senders"}], ids=["anybody", "ours only"])
def test_a_listener_shows_its_certificate_and_asks_for_one(
    collector: Path, tmp_path: Path, authority: Any
) -> None:
    tls = {"certificateRef": {"name": "ingest"}, "clientCARef": authority}
    spec: Any = {"source": {"otlp": {"http": {}, "tls": tls, "signals": ["logs"]}}}
    (part,) = parts(Connector.model_validate(spec), "it")
    pod = Pod(tmp_path / "pod", [part])
    found = pod.placed(configuration([part]))
    (certificate, key) = (tmp_path / "pod" / "_http-4318" / name for name in ("tls.crt", "tls.key"))
    with Collector(collector, found, tmp_path) as running:
        url = f"https://{LOOPBACK}:{running.port(4318)}/v1/logs"

        def status(**options: Any) -> int:
            answer = requests.post(
                url, json={}, verify=str(pod.authority), timeout=SECONDS, **options
            )
            return answer.status_code

        assert status(cert=(str(certificate), str(key))) == 200
        if authority is None:
            assert status() == 200
        else:
            with pytest.raises(requests.exceptions.ConnectionError):
                status()
