"""Objects of somebody else, which are named as ours would be."""

from collections.abc import Sequence

from hooks import API_VERSION
from orasi.cluster.api import Manifest

PORTS = {"ports": [{"port": 80}]}
LIMIT = {"type": "Container", "max": {"cpu": "2"}}


def stranger(api_version: str, kind: str, name: str, **content: Manifest) -> Manifest:
    """As it is created, but for its namespace."""
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **content}


STRANGERS: Sequence[Manifest] = (
    stranger("v1", "ConfigMap", "orasi-tenant", data={"size": "mine"}),
    stranger("v1", "LimitRange", "orasi-tenant", spec={"limits": [LIMIT]}),
    stranger("v1", "Service", "web-scrape", spec=PORTS),
    stranger(API_VERSION, "Connector", "web-scrape", spec={"sink": {"debug": {}}}),
    stranger("v1", "ConfigMap", "a-document", data={"extra": "1"}),
    stranger("v1", "ConfigMap", "b-configuration"),
    stranger("v1", "Service", "a-pipeline", spec=PORTS),
    stranger("v1", "ServiceAccount", "a-pipeline"),
)
