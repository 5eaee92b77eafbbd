"""A name server for one name, which has as many addresses as it is given."""

import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import IPv4Address

from tests.collector.ports import LOOPBACK

HEADER_BYTES = 12
ADDRESS, INTERNET = 1, 1
ANSWERED, NO_SUCH_NAME = 0x8580, 0x8583  # with authority, and as it was asked for
NAME_OF_QUESTION = 0xC000 | HEADER_BYTES
SECONDS_VALID = 1


@contextmanager
def name_server(name: str, addresses: Sequence[str]) -> Iterator[str]:
    """Its own address. Whatever else is asked for there is not."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            query, connection = self.request
            connection.sendto(answer(query, name, addresses), self.client_address)

    with socketserver.UDPServer((LOOPBACK, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"{LOOPBACK}:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def answer(query: bytes, name: str, addresses: Sequence[str]) -> bytes:
    """RFC 1035, section 4: header, question, and a record for each address."""
    labels = b"".join(bytes([len(each)]) + each.encode() for each in name.split(".")) + b"\0"
    question, rest = query[HEADER_BYTES:], query[HEADER_BYTES + len(labels) :]
    known = question.startswith(labels)
    type_ = int.from_bytes(rest[:2]) if known else 0
    end = question.index(b"\0") + 5  # after the name, two bytes of type and two of class
    found = addresses if type_ == ADDRESS else ()
    records = b"".join(
        numbers(NAME_OF_QUESTION, ADDRESS, INTERNET, 0, SECONDS_VALID, 4) + IPv4Address(each).packed
        for each in found
    )
    flags = ANSWERED if known else NO_SUCH_NAME
    return query[:2] + numbers(flags, 1, len(found), 0, 0) + question[:end] + records


def numbers(*values: int) -> bytes:
    """Each in two bytes."""
    return b"".join(value.to_bytes(2) for value in values)
