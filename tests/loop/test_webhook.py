"""Calling hooks over real HTTP."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from orasi.cluster.loop.webhook import (
    HttpWebhook,
    InvalidWebhook,
    NoAnswer,
    check_endpoint,
    timeout,
    webhook_url,
)

SERVICE = {"service": {"name": "hooks", "namespace": "orasi", "port": 8080}, "path": "/sync?v=1"}


class Handler(BaseHTTPRequestHandler):
    """Answers what it was asked; /slow is silent for longer than it may."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.endswith("/slow"):
            time.sleep(0.3)
            self.close_connection = True
            return
        answer = {
            "line": self.requestline,
            "type": self.headers["Content-Type"],
            "body": body.decode(),
        }
        text = json.dumps(answer).encode()
        self.send_response(429 if self.path.endswith("/busy") else 200)
        self.send_header("Retry-After", "3")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


@contextmanager
def serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def address() -> Iterator[str]:
    with serving() as found:
        yield found


def test_a_service_is_called_through_the_server_that_stands_for_the_network(address: str) -> None:
    answer = HttpWebhook(address).post(SERVICE, {"b": 1, "a": "<"})
    assert answer.code == 200
    assert json.loads(answer.body) == {
        "line": "POST /sync?v=1 HTTP/1.1",
        "type": "application/json",
        "body": '{"a":"\\u003c","b":1}',
    }


def test_a_loopback_address_is_called_directly(address: str) -> None:
    answer = HttpWebhook("http://127.0.0.1:9").post({"url": f"{address}/sync"}, {})
    assert json.loads(answer.body)["line"] == "POST /sync HTTP/1.1"


def test_headers_are_found_in_any_case(address: str) -> None:
    answer = HttpWebhook().post({"url": f"{address}/busy"}, {})
    assert (answer.code, answer.header("retry-AFTER"), answer.header("ETag")) == (429, "3", "")


def test_a_slow_hook_is_no_answer(address: str) -> None:
    with pytest.raises(NoAnswer, match=r"Client\.Timeout exceeded while awaiting headers"):
        HttpWebhook().post({"url": f"{address}/slow", "timeout": "100ms"}, {})


def test_a_refused_connection_is_no_answer() -> None:
    with pytest.raises(NoAnswer) as refused:
        HttpWebhook().post({"url": "http://127.0.0.1:9/sync"}, {})
    assert str(refused.value) == 'http error: Post "http://127.0.0.1:9/sync": Connection refused'


@pytest.mark.parametrize(
    ("webhook", "url"),
    [
        ({"url": "http://x/y", **SERVICE}, "http://x/y"),
        (SERVICE, "http://hooks.orasi:8080/sync?v=1"),
        (
            {"service": {"name": "a", "namespace": "b", "protocol": "https"}, "path": "/"},
            "https://a.b:80/",
        ),
    ],
)
def test_where_a_webhook_is(webhook: dict[str, Any], url: str) -> None:
    assert webhook_url(webhook) == url


@pytest.mark.parametrize(
    "webhook",
    [
        {},
        {"path": "/"},
        {"service": {"name": "a"}, "path": "/"},
        {"url": "http://x", "basicAuth": {"secretRef": {}}},
        {"url": "http://x", "caBundle": {}},
    ],
)
def test_a_webhook_that_cannot_be_called(webhook: dict[str, Any]) -> None:
    with pytest.raises(InvalidWebhook):
        webhook_url(webhook)


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [(None, 10), ("0s", 10), ("2s", 2), ("1m30s", 90), ("500ms", 0.5), ("-5s", 10)],
)
def test_how_long_a_webhook_may_take(stated: str | None, seconds: float) -> None:
    assert timeout({"timeout": stated}) == seconds


@pytest.mark.parametrize(
    ("url", "hosts", "counts"),
    [
        ("https://hooks.svc/sync", ["hooks.svc"], True),
        ("https://Hooks.svc/sync", ["hooks.SVC"], True),
        ("https://hooks.svc/sync", ["hooks.svc:443"], True),
        ("http://hooks.svc/sync", ["hooks.svc:80"], True),
        ("https://hooks.svc:443/sync", ["hooks.svc"], True),
        ("http://hooks.svc:8080/sync", ["hooks.svc:8080"], True),
        ("http://hooks.svc:8080/sync", ["hooks.svc"], False),
        ("http://hooks.svc/sync", ["hooks.svc:443"], False),
        ("http://hooks.svc/sync", ["other.svc", "hooks.svc"], True),
        ("http://hooks.svc/sync", [], False),
    ],
)
def test_an_endpoint_with_a_login_counts_for_its_host(
    url: str, hosts: list[str], counts: bool
) -> None:
    endpoints = [{"host": host, "authorization": {"secretRef": {}}} for host in hosts]
    if not counts:
        check_endpoint(url, endpoints)
        return
    with pytest.raises(InvalidWebhook) as refused:
        check_endpoint(url, endpoints)
    assert str(refused.value) == "endpointConfigs authorization is not supported by this loop"


def test_of_endpoints_for_one_host_the_first_counts() -> None:
    first, second = {"host": "x"}, {"host": "x:80", "clientTLS": {"secretRef": {}}}
    check_endpoint("http://x/y", [first, second])
    with pytest.raises(InvalidWebhook):
        check_endpoint("http://x/y", [second, first])
