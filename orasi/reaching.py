"""The steps of a probe: from a name to addresses, to a connection, to TLS."""

import errno
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Semaphore, Thread
from typing import Any

from orasi.tls import Peer, Refused, Tls

AT_ONCE = 16  # targets; if there were more, they would slow each other down, and seem slow

Address = tuple[socket.AddressFamily, tuple[Any, ...]]  # (host, port), IPv6 with two numbers more

NAME_FAILURES = {
    socket.EAI_NONAME: "DNS knows no such name: check its spelling, and its namespace",
    socket.EAI_NODATA: "DNS knows the name, but no address for it",
    socket.EAI_AGAIN: "no answer from DNS: check that it runs, and that a NetworkPolicy allows it",
}
CONNECTION_FAILURES = {
    errno.ECONNREFUSED: "refused, since nothing listens there, or a firewall says so",
    errno.EHOSTUNREACH: "there is no way to that host",
    errno.ENETUNREACH: "there is no way to that network",
}


@dataclass(frozen=True)
class Target:
    host: str
    port: int
    tls: bool

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Finding:
    """What came of one target, in a sentence."""

    reached: bool
    text: str


class Unreached(Exception):
    """A step failed. `str()` says which, and why."""

    def __init__(self, step: str, why: str) -> None:
        super().__init__(f"{step} failed: {why}")


@dataclass(frozen=True)
class Prober:
    """*seconds* are those that each step may take; *context* is the one of *tls*."""

    seconds: float
    tls: Tls
    context: ssl.SSLContext

    def findings(self, targets: Sequence[Target]) -> Iterator[Finding]:
        """Several at a time, told in the order of *targets*.

        In threads that nobody waits for when the program ends, since a search for a name cannot be
        broken off.
        """
        turns = Semaphore(AT_ONCE)
        results: list[SimpleQueue[Finding]] = [SimpleQueue() for _ in targets]

        def find(target: Target, result: SimpleQueue[Finding]) -> None:
            with turns:
                result.put(self.finding(target))

        for target, result in zip(targets, results, strict=True):
            Thread(target=find, args=(target, result), daemon=True).start()
        for result in results:
            yield result.get()

    def finding(self, target: Target) -> Finding:
        where = str(target)
        try:
            address, connection = connected(
                addresses(target.host, target.port, self.seconds), self.seconds
            )
            found = address[1][0]
            where += f" ({found})" if found != target.host else ""
            with connection:
                agreed = f", {self.secured(target, address, connection)}" if target.tls else ""
        except Unreached as unreached:
            return Finding(False, f"{where}: {unreached}.")
        return Finding(True, f"{where}: reached{agreed}.")

    def secured(self, target: Target, address: Address, connection: socket.socket) -> str:
        """What was agreed on. Raises Unreached."""
        name = (self.tls.server_name or target.host).rstrip(".")
        peer = Peer(
            lambda: connection_to(address, self.seconds), name, self.tls, self.context, self.seconds
        )
        try:
            return peer.handshake(connection)
        except Refused as refused:
            raise Unreached("TLS", str(refused)) from refused


def addresses(
    host: str, port: int, seconds: float, search: Callable[..., list[Any]] = socket.getaddrinfo
) -> list[Address]:
    """Those of *host*, each once. Raises Unreached."""
    answer: SimpleQueue[list[Address] | str] = SimpleQueue()

    def ask() -> None:
        try:
            found = search(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            answer.put(name_failure(error))
        else:
            answer.put(list(dict.fromkeys((each[0], each[4]) for each in found)))

    Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except Empty:
        raise Unreached("name", f"no answer from DNS within {seconds:g} seconds") from None
    if isinstance(found, str):
        raise Unreached("name", found)
    return found


def name_failure(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return "this can be no name of a host: each part must have 1 to 63 characters"
    return NAME_FAILURES.get(error.errno or 0, error.strerror or str(error))


def connected(found: Sequence[Address], seconds: float) -> tuple[Address, socket.socket]:
    """A connection to the first address that takes one, which is closed by the caller.

    Each gets its share of the time that is left. Raises Unreached.
    """
    deadline = time.monotonic() + seconds
    failures: dict[str, list[str]] = {}
    for number, address in enumerate(found):
        share = max(0.001, deadline - time.monotonic()) / (len(found) - number)
        try:
            return address, connection_to(address, share)
        except TimeoutError:
            why = f"no answer within {share:.1f} seconds; a firewall or NetworkPolicy may drop it"
        except OSError as error:
            why = CONNECTION_FAILURES.get(error.errno or 0, error.strerror or str(error))
        failures.setdefault(why, []).append(str(address[1][0]))
    raise Unreached("TCP", "; ".join(f"{', '.join(at)}: {why}" for why, at in failures.items()))


def connection_to(address: Address, seconds: float) -> socket.socket:
    """Raises OSError."""
    family, place = address
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(place)
    except BaseException:
        connection.close()
        raise
    return connection
