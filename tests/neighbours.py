"""What drawn Pipelines refer to: objects that are there before them, and how they are named."""

from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import SearchStrategy

from hooks import API_VERSION
from hooks.contract import Manifest


def neighbour(kind: str, name: str, **spec: Any) -> Manifest:
    return {
        "apiVersion": API_VERSION,
        "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
    }


BROKERS = ["kafka.shop.svc:9093"]
NEIGHBOURS = (
    neighbour("Configuration", "flags", format="env", values={"COLOUR": "$(red)", "LEVEL": 3}),
    neighbour("Configuration", "routing", format="yaml", values={"default": "gold"}),
    neighbour(
        "Connector",
        "bus7",
        tls={"caRef": {"kind": "Secret", "name": "kafka"}},
        auth={"sasl": {"mechanism": "SCRAM-SHA-512", "secretRef": {"name": "kafka"}}},
        source={
            "kafka": {
                "brokers": BROKERS,
                "groupID": "orasi",
                "topics": {signal: [f"raw-{signal}"] for signal in ("logs", "metrics", "traces")},
            }
        },
        sink={
            "kafka": {
                "brokers": BROKERS,
                "topics": {signal: f"clean-{signal}" for signal in ("logs", "metrics", "traces")},
            }
        },
    ),
    neighbour(
        "Connector",
        "secure",
        source={"otlp": {"grpc": {"port": 4319}, "tls": {"certificateRef": {"name": "in"}}}},
    ),
    neighbour(
        "Connector",
        "vendor",
        tls={},
        auth={"bearer": {"secretRef": {"name": "vendor"}}},
        sink={"otlp": {"endpoint": "otel.example.com:4317"}},
    ),
    neighbour("Connector", "scraped", source={"prometheus": {"targets": ["web:9100"]}}),
    neighbour("Connector", "files", source={"filelog": {"include": ["/var/log/*.log"]}}),
    neighbour("Connector", "nodes", source={"hostMetrics": {}}),
    neighbour(
        "Connector",
        "samples",
        sink={"prometheusRemoteWrite": {"endpoint": "https://prometheus.example.com/write"}},
    ),
    neighbour("Connector", "rows", sink={"clickhouse": {"endpoint": "clickhouse:9000"}}),
    neighbour("Connector", "console", sink={"debug": {"verbosity": "detailed"}}),
    neighbour(
        "Pipeline",
        "archive",
        flows=[{"name": "all", "from": [{"otlp": {"grpc": {}}}], "to": [{"debug": {}}]}],
    ),
)

# Some of these names are wrong for what they are used as, or of nobody.
SOURCES = st.sampled_from(
    ["bus7", "secure"] * 4 + ["scraped", "files", "nodes"] * 3 + ["vendor", "missing"]
).map(lambda name: {"connector": {"name": name}})
SINKS: SearchStrategy[Manifest] = st.one_of(
    st.sampled_from(
        ["bus7", "vendor"] * 6 + ["console", "rows", "samples"] * 2 + ["secure", "missing"]
    ).map(lambda name: {"connector": {"name": name}}),
    st.sampled_from(["archive"] * 24 + ["missing"]).map(lambda name: {"pipeline": {"name": name}}),
    st.sampled_from([{"debug": {}}] * 24 + [{"storage": {"name": "lake"}}]),
)
FILE = st.just({"name": "routing", "file": {"mountPath": "/etc/orasi/routing"}})
VARIABLES = st.just({"name": "flags", "env": {"prefix": "APP_"}})
CONFIGURATIONS: SearchStrategy[list[Manifest]] = st.lists(
    FILE | VARIABLES, max_size=2, unique_by=lambda use: str(use["name"])
)

# What flows of these can carry.
CARRIED = {"scraped": {"metrics"}, "files": {"logs"}, "nodes": {"metrics"}, "samples": {"metrics"}}
# What agents take instead of what they cannot take, and others instead of what agents alone can.
INSTEAD = {
    True: {"scraped": "nodes", "bus7": "files"},
    False: {"nodes": "scraped", "files": "bus7"},
}


def fitting(flow: Manifest, *, on_nodes: bool) -> Manifest:
    """*flow* with what its mode can have only, and with signals that all its ends know."""
    sources = [
        {"connector": {"name": name}} if (name := INSTEAD[on_nodes].get(connector(each))) else each
        for each in flow["from"]
    ]
    found = {**flow, "from": sources}
    limits = [
        CARRIED[name]
        for each in (*found["from"], *found["to"])
        if (name := connector(each)) in CARRIED
    ]
    if not limits:
        return found
    signals = set.intersection({"logs", "metrics", "traces"}, *limits)
    return {**found, "signals": sorted(signals)} if signals else found


def runs_single(flow: Manifest) -> bool:
    """Whether only one pod may run it."""
    return any(connector(each) == "scraped" for each in flow["from"])


def connector(end: Manifest) -> str:
    return str(end.get("connector", {}).get("name", ""))
