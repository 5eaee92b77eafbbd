"""A Service that is annotated to be scraped: its pods are found by what DNS says of them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.telemetry import annotated_service
from tests.telemetry.network import Network
from tests.telemetry.pods import NAMESPACE
from tests.telemetry.prometheus import SCOPE, Sample

PODS = f"web-scrape.{NAMESPACE}.svc.cluster.local"
LEAVING, STAYING = f"127-0-0-2.{PODS}:8080", f"127-0-0-3.{PODS}:9090"


def test_each_pod_is_scraped_at_its_own_port_until_dns_has_it_no_more(
    scraping_collector: Path, prometheus: Path, network: Network, tmp_path: Path
) -> None:
    both, one = network.printed(annotated_service, scraping_collector, prometheus, tmp_path)
    assert values(both) == values([*of(LEAVING, 8080), *of(STAYING, 9090)])
    assert values(one) == values(of(STAYING, -1))


def of(instance: str, opened: float) -> list[Sample]:
    """What there is of a pod: all that the configuration has it labelled by."""
    own = {"job": "web-scrape", "instance": instance, **SCOPE}
    return [({"__name__": "shop_open", **own}, opened), ({"__name__": "up", **own}, 1)]


def values(samples: Iterable[Sample]) -> Mapping[frozenset[tuple[str, str]], float]:
    """By their labels, since Prometheus answers in no order."""
    return {frozenset(labels.items()): value for labels, value in samples}
