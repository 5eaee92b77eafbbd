"""How a probe speaks TLS, and what it means if that fails."""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orasi.command import Failed

# With TLS 1.3 a server judges our certificate only after the handshake, and says nothing if it is
# content. So this long is listened for a refusal.
VERDICT_SECONDS = 1.0

# OpenSSL's X509_V_FLAG_NO_CHECK_TIME, for which Python has no name.
NO_CHECK_TIME = ssl.VerifyFlags(0x200000)

# OpenSSL's X509_V_ERR_…, by what they mean to people.
NOT_YET_VALID, EXPIRED = 9, 10
OTHER_NAME = (62, 64)
UNKNOWN_AUTHORITY = (2, 18, 19, 20, 21)

# Parts of OpenSSL's names of failures, which have other prefixes from version to version.
NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL")
OTHER_VERSION = ("ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL")
# What a server answers to whom it does not know, which depends on its library.
CERTIFICATE = (
    *("ALERT_CERTIFICATE", "ALERT_BAD_CERTIFICATE", "ALERT_UNSUPPORTED_CERTIFICATE"),
    *("ALERT_UNKNOWN_CA", "ALERT_ACCESS_DENIED"),
)
# Without a common cipher, too.
MAYBE_CERTIFICATE = ("ALERT_HANDSHAKE_FAILURE",)

MAYBE_PLAIN = "it may not speak TLS on this port"
ADD_CERTIFICATE = "--certificate and --key (in a Connector: tls.clientCertificateRef)"
ADD_AUTHORITY = "--ca-file (in a Connector: tls.caRef)"
ADD_NAME = "--server-name (in a Connector: tls.serverName)"


@dataclass(frozen=True)
class Tls:
    """How to speak TLS, the same for all targets."""

    authorities: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    server_name: str | None = None
    accepts_any: bool = False

    def context(self) -> ssl.SSLContext:
        """Raises Failed, naming the file that cannot be used."""
        for file in filter(None, (self.authorities, self.certificate, self.key)):
            try:
                file.open("rb").close()  # since OpenSSL does not say which it cannot open
            except OSError as error:
                raise Failed(f"{file}: {error.strerror}") from error
        try:
            context = ssl.create_default_context(cafile=self.authorities)
        except ssl.SSLError as error:
            raise Failed(unusable(f"{self.authorities}", error)) from error
        if self.certificate and self.key:
            try:
                # Without a password it would be asked for at a terminal.
                context.load_cert_chain(self.certificate, self.key, password="")
            except ssl.SSLError as error:
                raise Failed(unusable(f"{self.certificate} with {self.key}", error)) from error
        if self.accepts_any:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def inspecting(self) -> ssl.SSLContext:
        """For a closer look at a certificate of a known authority that is refused."""
        context = self.context()
        context.check_hostname = False
        context.verify_flags |= NO_CHECK_TIME
        return context


def unusable(files: str, error: ssl.SSLError) -> str:
    if "MISMATCH" in (error.reason or ""):
        return f"{files}: the key is not that of the certificate"
    detail = (error.reason or str(error)).replace("_", " ").lower()
    return f"{files}: this cannot be read as PEM: {detail}"


class Refused(Exception):
    """TLS failed. `str()` says why."""


