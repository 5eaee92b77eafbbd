"""Whatever a schema refers to, nobody is called: it is judged alone."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.test_configuration_schema import refused


@pytest.fixture
def listener() -> Iterator[tuple[int, list[Any]]]:
    """A port on loopback, and who has come."""
    visitors: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        ended = threading.Event()

        def accept() -> None:
            while not ended.is_set():
                try:
                    visitors.append(server.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1], visitors
        ended.set()
        thread.join()


def test_nothing_is_ever_fetched(listener: tuple[int, list[Any]]) -> None:
    port, visitors = listener
    url = f"http://127.0.0.1:{port}/schema.json"
    for place in ("$ref", "$dynamicRef", "$schema", "$id", "$recursiveRef", "$vocabulary"):
        for schema in (
            {place: url},
            {"properties": {"a": {place: url}}},
            {"$id": url, "$ref": "b"},
        ):
            refused({"a": 1}, schema)
    refused({}, {"$ref": "file:///etc/passwd"})
    time.sleep(0.2)
    assert visitors == []
