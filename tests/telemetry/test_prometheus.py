"""Metrics are scraped as Prometheus does it, and written to a real Prometheus."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from tests.collector.ports import LOOPBACK
from tests.collector.process import Collector
from tests.telemetry.certificates import Authority
from tests.telemetry.pods import children, objects, pod
from tests.telemetry.prometheus import HOST, PASSWORD, SCOPE, Prometheus, Sample, contents
from tests.telemetry.waiting import eventually

OBJECTS = """
kind: Connector
metadata: {name: shops}
spec:
  source:
    prometheus: {targets: ["shop.example.com:9100"], interval: 1s}
---
kind: Connector
metadata: {name: watch}
spec:
  tls:
    caRef: {name: prometheus-ca}
    clientCertificateRef: {name: prometheus-client}
    serverName: prometheus.example.com
  auth: {basic: {secretRef: {name: prometheus-user}}}
  source:
    prometheus: {targets: ["prometheus.example.com:9090"], interval: 1s, scheme: https}
  sink:
    prometheusRemoteWrite: {endpoint: "https://prometheus.example.com:9090/api/v1/write"}
---
kind: Pipeline
metadata: {name: web}
spec:
  flows:
  - name: all
    signals: [metrics]
    from: [connector: {name: shops}, connector: {name: watch}]
    to: [connector: {name: watch}]
"""


@contextmanager
def shop() -> Iterator[str]:
    """A program that exposes metrics of the usual types, and where."""
    registry = CollectorRegistry()
    orders = Counter("shop_orders", "Orders.", ["way"], registry=registry)
    orders.labels("card").inc(3)
    orders.labels('"cash" ü€😀\n').inc(0.5)
    Gauge("shop_open", "Whether it is.", registry=registry).set(-1e300)
    seconds = Histogram("shop_seconds", "A visit.", buckets=(0.1, 1), registry=registry)
    for each in (0.05, 0.5, 0.5, 7):
        seconds.observe(each)
    server, thread = start_http_server(0, LOOPBACK, registry)
    try:
        yield f"{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


EXPECTED = {
    ("shop_open",): -1e300,
    ("shop_orders_total", "way=card"): 3,
    ("shop_orders_total", 'way="cash" ü€😀\n'): 0.5,
    ("shop_seconds_bucket", "le=0.1"): 1,
    ("shop_seconds_bucket", "le=1"): 3,  # the collector's way to write 1.0
    ("shop_seconds_bucket", "le=+Inf"): 4,
    ("shop_seconds_count",): 4,
    ("shop_seconds_sum",): 8.05,
}


# Why a scrape has failed no log of this level tells; the sample `up` of its target is 0.
SCRAPE_FAILED = "Failed to scrape Prometheus endpoint", ""
WRITE_FAILED = "failed to send WriteRequest to remote endpoint", "401 Unauthorized"
DROPPED = "Exporting failed. Dropping data.", "Permanent error: remote write request failed"


def test_every_sample_arrives_with_its_value(
    scraping_collector: Path, prometheus: Path, tmp_path: Path
) -> None:
    authority = Authority()
    with Prometheus(prometheus, tmp_path, authority) as real, shop() as address:
        places = {f"{HOST}:9090": real.address, "shop.example.com:9100": address}
        answered = children("web", objects(OBJECTS, places))
        web = pod(answered, contents(authority, PASSWORD), tmp_path / "web")
        with web.start(scraping_collector, tmp_path, name="web"):
            found = eventually("all of the shop's", lambda: complete(real))
            (up,) = eventually("of what needs a login", lambda: real.samples('up{job="watch"}'))
    own = {"job": "shops", "instance": address, **SCOPE}
    assert {short(labels, own): value for labels, value in found} == EXPECTED
    assert up == ({"__name__": "up", "job": "watch", "instance": real.address, **SCOPE}, 1)


def complete(real: Prometheus) -> list[Sample]:
    """What the shop exposes, once no write of a scrape is still under way."""
    found = real.samples('{job="shops",__name__=~"shop_.*"}')
    return found if len(found) >= len(EXPECTED) else []


def short(labels: Mapping[str, str], own: Mapping[str, str]) -> tuple[str, ...]:
    """Name and labels but for those which say where it comes from, which are *own*."""
    assert own.items() <= labels.items()
    others = {key: labels[key] for key in labels.keys() - own.keys() - {"__name__"}}
    return (labels["__name__"], *(f"{key}={value}" for key, value in sorted(others.items())))


def test_who_cannot_log_in_scrapes_and_writes_nothing_and_says_why(
    scraping_collector: Path, prometheus: Path, tmp_path: Path
) -> None:
    authority = Authority()
    with Prometheus(prometheus, tmp_path, authority) as real, shop() as address:
        places = {f"{HOST}:9090": real.address, "shop.example.com:9100": address}
        answered = children("web", objects(OBJECTS, places))
        web = pod(answered, contents(authority, f"wrong {PASSWORD}"), tmp_path / "web")
        with web.start(scraping_collector, tmp_path, name="web") as running:
            expected = {SCRAPE_FAILED, WRITE_FAILED, DROPPED}
            eventually("each complaint", lambda: expected <= complaints(running))
            assert real.samples('{__name__!=""}') == []


def complaints(running: Collector) -> set[tuple[str, str]]:
    """What the log says is wrong, and why as far as it tells."""
    wrong = [entry for entry in running.log() if entry["level"] in ("warn", "error")]
    return {(entry["msg"], entry.get("status") or entry.get("error", "")) for entry in wrong}
