"""More logs than the SDK would make in time, as senders with a queue of their own send them."""

from collections.abc import Callable, Iterable
from time import monotonic, sleep

import requests
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from tests.collector.ports import LOOPBACK

SECONDS = 60
PAUSE_SECONDS = 0.2
TAKEN = 200
TRY_AGAIN = (429, 503)


def request(names: Iterable[str], record_bytes: int) -> bytes:
    """A record for each name, which is the beginning of its body, of so many bytes."""
    made = ExportLogsServiceRequest()
    records = made.resource_logs.add().scope_logs.add().log_records
    for name in names:
        records.add(severity_number=9).body.string_value = name.ljust(record_bytes, ".")
    serialized: bytes = made.SerializeToString()
    return serialized


class Sender:
    """Sends by OTLP over HTTP, and remembers what was taken and how often it was refused."""

    def __init__(self, port: int) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._url = f"http://{LOOPBACK}:{port}/v1/logs"
        self.refused = 0
        self.taken: list[str] = []

    def offer(self, *names: str, record_bytes: int = 100) -> int:
        """The answer's status to one request, which is taken whole or not at all."""
        status = self._session.post(
            self._url,
            request(names, record_bytes),
            headers={"Content-Type": "application/x-protobuf"},
            timeout=SECONDS,
        ).status_code
        if status == TAKEN:
            self.taken += names
        else:
            self.refused += 1
        return status

    def insist(
        self, *names: str, record_bytes: int = 100, meanwhile: Callable[[], object] = bool
    ) -> None:
        """Until it is taken, as the protocol asks senders to; *meanwhile* is called after each no.

        Raises AssertionError at an answer that says not to try again, or after a minute.
        """
        deadline = monotonic() + SECONDS
        while (status := self.offer(*names, record_bytes=record_bytes)) != TAKEN:
            assert status in TRY_AGAIN
            assert monotonic() < deadline
            meanwhile()
            sleep(PAUSE_SECONDS)
