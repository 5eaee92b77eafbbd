"""What `orasi probe` meets: servers on loopback, with TLS and without, good and bad."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

import trustme

LOOPBACK = "127.0.0.1"
PATIENCE = 10.0  # seconds until a server gives up a client

Talk = Callable[[socket.socket], None]


class Authority:
    """A certificate authority, and what it issues, as files in one folder."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self._folder = folder
        self._authority = trustme.CA()
        self.file = folder / f"{name}.crt"
        self._authority.cert_pem.write_to_path(str(self.file))

    def issue(
        self,
        *names: str,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> tuple[Path, Path]:
        """Certificate and key for *names*."""
        issued = self._authority.issue_cert(*names, not_before=not_before, not_after=not_after)
        files = self._folder / f"{names[0]}.crt", self._folder / f"{names[0]}.key"
        issued.cert_chain_pems[0].write_to_path(str(files[0]))
        issued.private_key_pem.write_to_path(str(files[1]))
        return files


@contextmanager
def listening(talk: Talk, host: str = LOOPBACK) -> Iterator[str]:
    """HOST:PORT of a server that answers each connection with *talk*, and then closes it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with ExitStack() as open_ones:
        server = open_ones.enter_context(socket.create_server((host, 0), family=family))

        def serve() -> None:
            with suppress(OSError):  # the server is closed
                while True:
                    connection, _ = server.accept()
                    connection.settimeout(PATIENCE)
                    threading.Thread(target=answer, args=(connection, talk), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        shown = f"[{host}]" if ":" in host else host
        yield f"{shown}:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def answer(connection: socket.socket, talk: Talk) -> None:
    with connection, suppress(OSError):
        talk(connection)


def waiting(connection: socket.socket) -> None:
    """As a broker does: silent until it is asked."""
    connection.recv(1)


def silent(connection: socket.socket) -> None:
    """It hears, and says nothing whatever it is asked."""
    while connection.recv(4096):
        pass


def hanging_up(connection: socket.socket) -> None:
    connection.recv(1)
    connection.shutdown(socket.SHUT_RDWR)


def speaking_http(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    silent(connection)


def speaking_tls(
    files: tuple[Path, Path],
    talk: Talk = waiting,
    *,
    clients: Path | None = None,
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
) -> Talk:
    """*clients*: the authority of the certificates that clients must have."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=clients)
    context.load_cert_chain(*files)
    context.maximum_version = newest
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED

    def secured(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            talk(wrapped)

    return secured
