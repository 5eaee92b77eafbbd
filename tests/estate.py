"""Objects that may come in any order: what each is in the end, and may have been before.

Cycles, missing names and wrong formats are among what it may have been, and what is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hooks import API_VERSION, NAMESPACE
from hooks.contract import Manifest
from hooks.platform import KEY
from hooks.platform import NAME as PLATFORM
from tests.neighbours import BROKERS

Name = tuple[str, str]
Lives = Mapping[Name, Sequence[Manifest]]

KAFKA = {"kafka": {"brokers": BROKERS, "topics": {"logs": "clean-logs"}}}
LOGIN = {"sasl": {"mechanism": "SCRAM-SHA-512", "secretRef": {"name": "user"}}}
USER = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "user", "namespace": "default"},
    "data": {"username": "dXNlcg==", "password": "c2VjcmV0"},
}


@dataclass(frozen=True)
class Estate:
    """Objects that belong together: those that are there in the end, and those that are not."""

    final: Lives  # the first of each is what it is in the end
    gone: Lives = field(default_factory=dict)


def spec(**fields: Any) -> Manifest:
    return {"spec": fields}


def to(kind: str, name: str) -> Manifest:
    return {kind: {"name": name}}


OTLP: Manifest = {"otlp": {"grpc": {}}}


def pipeline(
    *sinks: Manifest, takes: Sequence[Manifest] = (OTLP,), signal: str = "logs", **fields: Any
) -> Manifest:
    flow = {"name": "all", "signals": [signal], "from": list(takes), "to": list(sinks)}
    return spec(flows=[flow], **fields)


ARCHIVE = to("pipeline", "archive")
DEBUG: Manifest = {"debug": {}}
BOTH: Manifest = {"otlp": {"grpc": {}, "http": {}}}

# Pipelines that send to each other, to Connectors, and use Configurations.
GATEWAYS = Estate(
    {
        ("Configuration", "flags"): (
            spec(format="env", values={"COLOUR": "red"}),
            spec(format="yaml", values={"colours": ["blue"]}),
        ),
        ("Connector", "bus"): (
            spec(sink=KAFKA, auth=LOGIN),
            spec(sink=KAFKA),
            spec(source={"otlp": {"http": {}}}),
        ),
        ("Pipeline", "archive"): (
            pipeline(DEBUG),
            pipeline(to("pipeline", "edge")),
        ),
        ("Pipeline", "gate"): (
            pipeline(
                ARCHIVE,
                to("connector", "bus"),
                takes=[BOTH],
                configurations=[{"name": "flags", "env": {"prefix": "APP_"}}],
            ),
            pipeline(to("connector", "bus"), takes=[{"otlp": {"http": {}}}]),
            pipeline(to("connector", "missing"), replicas=2),
            pipeline(to("connector", "old")),
        ),
        ("Pipeline", "edge"): (
            pipeline(to("pipeline", "gate"), replicas=2),
            pipeline(to("pipeline", "old")),
        ),
    },
    {
        ("Connector", "old"): (spec(sink={"debug": {}}), spec(sink=KAFKA)),
        ("Pipeline", "old"): (
            pipeline(to("pipeline", "gate"), to("connector", "bus")),
            pipeline(to("connector", "old")),
        ),
    },
)


def platform(text: str) -> Manifest:
    return {"data": {KEY: text}}


def reading(*patterns: str) -> Manifest:
    return spec(source={"filelog": {"include": list(patterns)}})


FILES = [to("connector", "files")]
DAEMON: Manifest = {"mode": "DaemonSet"}
# Agents read what the platform allows, and so do other Pipelines wait for its settings.
AGENTS = Estate(
    {
        ("ConfigMap", PLATFORM): (
            platform("collector: {hostPaths: [/var/log]}"),
            platform("collector: {hostPaths: [/srv]}"),
            platform("collector: ["),
        ),
        ("Connector", "files"): (
            reading("/var/log/pods/*/*/*.log"),
            reading("/srv/app/*.log", "/var/log/syslog"),
        ),
        ("Pipeline", "agent"): (
            pipeline(ARCHIVE, takes=FILES, **DAEMON),
            pipeline(DEBUG, takes=FILES, pod={"nodeSelector": {"disk": "none"}}, **DAEMON),
            pipeline(to("pipeline", "missing"), **DAEMON),
        ),
    },
    {("Pipeline", "old-agent"): (pipeline(DEBUG, **DAEMON), pipeline(ARCHIVE, **DAEMON))},
)


def bounds(least: int, most: int) -> Manifest:
    return {"minReplicas": least, "maxReplicas": most, "targetCPUUtilizationPercentage": 70}


KEPT: Manifest = {"mode": "StatefulSet", "persistence": {"size": "1Gi"}}
# No pod more than in the end, or nobody would take it away: an autoscaler here measures nothing.
SIZED = Estate(
    {
        ("Pipeline", "queue"): (
            pipeline(ARCHIVE, **KEPT),
            pipeline({"otlp": {"endpoint": "far:4317"}}, replicas=2, **KEPT),
            pipeline(DEBUG, **KEPT),  # without a queue to keep
        ),
        ("Pipeline", "busy"): (
            pipeline(to("pipeline", "queue"), autoscaling=bounds(2, 3)),
            pipeline(ARCHIVE, autoscaling=bounds(1, 2)),
            pipeline(to("pipeline", "missing"), replicas=2),
        ),
    },
    {("Pipeline", "old-queue"): (pipeline(ARCHIVE, **KEPT), pipeline(DEBUG, **KEPT))},
)

PORTS = [{"name": "http", "port": 80}, {"name": "metrics", "port": 9100}]


def service(**asked: str) -> Manifest:
    annotations = {f"orasi.io/{key}": value for key, value in asked.items()}
    return {"metadata": {"annotations": annotations}, **spec(selector={"app": "shop"}, ports=PORTS)}


def namespace(**asked: str) -> Manifest:
    return {"metadata": {"labels": {f"orasi.io/{key}": value for key, value in asked.items()}}}


# Services that are scraped, by Connectors that a Pipeline uses; and a tenant.
DECORATED = Estate(
    {
        # It is scraped from the first, since what is in use goes once it must, and nothing else.
        ("Service", "shop"): (
            service(scrape="true"),
            service(scrape="true", port="7"),
            service(scrape="true", port="http", interval="5m"),
        ),
        ("Service", "till"): (service(scrape="true"), service(), service(scrape="yes")),
        ("Pipeline", "metrics"): (
            pipeline(DEBUG, takes=[to("connector", "shop-scrape")], signal="metrics"),
            pipeline(DEBUG, takes=[to("connector", "till-scrape")], signal="metrics"),
            pipeline(DEBUG, signal="metrics", replicas=2),
        ),
        ("Namespace", "acme"): (
            namespace(tenant="small"),
            namespace(tenant="large"),
            namespace(tenant="huge"),
            namespace(),
        ),
    },
    {("Service", "old"): (service(scrape="true"), service(scrape="true", path="/old"))},
)

OTHERS = (AGENTS, SIZED, DECORATED)


def manifest(name: Name, life: Manifest) -> Manifest:
    kind, own = name
    place = {"ConfigMap": NAMESPACE, "Namespace": ""}.get(kind, "default")
    metadata = {"name": own, **({"namespace": place} if place else {}), **life.get("metadata", {})}
    built_in = kind in ("ConfigMap", "Namespace", "Service")
    api_version = "v1" if built_in else API_VERSION
    return {"apiVersion": api_version, "kind": kind, **life, "metadata": metadata}
