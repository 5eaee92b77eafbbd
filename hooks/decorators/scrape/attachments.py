"""What a scraped Service gets: the Connector, and the twin by which that finds the pods."""

from hashlib import sha256
from typing import Any

from hooks import API_VERSION
from hooks.contract import Manifest
from hooks.decorators.scrape.model import METRICS, Scraped, labels

SUFFIX = "-scrape"
LONGEST = 40  # of a Connector's name
HASH_LENGTH = 8


def name_of(service: str) -> str:
    """The name of both, shortened with a hash where a Connector could not have it."""
    if len(service) + len(SUFFIX) <= LONGEST and service[0].isalpha():
        return f"{service}{SUFFIX}"
    # A Connector's name begins with a letter, while newer clusters let Services begin with a digit.
    start = service if service[0].isalpha() else f"s-{service}"
    start = start[: LONGEST - len(SUFFIX) - HASH_LENGTH - 1].rstrip("-")
    return f"{start}-{sha256(service.encode()).hexdigest()[:HASH_LENGTH]}{SUFFIX}"


def twin(scraped: Scraped) -> Manifest:
    """A Service that names every pod in DNS, where the other has one address for all."""
    port = scraped.port
    spec = {
        "type": "ClusterIP",
        "clusterIP": "None",
        "selector": dict(scraped.selector),
        "ports": [
            {
                "name": METRICS,
                "port": port.port,
                "protocol": port.protocol,
                "targetPort": port.target_port,
            }
        ],
        # Of a pod that is not ready the metrics are wanted most.
        "publishNotReadyAddresses": True,
    }
    return attached(scraped, "v1", "Service", spec=spec)


def connector(scraped: Scraped) -> Manifest:
    """SRV records have the port of each pod as well, which a Service may know by name only."""
    service = scraped.service
    host = f"{name_of(service.name)}.{service.namespace}.svc"
    source = {
        "dns": {"names": [f"_{METRICS}._tcp.{host}"], "type": "SRV"},
        "path": scraped.path,
        "interval": scraped.interval,
    }
    return attached(scraped, API_VERSION, "Connector", spec={"source": {"prometheus": source}})


def attached(scraped: Scraped, api_version: str, kind: str, **content: Any) -> Manifest:
    """Without the labels and annotations of the Service: others may find it by them."""
    service = scraped.service
    metadata = {
        "name": name_of(service.name),
        "namespace": service.namespace,
        "labels": labels(service),
    }
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}
