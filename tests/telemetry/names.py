"""A name server for what it is given: addresses of hosts, and hosts and ports of services."""

import socketserver
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import ClassVar

from tests.collector.ports import LOOPBACK

HEADER_BYTES = 12
INTERNET = 1
ANSWERED, NO_SUCH_NAME = 0x8580, 0x8583  # with authority, and as it was asked for
NAME_OF_QUESTION = 0xC000 | HEADER_BYTES
SECONDS_VALID = 1


@dataclass(frozen=True)
class Address:
    """An A record."""

    type: ClassVar[int] = 1
    host: str

    def data(self) -> bytes:
        return IPv4Address(self.host).packed


@dataclass(frozen=True)
class Service:
    """An SRV record, RFC 2782; none is preferred."""

    type: ClassVar[int] = 33
    host: str
    port: int

    def data(self) -> bytes:
        return numbers(0, 0, self.port) + encoded(self.host)


Records = Mapping[str, Sequence[Address | Service]]


@contextmanager
def name_server(records: Records, port: int = 0) -> Iterator[str]:
    """Its own address, at a free port unless one is given. A name that has no *records*, which may
    change meanwhile, is not."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            query, connection = self.request
            connection.sendto(answer(query, records), self.client_address)

    with socketserver.UDPServer((LOOPBACK, port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"{LOOPBACK}:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def answer(query: bytes, records: Records) -> bytes:
    """RFC 1035, section 4: header, question, and what there is of the type that is asked for."""
    end = query.index(b"\0", HEADER_BYTES) + 1
    question = query[HEADER_BYTES : end + 4]  # after the name, two bytes of type and two of class
    type_ = int.from_bytes(question[-4:-2])
    known = {encoded(name): found for name, found in records.items()}.get(question[:-4])
    found = [each for each in known or () if each.type == type_]
    flags = NO_SUCH_NAME if known is None else ANSWERED
    return b"".join(
        (
            query[:2],
            numbers(flags, 1, len(found), 0, 0),
            question,
            *(record(each) for each in found),
        )
    )


def record(found: Address | Service) -> bytes:
    data = found.data()
    return numbers(NAME_OF_QUESTION, found.type, INTERNET, 0, SECONDS_VALID, len(data)) + data


def encoded(name: str) -> bytes:
    """Each label after its length."""
    return b"".join(bytes([len(each)]) + each.encode() for each in [*name.split("."), ""])


def numbers(*values: int) -> bytes:
    """Each in two bytes."""
    return b"".join(value.to_bytes(2) for value in values)
