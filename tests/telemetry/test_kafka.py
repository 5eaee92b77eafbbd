"""Through Kafka: one Pipeline sends to a Connector, another one takes from it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from hooks.contract import Manifest
from tests.collector.process import Collector
from tests.collector.sink import PORTS, Sink, in_order
from tests.collector.telemetry import PROTOCOLS, Count, Log, Protocol, Span, Telemetry, send
from tests.telemetry.certificates import Authority
from tests.telemetry.kafka import HOST, Broker, User
from tests.telemetry.metrics import ACCEPTED, records
from tests.telemetry.pods import Contents, Pod, children, objects, pod
from tests.telemetry.waiting import eventually

OBJECTS = """
kind: Connector
metadata: {name: events}
spec:
  tls:
    caRef: {name: kafka-ca}
    clientCertificateRef: {name: kafka-client}
    serverName: kafka.shop.svc
  auth:
    sasl: {mechanism: MECHANISM, secretRef: {name: kafka-user}}
  source:
    kafka:
      brokers: ["kafka.shop.svc:9093"]
      groupID: orasi
      topics: {logs: [clean-logs], metrics: [clean-metrics], traces: [clean-traces]}
      encoding: ENCODING
      initialOffset: earliest
  sink:
    kafka:
      brokers: ["kafka.shop.svc:9093"]
      topics: {logs: clean-logs, metrics: clean-metrics, traces: clean-traces}
      encoding: ENCODING
      compression: COMPRESSION
---
kind: Pipeline
metadata: {name: web}
spec:
  flows:
  - {name: all, from: [otlp: {grpc: {}, http: {}}], to: [connector: {name: events}]}
---
kind: Pipeline
metadata: {name: archive}
spec:
  flows:
  - {name: all, from: [connector: {name: events}], to: [otlp: {endpoint: "sink:4317"}]}
