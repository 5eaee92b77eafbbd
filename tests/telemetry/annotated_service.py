"""A Service with Scrape's annotations, from its pods to Prometheus, in a network of its own.

Prints the samples that Prometheus knows while both pods are in DNS, and when one is not any more.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, start_http_server

from hooks.contract import DecoratorRequest, Manifest, Observed, Parent
from hooks.decorator import decorated
from hooks.decorators.scrape import SCRAPE
from tests.telemetry.certificates import Authority
from tests.telemetry.names import Address, Service, name_server
from tests.telemetry.network import NAME_SERVER_PORT, loopback_up
from tests.telemetry.pods import NAMESPACE, children, objects, pod
from tests.telemetry.prometheus import HOST, PASSWORD, Prometheus, Sample, contents
from tests.telemetry.waiting import eventually

SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {
        "name": "web",
        "namespace": NAMESPACE,
        "annotations": {
            "orasi.io/scrape": "true",
            "orasi.io/path": "/metrics",
            "orasi.io/interval": "1s",
        },
    },
    "spec": {
        "selector": {"app": "web"},
        "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"}],
    },
}
OBJECTS = """
kind: Connector
metadata: {name: archive}
spec:
  tls:
    caRef: {name: prometheus-ca}
    clientCertificateRef: {name: prometheus-client}
    serverName: prometheus.example.com
  auth: {basic: {secretRef: {name: prometheus-user}}}
  sink:
    prometheusRemoteWrite: {endpoint: "https://prometheus.example.com:9090/api/v1/write"}
---
kind: Pipeline
metadata: {name: scraper}
spec:
  flows:
  - name: all
    signals: [metrics]
    from: [connector: {name: web-scrape}]
    to: [connector: {name: archive}]
"""
CLUSTER_DOMAIN = "cluster.local"
QUERY = '{job="web-scrape",__name__=~"up|shop_open"}'
LEAVING_SECONDS = 90  # DNS is asked every 30


@dataclass(frozen=True)
class Shop:
    """A pod of the Service, which calls its own port `http`."""

    address: str
    port: int
    open: Gauge

    def host(self, twin: Manifest) -> str:
        """As the cluster's DNS calls a pod of a headless Service."""
        return f"{self.address.replace('.', '-')}.{domain(twin)}"


@contextmanager
def shop(address: str, port: int) -> Iterator[Shop]:
    registry = CollectorRegistry()
    found = Shop(address, port, Gauge("shop_open", "Any number.", registry=registry))
    found.open.set(port)
    server, thread = start_http_server(port, address, registry)
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def domain(service: Manifest) -> str:
    metadata = service["metadata"]
    return f"{metadata['name']}.{metadata['namespace']}.svc.{CLUSTER_DOMAIN}"


def records(twin: Manifest, shops: Sequence[Shop]) -> dict[str, list[Address | Service]]:
    """What the cluster's DNS has of a headless Service."""
    (port,) = twin["spec"]["ports"]
    name = f"_{port['name']}._{port['protocol'].lower()}.{domain(twin)}"
    found: dict[str, list[Address | Service]] = {
        each.host(twin): [Address(each.address)] for each in shops
    }
    return {**found, name: [Service(each.host(twin), each.port) for each in shops]}


def samples(scraping: Path, prometheus: Path, folder: Path) -> Iterator[list[Sample]]:
    authority = Authority()
    request = DecoratorRequest(Parent(SERVICE, SERVICE["spec"]), Observed())
    twin, connector = decorated(SCRAPE, request).attachments
    with (
        Prometheus(prometheus, folder, authority) as real,
        shop("127.0.0.2", 8080) as leaving,
        shop("127.0.0.3", 9090) as staying,
    ):
        known = records(twin, (leaving, staying))
        written = [*objects(OBJECTS, {f"{HOST}:9090": real.address}), connector]
        scraper = pod(
            children("scraper", written), contents(authority, PASSWORD), folder / "scraper"
        )
        with name_server(known, NAME_SERVER_PORT), scraper.start(scraping, folder):

            def of_both() -> list[Sample]:
                found = real.samples(QUERY)
                return found if len(found) == 4 else []

            def of_one() -> list[Sample]:
                found = real.samples(QUERY)
                return found if len(found) == 2 and -1 in (value for _, value in found) else []

            yield eventually("samples of both", of_both)
            # The other still answers, and by its name: only nobody is sent there any more.
            known.update(records(twin, [staying]))
            staying.open.set(-1)
            yield eventually("samples of one", of_one, LEAVING_SECONDS)


if __name__ == "__main__":
    loopback_up()
    print(json.dumps(list(samples(*map(Path, sys.argv[1:])))))
