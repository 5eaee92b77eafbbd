"""The server as a process: gunicorn with our configuration, started, asked and stopped."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from hooks.settings import Settings
from tests import golden

ROOT = Path(__file__).parent.parent
FIRST = json.dumps(golden.envelope(golden.ROOT / "document" / "first-sync.yaml"))
SYNC = "/hooks/document/sync"
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "hooks/gunicorn.conf.py"]
GUNICORN += ["hooks.app:create_app()"]


class Server:
    """gunicorn on a port that the kernel chose, its log lines in a file."""

    def __init__(self, log: Path, drain_seconds: int = 0) -> None:
        self.log = log
        with log.open("w") as file:
            self.process = subprocess.Popen(
                [*GUNICORN, "-b", "127.0.0.1:0"],
                cwd=ROOT,
                env=os.environ | {"ORASI_DRAIN_SECONDS": str(drain_seconds)},
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
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """Stops at once; a test may say how many seconds it drains before."""
    started = Server(tmp_path / "log", getattr(request, "param", 0))
    yield started
    started.process.kill()
    started.process.wait()


@pytest.mark.parametrize("server", [8], indirect=True, ids=["drains-8-seconds"])
def test_it_finishes_calls_sends_others_away_and_exits_0(server: Server) -> None:
    with started_call(server) as finish:
        server.process.send_signal(signal.SIGTERM)
        wait_for_status(f"{server.url}/readyz", 503)
        away = requests.post(server.url + SYNC, data=FIRST, timeout=5)
        assert (away.status_code, away.headers["Retry-After"]) == (429, "2")
        assert finish().status == 200
    assert server.process.wait(30) == 0


@contextmanager
def started_call(server: Server) -> Iterator[Callable[[], http.client.HTTPResponse]]:
    """A call of which the server has the head and waits for the body; what it gives ends it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest("POST", SYNC)
    connection.putheader("Content-Length", str(len(FIRST)))
    connection.putheader("Expect", "100-continue")
    connection.endheaders()
    assert connection.sock.recv(99).startswith(b"HTTP/1.1 100 ")
    time.sleep(0.5)  # gunicorn says so just before it calls the application

    def finish() -> http.client.HTTPResponse:
        connection.send(FIRST.encode())
        return connection.getresponse()

    yield finish
    connection.close()


def wait_for_status(url: str, status: int) -> None:
    for _ in range(100):
        if requests.get(url, timeout=5).status_code == status:
            return
        time.sleep(0.05)
    pytest.fail(f"{url} never answered {status}")


def test_connections_are_kept_and_each_log_line_is_json(server: Server) -> None:
    with requests.Session() as session:
        answers = [session.post(server.url + SYNC, data=FIRST, timeout=5) for _ in range(3)]
    assert {answer.headers["Connection"] for answer in answers} == {"keep-alive"}
    calls = [line for line in server.lines() if message(line) == "hook call"]
    assert [(line["parent"], line["code"]) for line in calls] == [("shop/lorem", 200)] * 3
    assert len({line["requestID"] for line in calls}) == 3


def test_slow_callers_leave_a_thread_for_probes(server: Server) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(Settings().threads + 8):
            caller = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            caller.sendall(
                f"POST {SYNC} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{{".encode()
            )
        assert requests.get(f"{server.url}/healthz", timeout=5).status_code == 200
        busy = requests.post(server.url + SYNC, data=FIRST, timeout=5)
        assert (busy.status_code, busy.headers["Retry-After"]) == (429, "2")


def test_a_call_that_is_sent_away_keeps_its_connection(server: Server) -> None:
    """With a body left unread gunicorn would close it, and the caller report a broken pipe."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.connect()
    opened = connection.sock
    for _ in range(2):
        connection.request("POST", "/hooks/document/sync?version=9.9.9", b" " * 1_000_000)
        away = connection.getresponse()
        assert (away.status, away.will_close) == (429, False), away.read()
        away.read()
        assert connection.sock is opened
    connection.close()


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