@dataclass(frozen=True)
class Peer:
    """A server that TCP has reached, and how to speak TLS with it."""

    connect: Callable[[], socket.socket]  # once more
    name: str  # that its certificate must be for
    tls: Tls
    context: ssl.SSLContext
    seconds: float

    def handshake(self, connection: socket.socket) -> str:
        """What was agreed on; *connection* is closed then. Raises Refused."""
        try:
            with self.secured(connection, self.context) as secured:
                agreed = self.agreed(secured)
                self.await_verdict(secured)
                return agreed
        except ssl.SSLCertVerificationError as error:
            raise Refused(self.distrusted(error)) from error
        except ssl.SSLEOFError as error:
            raise Refused(f"it hung up; {MAYBE_PLAIN}") from error
        except ssl.SSLError as error:
            raise Refused(self.refusal(error)) from error
        except TimeoutError as error:
            text = f"it did not answer within {self.seconds:g} seconds; {MAYBE_PLAIN}"
            raise Refused(text) from error
        except OSError as error:
            raise Refused(f"it hung up; {MAYBE_PLAIN}") from error
        except ValueError as error:
            raise Refused(f"{self.name} can be no server's name: {error}") from error

    def secured(self, connection: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
        with connection:  # whatever comes of it: a wrapped one has let go of it
            connection.settimeout(self.seconds)
            return context.wrap_socket(connection, server_hostname=self.name)

    def await_verdict(self, secured: ssl.SSLSocket) -> None:
        """Raises SSLError if it refuses us."""
        if secured.version() != "TLSv1.3":
            return  # it was part of the handshake
        secured.settimeout(min(self.seconds, VERDICT_SECONDS))
        try:
            secured.recv(1)
        except ssl.SSLError:
            raise
        except TimeoutError:
            return  # it waits for what we have to say
        except OSError:
            return  # it has no time for who says nothing

    def agreed(self, secured: ssl.SSLSocket) -> str:
        version = (secured.version() or "TLS").replace("TLSv", "TLS ")
        if self.tls.accepts_any:
            return f"{version}, certificate not verified"
        return f"{version}, certificate valid until {moment(secured.getpeercert(), 'notAfter')}"

    def distrusted(self, error: ssl.SSLCertVerificationError) -> str:
        code, certificate = error.verify_code, self.inspected()
        if code == EXPIRED:
            since = f" at {moment(certificate, 'notAfter')}" if certificate else ""
            return f"its certificate expired{since}: the server needs a new one"
        if code == NOT_YET_VALID:
            until = f" before {moment(certificate, 'notBefore')}" if certificate else ""
            return f"its certificate is not valid{until}: one of the clocks may be wrong"
        if code in OTHER_NAME:
            names = f" but for {' and '.join(names_of(certificate))}" if certificate else ""
            return (
                f"its certificate is not for {self.name}{names}: use that name, or say with "
                f"{ADD_NAME} which to expect"
            )
        if code not in UNKNOWN_AUTHORITY:
            return f"its certificate cannot be trusted: {error.verify_message}"
        if self.tls.authorities:
            return f"its certificate is of an authority that is not in {self.tls.authorities}"
        return f"its certificate is of an unknown authority: give that with {ADD_AUTHORITY}"

    def inspected(self) -> Any:
        """Its certificate, without regard to names and times; None if that is not told."""
        context = self.tls.inspecting()
        with suppress(OSError), self.secured(self.connect(), context) as secured:
            return secured.getpeercert()
        return None

    def refusal(self, error: ssl.SSLError) -> str:
        reason = error.reason or ""
        if any(part in reason for part in NO_TLS):
            return "it answers, but not with TLS"
        if any(part in reason for part in OTHER_VERSION):
            return "it speaks other versions of TLS only: it must allow TLS 1.2 or 1.3"
        detail = reason.replace("_", " ").lower() or str(error)
        wants = any(part in reason for part in CERTIFICATE)
        if self.tls.certificate and wants:
            return f"it refuses our certificate, {self.tls.certificate} ({detail})"
        if wants:
            return f"it wants a client certificate ({detail}): give one with {ADD_CERTIFICATE}"
        if any(part in reason for part in MAYBE_CERTIFICATE) and not self.tls.certificate:
            return (
                f"it refuses ({detail}): it may want a client certificate, {ADD_CERTIFICATE}, or "
                "other ciphers"
            )
        return f"it refuses ({detail})"


def moment(certificate: Any, field: str) -> str:
    """The time in *field* of a certificate: "2027-11-24 01:42 UTC"."""
    time = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate[field]), UTC)
    return f"{time:%Y-%m-%d %H:%M} UTC"


def names_of(certificate: Any) -> list[str]:
    return [value for _, value in certificate.get("subjectAltName", ())] or ["nobody"]