"""
USERS = [
    User("PLAIN", "shop", "correct horse"),
    User("SCRAM-SHA-256", "shop", "a different one"),
    # Nothing of it is refused, however much it looks like YAML.
    User("SCRAM-SHA-512", "- shop", "[1e3, 'two #three\\n"),
]
SHOP = USERS[0]


def known(authority: Authority, user: User) -> Contents:
    return {
        ("ConfigMap", "kafka-ca"): {"ca.crt": authority.certificate},
        ("Secret", "kafka-client"): authority.pair("shop").secret,
        ("Secret", "kafka-user"): {"username": user.username, "password": user.password},
    }


def pods(written: Sequence[Manifest], outside: Contents, folder: Path) -> tuple[Pod, Pod]:
    """Of the Pipeline that gives and of the one that takes."""
    web, archive = (
        pod(children(name, written), outside, folder / name) for name in ("web", "archive")
    )
    return web, archive


def telemetry(protocol: Protocol) -> list[Telemetry]:
    resource = {"service.name": "shop", "replicas": 2}
    return [
        Log(f"paid by {protocol}", attributes={"total": 1.5}, resource=resource),
        Log(f"${{env:HOME}} and ü€😀 by {protocol}", severity=5, resource=resource),
        Span(f"pay by {protocol}", {"retried": True}, resource),
        Count(f"payments.{protocol}", 3, {"way": "card"}, resource),
    ]


@pytest.mark.parametrize(
    ("user", "encoding", "compression"),
    [
        pytest.param(USERS[0], "otlp_proto", "none", id="PLAIN"),
        pytest.param(USERS[1], "otlp_json", "gzip", id="SCRAM-SHA-256"),
        pytest.param(USERS[2], "otlp_proto", "zstd", id="SCRAM-SHA-512"),
    ],
)
def test_every_signal_arrives_whole(
    collector: Path, kafka: Path, tmp_path: Path, user: User, encoding: str, compression: str
) -> None:
    authority = Authority()
    sent = [each for protocol in PROTOCOLS for each in telemetry(protocol)]
    with Broker(kafka, tmp_path, USERS, authority) as broker, Sink(collector, tmp_path) as sink:
        places = {
            f"{HOST}:9093": broker.address,
            "sink:4317": sink.endpoint("grpc"),
            "MECHANISM": user.mechanism,
            "ENCODING": encoding,
            "COMPRESSION": compression,
        }
        web, archive = pods(objects(OBJECTS, places), known(authority, user), tmp_path)
        with (
            archive.start(collector, tmp_path, name="archive") as taking,
            web.start(collector, tmp_path, name="web") as giving,
        ):
            for protocol in PROTOCOLS:
                send(protocol, giving.port(PORTS[protocol]), *telemetry(protocol))
            eventually("all arrives", lambda: records(sink, ACCEPTED) >= len(sent))
    assert sink.received("grpc") == in_order(sent)
    assert (giving.exit_code, taking.exit_code) == (0, 0)
    assert not {*complaints(giving), *complaints(taking)}
    logs = [path.read_text() for path in tmp_path.glob("*.log")]
    written = [web.configuration, archive.configuration]
    assert not [text for text in (*logs, *written) if user.password in text]


WRONG_LOGIN = (
    "SASL_AUTHENTICATION_FAILED: SASL Authentication failed.: "
    "Authentication failed: Invalid username or password"
)


@pytest.mark.parametrize(
    ("mechanism", "name", "wrong", "reason"),
    [
        pytest.param(
            "PLAIN",
            "kafka-user",
            {"username": SHOP.username, "password": "wrong"},
            WRONG_LOGIN,
            id="a wrong password, PLAIN",
        ),
        pytest.param(
            "SCRAM-SHA-512",
            "kafka-user",
            {"username": USERS[2].username, "password": "wrong"},
            WRONG_LOGIN,
            id="a wrong password, SCRAM",
        ),
        pytest.param(
            "SCRAM-SHA-256",
            "kafka-user",
            {"username": "nobody", "password": USERS[1].password},
            WRONG_LOGIN,
            id="an unknown name",
        ),
        pytest.param(
            "PLAIN",
            "kafka-user",
            {"username": "rich", "password": "two $$ dollars"},
            WRONG_LOGIN,
            id="a password that the collector changes",
        ),
        pytest.param(
            "PLAIN",
            "kafka-ca",
            {"ca.crt": Authority().certificate},
            "tls: failed to verify certificate: x509: certificate signed by unknown authority",
            id="an authority that has not issued the broker's certificate",
        ),
        pytest.param(
            "PLAIN",
            "kafka-client",
            Authority().pair("shop").secret,
            "remote error: tls: unknown certificate authority",
            id="a certificate that the broker does not trust",
        ),
    ],
)
def test_who_cannot_log_in_gets_nothing_across_and_says_why(
    collector: Path,
    kafka: Path,
    tmp_path: Path,
    mechanism: str,
    name: str,
    wrong: Mapping[str, str],
    reason: str,
) -> None:
    authority = Authority()
    outside = {
        (kind, called): wrong if called == name else right
        for (kind, called), right in known(authority, SHOP).items()
    }
    users = [*USERS, User("PLAIN", "rich", "two $$ dollars")]
    with Broker(kafka, tmp_path, users, authority) as broker, Sink(collector, tmp_path) as sink:
        places = {
            f"{HOST}:9093": broker.address,
            "sink:4317": sink.endpoint("grpc"),
            "MECHANISM": mechanism,
            "ENCODING": "otlp_proto",
            "COMPRESSION": "none",
        }
        web, archive = pods(objects(OBJECTS, places), outside, tmp_path)
        with (
            archive.start(collector, tmp_path, name="archive") as taking,
            web.start(collector, tmp_path, name="web", overrides=ENDS_SOON) as giving,
        ):
            send("grpc", giving.port(PORTS["grpc"]), Log("paid"))
            eventually("both complain", lambda: complaints(giving) and complaints(taking))
    assert sink.received("grpc") == []
    assert {*complaints(giving), *complaints(taking)} == {reason}
    assert "Exporting failed. Dropping data." in [entry["msg"] for entry in giving.log()]


# At its end it tries once more to send what it has, for five seconds if not for fewer.
ENDS_SOON = {"exporters": {"kafka/events": {"timeout": "500ms"}}}


def complaints(running: Collector) -> set[str]:
    """What Kafka's client has logged as wrong."""
    return {
        entry["err"]
        for entry in running.log()
        if entry["level"] in ("warn", "error") and "err" in entry
    }
