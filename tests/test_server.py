"""The server as a process: gunicorn with our configuration, started, asked and stopped."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests import golden

ROOT = Path(__file__).parent.parent
FIRST = json.dumps(golden.envelope(golden.ROOT / "document" / "first-sync.yaml"))
SYNC = "/hooks/document/sync"
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "hooks/gunicorn.conf.py"]
GUNICORN += ["hooks.app:create_app()"]


class Server:
    """gunicorn on a port that the kernel chose, its log lines in a file."""

    def __init__(self, log: Path) -> None:
        self.log = log
        with log.open("w") as file:
            self.process = subprocess.Popen(
                [*GUNICORN, "-b", "127.0.0.1:0"],
                cwd=ROOT,
                env=os.environ | {"ORASI_DRAIN_SECONDS": "1"},
                stderr=file,
            )
        self.port = int(self.line("Listening at: ").split(":")[-1].split()[0])
        self.line("Booting worker")
        self.url = f"http://127.0.0.1:{self.port}"

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def line(self, start: str) -> str:
        """The message of the first log line that starts so, once it is there."""
        for _ in range(200):
            if found := [text for text in map(message, self.lines()) if text.startswith(start)]:
                return found[0]
            time.sleep(0.05)
        pytest.fail(f"no line {start!r} in {self.log.read_text()}")


def message(line: dict[str, object]) -> str:
    return str(line["message"])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path / "log")
    yield started
    started.process.kill()
    started.process.wait()


def test_it_finishes_calls_sends_others_away_and_exits_0(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest("POST", SYNC)
    connection.putheader("Content-Length", str(len(FIRST)))
    connection.endheaders(FIRST[:10].encode())  # a call that is under way
    time.sleep(0.3)
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert requests.get(f"{server.url}/readyz", timeout=5).status_code == 503
    away = requests.post(server.url + SYNC, data=FIRST, timeout=5)
    assert (away.status_code, away.headers["Retry-After"]) == (429, "2")
    connection.send(FIRST[10:].encode())
    assert connection.getresponse().status == 200
    connection.close()
    assert server.process.wait(15) == 0


def test_connections_are_kept_and_each_log_line_is_json(server: Server) -> None:
    with requests.Session() as session:
        answers = [session.post(server.url + SYNC, data=FIRST, timeout=5) for _ in range(3)]
    assert {answer.headers["Connection"] for answer in answers} == {"keep-alive"}
    calls = [line for line in server.lines() if message(line) == "hook call"]
    assert [(line["parent"], line["code"]) for line in calls] == [("shop/lorem", 200)] * 3
    assert len({line["requestID"] for line in calls}) == 3


def test_a_proxys_absolute_request_line_is_understood(server: Server) -> None:
    """So engines outside the cluster reach hooks by the Service's name, through us as proxy."""
    answer = requests.post(
        f"http://orasi-controller.orasi:8080{SYNC}",
        data=FIRST,
        proxies={"http": server.url},
        timeout=5,
    )
    assert answer.status_code == 200


def test_a_bad_setting_stops_the_start_with_its_name() -> None:
    started = subprocess.run(
        GUNICORN,
        cwd=ROOT,
        env=os.environ | {"ORASI_THREADS": "many"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert started.returncode != 0
    assert "threads" in started.stderr
