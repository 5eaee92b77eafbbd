"""`Watching`: a kind is listed again when something has happened to it, and only then."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from orasi.cluster.api import ApiError
from orasi.cluster.watching import Watching
from tests.loop.kubeconfig import kubeconfig
from tests.loop.stage import CONFIG_MAP, config_map

PATIENCE_SECONDS = 10.0
END = ""


class Server:
    """An API server with one ConfigMap, and watches that say what they are told to."""

    def __init__(self, folder: Path) -> None:
        self.lists = 0
        self.watches: list[str] = []
        self.version = 5
        self.failing = False
        self.refuses_watches = False
        self.events: Queue[str] = Queue()
        handler = type("Handler", (Handler,), {"server_state": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        self.kubeconfig = kubeconfig(folder, self._server.server_port)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def happened(self, version: int) -> None:
        self.version = version
        event = {"type": "MODIFIED", "object": {"metadata": {"resourceVersion": str(version)}}}
        self.events.put(json.dumps(event))


class Handler(BaseHTTPRequestHandler):
    server_state: Server

    def do_GET(self) -> None:
        state = self.server_state
        if "watch=1" in self.path:
            self._watch(state)
            return
        state.lists += 1
        self.send_response(500 if state.failing else 200)
        self.end_headers()
        version = str(state.version)
        item = {"metadata": {"name": "cm", "namespace": "default", "resourceVersion": version}}
        body = {"metadata": {"resourceVersion": version}, "items": [item]}
        self.wfile.write(json.dumps(body).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()
        self.wfile.write(b"{}")

    def _watch(self, state: Server) -> None:
        state.watches.append(self.path.partition("resourceVersion=")[2].partition("&")[0])
        self.send_response(403 if state.refuses_watches else 200)
        self.end_headers()
        while not state.refuses_watches and (event := state.events.get()) != END:
            self.wfile.write(f"{event}\n".encode())
            self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.events.put(END)
    running.stop()


@pytest.fixture
def cluster(server: Server) -> Iterator[Watching]:
    watching = Watching(server.kubeconfig)
    yield watching
    watching.close()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_nobody_has_changed_is_not_asked_for_again(server: Server, cluster: Watching) -> None:
    first = cluster.list(CONFIG_MAP)
    assert [each["metadata"]["name"] for each in first] == ["cm"]
    assert cluster.list(CONFIG_MAP) is first
    until(lambda: server.watches == ["5"])
    assert server.lists == 1


def test_what_others_change_is_seen(server: Server, cluster: Watching) -> None:
    first = cluster.list(CONFIG_MAP)
    server.happened(6)
    until(lambda: cluster.list(CONFIG_MAP) is not first)
    (found,) = cluster.list(CONFIG_MAP)
    assert found["metadata"]["resourceVersion"] == "6"
    server.happened(6)  # a list may be newer than the watch that goes on
    server.happened(7)
    until(lambda: cluster.list(CONFIG_MAP)[0]["metadata"]["resourceVersion"] == "7")
    assert (server.lists, len(server.watches)) == (3, 1)


def test_what_we_write_is_seen_at_once(server: Server, cluster: Watching) -> None:
    manifest = config_map(k="v")
    manifest["metadata"]["namespace"] = "default"
    cluster.list(CONFIG_MAP)
    cluster.create(CONFIG_MAP, manifest)
    cluster.list(CONFIG_MAP)
    assert server.lists == 2


def test_a_watch_that_ends_is_begun_anew(server: Server, cluster: Watching) -> None:
    """Of the list that is made first: whatever came in between is in that."""
    first = cluster.list(CONFIG_MAP)
    until(lambda: server.watches == ["5"])
    server.version = 8  # unseen
    server.events.put(END)
    until(lambda: cluster.list(CONFIG_MAP) is not first)
    until(lambda: server.watches == ["5", "8"])
    assert server.lists == 2


def test_without_watches_each_list_is_asked_for(server: Server, cluster: Watching) -> None:
    server.refuses_watches = True
    first = cluster.list(CONFIG_MAP)
    until(lambda: cluster.list(CONFIG_MAP) is not first)
    until(lambda: cluster.list(CONFIG_MAP) is not first and server.lists == 3)


def test_a_list_that_fails_is_asked_for_again(server: Server, cluster: Watching) -> None:
    server.failing = True
    with pytest.raises(ApiError):
        cluster.list(CONFIG_MAP)
    server.failing = False
    assert cluster.list(CONFIG_MAP)


def test_an_error_of_a_watch_is_news(server: Server, cluster: Watching) -> None:
    """As when what it is to begin with is forgotten already."""
    first = cluster.list(CONFIG_MAP)
    server.events.put(json.dumps({"type": "ERROR", "object": {"code": 410, "metadata": {}}}))
    until(lambda: cluster.list(CONFIG_MAP) is not first)


def test_what_is_too_much_to_be_watched_is_asked_for_each_time(
    server: Server, cluster: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orasi.cluster.watching._MOST", 0)
    cluster.list(CONFIG_MAP)
    cluster.list(CONFIG_MAP)
    assert (server.lists, server.watches) == (2, [])


def test_one_namespace_is_asked_for_each_time(server: Server, cluster: Watching) -> None:
    cluster.list(CONFIG_MAP, "default")
    cluster.list(CONFIG_MAP, "default")
    assert (server.lists, server.watches) == (2, [])
