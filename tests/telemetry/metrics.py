"""What a collector tells of itself."""

import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.collector.ports import LOOPBACK
from tests.collector.process import Collector

METRICS_PORT = 8888
ACCEPTED = "otelcol_receiver_accepted"
REFUSED = "otelcol_receiver_refused"


def records(running: Collector, counter: str) -> int:
    """How many records of all signals a collector has ACCEPTED or REFUSED."""
    text = requests.get(f"http://{LOOPBACK}:{running.port(METRICS_PORT)}/metrics", timeout=5).text
    return sum(
        int(sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith(counter)
    )
