"""OTLP with TLS: who takes it asks for a certificate, who sends it shows one and logs in."""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pytest

from tests.collector.ports import LOOPBACK, Configuration
from tests.collector.process import Collector
from tests.collector.sink import PORTS, Sink, in_order
from tests.collector.telemetry import (
    PROTOCOLS,
    SECONDS,
    Count,
    Identity,
    Log,
    Protocol,
    Span,
    Telemetry,
    send,
)
from tests.telemetry.certificates import Authority
from tests.telemetry.metrics import ACCEPTED, records
from tests.telemetry.pods import Contents, Pod, children, objects, pod
from tests.telemetry.waiting import eventually

OBJECTS = """
kind: Connector
metadata: {name: senders}
spec:
  source:
    otlp:
      grpc: {}
      http: {}
      tls:
        certificateRef: {name: otlp-server}
        clientCARef: {kind: Secret, name: otlp-senders, key: senders.pem}
---
kind: Connector
metadata: {name: vendor}
spec:
  tls:
    caRef: {name: vendor-ca}
    clientCertificateRef: {name: vendor-client}
    serverName: otlp.example.com
  auth: AUTH
  sink:
    otlp: {endpoint: "otlp.example.com:4317", protocol: PROTOCOL}
---
kind: Pipeline
metadata: {name: web}
spec:
  flows:
  - {name: all, from: [connector: {name: senders}], to: [connector: {name: vendor}]}
"""


@dataclass(frozen=True)
class Method:
    """How to log in: as Connectors say it, what Secrets hold, and what the server wants."""

    auth: str
    secret: Mapping[str, str]
    extension: str
    wanted: str


# As files they are nothing but text, apart from the line end that an editor has left.
METHODS = [
    Method(
        "{basic: {secretRef: {name: vendor-login, usernameKey: user}}}",
        {"user": "shop\n", "password": "two $$: ${env:HOME}\n"},
        "basicauth",
        "shop:two $$: ${env:HOME}",
    ),
    Method(
        "{bearer: {secretRef: {name: vendor-login, key: key}}}",
        {"key": "a$$b${env:HOME}:\n"},
        "bearertokenauth",
        "a$$b${env:HOME}:",
    ),
]


class Vendor(Sink):
    """Takes what comes with a certificate of *authority* and what *method* wants."""

    def __init__(self, binary: Path, folder: Path, authority: Authority, method: Method) -> None:
        certificate, key = authority.pair("otlp.example.com").files(folder, "vendor")
        tls = {
            "cert_file": str(certificate),
            "key_file": str(key),
            "client_ca_file": str(authority.file(folder, "vendor")),
        }
        wanted = folder / "wanted"
        wanted.write_text(method.wanted)
        server = f"{method.extension}/server"
        checks: Mapping[str, Configuration] = {
            "basicauth": {"htpasswd": {"file": str(wanted)}},
            "bearertokenauth": {"filename": str(wanted)},
        }
        overrides = {
            "receivers": {
                f"otlp/{protocol}": {
                    "protocols": {protocol: {"tls": tls, "auth": {"authenticator": server}}}
                }
                for protocol in PROTOCOLS
            },
            "extensions": {server: checks[method.extension]},
            "service": {"extensions": ["health_check", server]},
        }
        super().__init__(binary, folder, overrides=overrides, name="vendor")

    def address(self, protocol: Protocol) -> str:
        return f"{LOOPBACK}:{self.port(PORTS[protocol])}"


@dataclass(frozen=True)
class World:
    """Everybody's certificates: ours, those of who sends to us, and those of whom we send to."""

    ours: Authority = field(default_factory=Authority)
    senders: Authority = field(default_factory=Authority)
    vendors: Authority = field(default_factory=Authority)

    def outside(self, secret: Mapping[str, str]) -> Contents:
        return {
            ("Secret", "otlp-server"): self.ours.pair(LOOPBACK).secret,
            ("Secret", "otlp-senders"): {"senders.pem": self.senders.certificate},
            ("ConfigMap", "vendor-ca"): {"ca.crt": self.vendors.certificate},
            ("Secret", "vendor-client"): self.vendors.pair("web").secret,
            ("Secret", "vendor-login"): secret,
        }

    def sender(self, folder: Path) -> Identity:
        certificate, key = self.senders.pair("sender").files(folder, "sender")
        return Identity(self.ours.file(folder, "ours"), certificate, key)


def telemetry(protocol: Protocol) -> list[Telemetry]:
    resource = {"service.name": "shop"}
    return [
        Log(f"paid by {protocol}", attributes={"total": 1.5}, resource=resource),
        Span(f"pay by {protocol}", {"retried": True}, resource),
        Count(f"payments.{protocol}", 3, {"way": "card"}, resource),
    ]


