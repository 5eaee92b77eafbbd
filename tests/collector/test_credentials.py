"""What becomes of names, passwords and tokens on their way from a Secret through the collector."""

import base64
import json
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from hooks.collector.auth import REFUSED
from hooks.collector.connector import Connector
from tests.cluster import programs
from tests.collector.connectors import Part, Pod, configuration
from tests.collector.ports import LOOPBACK
from tests.collector.process import Collector
from tests.collector.telemetry import Log, send
from tests.environment import ENVIRONMENT

Program = Callable[[programs.Module], Path]
SECONDS = 30
AWKWARD = "pa$$ ${env:HOME}: {x}"


def resolved(binary: Path, text: str, environment: Mapping[str, str]) -> Any:
    """The configuration as the collector has it, or None if it refuses it."""
    result = subprocess.run(
        [binary, "print-config", "--mode=unredacted", "--format=json", "--config=/dev/stdin"],
        input=text,
        env={**ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return json.loads(result.stdout) if result.returncode == 0 else None


def password(binary: Path, value: str) -> str | None:
    """What Kafka would be told for a Secret's *value*."""
    login = {"mechanism": "PLAIN", "secretRef": {"name": "user"}}
    kafka = {"brokers": [f"{LOOPBACK}:1"], "topics": {"logs": "a"}}
    connector = Connector.model_validate({"auth": {"sasl": login}, "sink": {"kafka": kafka}})
    part = Part("exporters", connector.exporter("it", batched=True), ("logs",))
    environment = {variable.name: value for variable in part.rendered.variables}
    found = resolved(binary, configuration([part]), environment)
    return str(found["exporters"]["kafka/it"]["auth"]["sasl"]["password"]) if found else None


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        pytest.param("pa$$word", "pa$word", id="two dollars are one"),
        pytest.param("pa${env:LANGUAGE}", "pa", id="a reference is followed"),
        pytest.param("${LANGUAGE}x", "x", id="a bare reference, too"),
        pytest.param("1: x", None, id="a colon before a blank"),
        pytest.param("true:\n x", None, id="a colon before the end of a line"),
        pytest.param("123:", None, id="a colon at the end"),
        pytest.param("{1}", None, id="a brace at the beginning"),
        pytest.param("?", None, id="a question mark at the beginning"),
        pytest.param("9223372036854775808", None, id="a number of 19 digits"),
        pytest.param("0xFFFFFFFFFFFFFFFF", None, id="one of 16 hexadecimal digits"),
    ],
)
def test_what_the_environment_may_not_hold(
    collector: Path, monkeypatch: pytest.MonkeyPatch, value: str, taken: str | None
) -> None:
    """Each is refused in the fields' descriptions: nobody sees a Secret before the collector."""
    monkeypatch.setenv("LANGUAGE", "")
    assert password(collector, value) == taken


@pytest.mark.parametrize(
    "value",
    [
        *("a:b", ":a", "-a", "- a", "#a", "a #b", '"a"', "'a", "a\\b", "[a", "[1]", "a}", "a, b"),
        *("*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "~", "null", "true", "yes", "---", "..."),
        *("007", "0x1f", "1e3", "1_000", "-1", "999999999999999999", "2026-11-24", ".inf", "="),
        *(" a", "a ", "\ta", "a\n", "a\nb", "ü€\u2028", "a?{", "x" * 4096),
    ],
)
def test_anything_else_arrives_as_it_is(collector: Path, value: str) -> None:
    assert password(collector, value) == value


def test_the_descriptions_say_so() -> None:
    schema = json.dumps(Connector.model_json_schema())
    assert schema.count(json.dumps(REFUSED)[1:-1]) == 2


CREDENTIALS = pytest.mark.parametrize(
    ("auth", "given", "shown"),
    [
        pytest.param(
            {"basic": {"secretRef": {"name": "user"}}},
            f" \n{AWKWARD}\n",
            "Basic " + base64.b64encode(f"me:{AWKWARD}".encode()).decode(),
            id="basic",
        ),
        pytest.param(
            {"bearer": {"secretRef": {"name": "user"}}},
            "\n$$${env:HOME}\n",
            "Bearer $$${env:HOME}",
            id="bearer",
        ),
    ],
)


@contextmanager
def listener() -> Iterator[tuple[str, "Queue[str]"]]:
    """Where HTTP is answered, and the authorization of each call."""
    calls: Queue[str] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def do_GET(self) -> None:
            calls.put(self.headers.get("Authorization", ""))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{LOOPBACK}:{server.server_port}", calls
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@CREDENTIALS
def test_prometheus_reads_files_without_the_blanks_around(
    program: Program, tmp_path: Path, auth: Any, given: str, shown: str
) -> None:
    with listener() as (address, calls):
        source = {"prometheus": {"targets": [address], "interval": "1s"}}
        connector = Connector.model_validate({"auth": auth, "source": source})
        (rendered,) = connector.receivers("it")
        part = Part("receivers", rendered, ("metrics",))
        pod = Pod(tmp_path / "pod", [part], value=given)
        text = pod.placed(configuration([part]))
        with Collector(program(programs.SCRAPING_COLLECTOR), text, tmp_path):
            assert calls.get(timeout=SECONDS) == shown


@CREDENTIALS
def test_exporters_read_files_without_the_blanks_around(
    collector: Path, tmp_path: Path, auth: Any, given: str, shown: str
) -> None:
    with listener() as (address, calls):
        sink = {"otlp": {"endpoint": address, "protocol": "http"}}
        spec: Any = {"auth": auth, "source": {"otlp": {"http": {}}}, "sink": sink}
        connector = Connector.model_validate(spec)
        exporter = connector.exporter("it", batched=True)
        parts = [
            Part("receivers", connector.receivers("it")[0], ("logs",)),
            Part("exporters", exporter, ("logs",)),
        ]
        pod = Pod(tmp_path / "pod", parts, value=given)
        found = json.loads(pod.placed(configuration(parts)))
        found["service"]["pipelines"] = {
            "logs": {"receivers": ["otlp/http-4318"], "exporters": [exporter.component.id]}
        }
        with Collector(collector, json.dumps(found), tmp_path) as running:
            send("http", running.port(4318), Log("paid"))
            assert calls.get(timeout=SECONDS) == shown
