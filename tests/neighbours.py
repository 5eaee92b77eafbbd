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
    neighbour(
        "Pipeline",
        "archive",
        flows=[{"name": "all", "from": [{"otlp": {"grpc": {}}}], "to": [{"debug": {}}]}],
    ),
)

# Some of these names are wrong for what they are used as, or of nobody.
SOURCES = st.sampled_from(["bus7", "secure"] * 12 + ["vendor", "missing"]).map(
    lambda name: {"connector": {"name": name}}
)
SINKS = st.sampled_from(
    [
        *[("connector", name) for name in [*["bus7", "vendor"] * 12, "secure", "missing"]],
        *[("pipeline", name) for name in [*["archive"] * 24, "missing"]],
        ("storage", "lake"),
    ]
).map(lambda to: {to[0]: {"name": to[1]}})
FILE = st.just({"name": "routing", "file": {"mountPath": "/etc/orasi/routing"}})
VARIABLES = st.just({"name": "flags", "env": {"prefix": "APP_"}})
CONFIGURATIONS: SearchStrategy[list[Manifest]] = st.lists(
    FILE | VARIABLES, max_size=2, unique_by=lambda use: str(use["name"])
)