EACH_PROTOCOL = pytest.mark.parametrize("protocol", PROTOCOLS)
EACH_METHOD = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.extension)


@EACH_PROTOCOL
@EACH_METHOD
def test_certificates_and_credentials_let_every_signal_through(
    collector: Path, tmp_path: Path, protocol: Protocol, method: Method
) -> None:
    world = World()
    sent = {each: telemetry(each) for each in PROTOCOLS}
    everything = in_order(chain.from_iterable(sent.values()))
    with Vendor(collector, tmp_path, world.vendors, method) as vendor:
        web = web_pod(tmp_path, vendor, protocol, method, world.outside(method.secret))
        with web.start(collector, tmp_path, name="web") as running:
            identity = world.sender(tmp_path)
            for each in PROTOCOLS:
                send(each, running.port(PORTS[each]), *sent[each], identity=identity)
            eventually("all arrives", lambda: records(vendor, ACCEPTED) >= len(everything))
    assert vendor.received(protocol) == everything


def web_pod(
    folder: Path, vendor: Vendor, protocol: Protocol, method: Method, outside: Contents
) -> Pod:
    places = {
        "PROTOCOL": protocol,
        "AUTH": method.auth,
        "otlp.example.com:4317": vendor.address(protocol),
    }
    return pod(children("web", objects(OBJECTS, places)), outside, folder / "web")


REFUSALS: Mapping[tuple[str, Protocol], str] = {
    ("basicauth", "grpc"): "code = Unauthenticated",
    ("basicauth", "http"): "HTTP Status Code 401",
    ("bearertokenauth", "grpc"): "code = Unauthenticated",
    ("bearertokenauth", "http"): "HTTP Status Code 401",
}


@EACH_PROTOCOL
@EACH_METHOD
def test_wrong_credentials_lose_what_is_sent_and_the_log_says_why(
    collector: Path, tmp_path: Path, protocol: Protocol, method: Method
) -> None:
    """At once: no server would know them later, so nothing is kept to try again."""
    world = World()
    outside = world.outside({key: f"wrong{text}" for key, text in method.secret.items()})
    with Vendor(collector, tmp_path, world.vendors, method) as vendor:
        web = web_pod(tmp_path, vendor, protocol, method, outside)
        with web.start(collector, tmp_path, name="web") as running:
            identity = world.sender(tmp_path)
            send("grpc", running.port(PORTS["grpc"]), Log("paid"), identity=identity)
            (dropped,) = eventually("it is dropped", lambda: drops(running))
    assert REFUSALS[method.extension, protocol] in dropped
    assert vendor.received(protocol) == []


def drops(running: Collector) -> list[str]:
    return [entry["error"] for entry in running.log() if entry["msg"].endswith("Dropping data.")]


@EACH_PROTOCOL
@pytest.mark.parametrize(
    ("shown", "alert"),
    [
        pytest.param(None, "CERTIFICATE_REQUIRED", id="none"),
        pytest.param(Authority(), "UNKNOWN_CA", id="a stranger's"),
    ],
)
def test_who_shows_no_certificate_that_is_trusted_cannot_send(
    collector: Path, tmp_path: Path, protocol: Protocol, shown: Authority | None, alert: str
) -> None:
    world = World()
    places = {"PROTOCOL": "grpc", "AUTH": METHODS[0].auth}
    answered = children("web", objects(OBJECTS, places))
    web = pod(answered, world.outside(METHODS[0].secret), tmp_path / "web")
    pair = shown.pair("sender").files(tmp_path, "sender") if shown else None
    with web.start(collector, tmp_path, name="web") as running:
        port = running.port(PORTS[protocol])
        with pytest.raises(ssl.SSLError, match=alert):
            handshake(port, world.ours.file(tmp_path, "ours"), pair)
        handshake(
            port, world.ours.file(tmp_path, "ours"), world.senders.pair("x").files(tmp_path, "x")
        )


def handshake(port: int, authority: Path, shown: tuple[Path, Path] | None) -> None:
    """Raises SSLError with the alert of a server that does not want us."""
    context = ssl.create_default_context(cafile=str(authority))
    context.set_alpn_protocols(["h2"])
    if shown:
        context.load_cert_chain(*shown)
    with (
        socket.create_connection((LOOPBACK, port), SECONDS) as connection,
        context.wrap_socket(connection, server_hostname=LOOPBACK) as encrypted,
    ):
        # A server of HTTP/2 begins with its settings, but says first what is wrong with us.
        encrypted.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
        assert encrypted.recv(1)
