"""What may be laid over a Pipeline's configuration, and what of it would break the pods."""

from typing import Any

import pytest
import yaml

from hooks.collector.sources.otlp import AGEING
from hooks.kinds.pipeline.configuration import EVERYWHERE
from hooks.kinds.pipeline.refused import Refused
from tests.collector.rendered import rendered, specification

FLOWS = """
flows:
- {name: all, from: [otlp: {grpc: {}}], to: [otlp: {endpoint: "otel.example.com:4317"}]}
"""
READER = {"pull": {"exporter": {"prometheus": {"host": EVERYWHERE, "port": 8888}}}}


def laid_over(extra: Any) -> Any:
    return yaml.safe_load(rendered(specification(FLOWS, extraConfig=extra)))


@pytest.mark.parametrize(
    ("extra", "path", "value"),
    [
        pytest.param(
            {"receivers": {"otlp/grpc-4317": {"protocols": {"grpc": {"tls": {"a": 1}}}}}},
            "receivers otlp/grpc-4317 protocols grpc",
            {"endpoint": "0.0.0.0:4317", "tls": {"a": 1}, **AGEING},
            id="maps key by key",
        ),
        pytest.param(
            {"receivers": {"otlp/grpc-4317": {"protocols": {"grpc": {"transport": "tcp"}}}}},
            "receivers otlp/grpc-4317 protocols grpc transport",
            "tcp",
            id="the usual transport",
        ),
        pytest.param(
            {"exporters": {"otlp_grpc/otel.example.com_4317": {"sending_queue": False}}},
            "exporters otlp_grpc/otel.example.com_4317 sending_queue",
            False,
            id="whatever else in its place",
        ),
        pytest.param(
            {"exporters": {"otlp_grpc/otel.example.com_4317": {"sending_queue": {"batch": {}}}}},
            "exporters otlp_grpc/otel.example.com_4317 sending_queue",
            {"batch": {"max_size": 4_000_000, "min_size": 2_000_000, "sizer": "bytes"}},
            id="an empty map changes nothing",
        ),
        pytest.param(
            {"extensions": {"health_check": {"endpoint": "0.0.0.0:13133"}}},
            "extensions health_check",
            {"endpoint": "0.0.0.0:13133"},
            id="what is there already",
        ),
        pytest.param(
            {"extensions": {"zpages": {}}, "service": {"extensions": ["zpages", "health_check"]}},
            "service extensions",
            ["zpages", "health_check"],
            id="a list with what it must have",
        ),
        pytest.param(
            {"service": {"telemetry": {"metrics": {"readers": [{"push": {}}, READER]}}}},
            "service telemetry metrics readers",
            [{"push": {}}, READER],
            id="readers with ours",
        ),
        pytest.param(
            {"receivers": {"redis": {"endpoint": "redis.example.com:4317"}}},
            "receivers redis endpoint",
            "redis.example.com:4317",
            id="a port of somebody else",
        ),
        pytest.param(
            {"receivers": {"zipkin": {"endpoint": "0.0.0.0:9411"}}},
            "receivers zipkin endpoint",
            "0.0.0.0:9411",
            id="a port that is free",
        ),
        pytest.param(
            {"connectors": {"unknown\nto us": 2**63 - 1}},
            "connectors",
            {"unknown\nto us": 2**63 - 1},
            id="another section",
        ),
    ],
)
def test_it_is_merged(extra: Any, path: str, value: Any) -> None:
    found = laid_over(extra)
    for key in path.split():
        found = found[key]
    assert found == value


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0:{}",
        ":{}",
        "localhost:{}",
        "127.0.0.1:{}",
        "[::]:{}",
        "[::1]:{}",
        "${{env:POD_IP}}:{}",
        "http://localhost:{}/v1/logs",
    ],
)
@pytest.mark.parametrize("section", ["receivers", "exporters", "extensions"])
@pytest.mark.parametrize(
    ("port", "user"),
    [
        (4317, "OTLP over grpc (without TLS) of flow all"),
        (8888, "the collector's own metrics"),
        (13133, "the collector's probes"),
    ],
)
def test_ports_that_are_taken_are_known(section: str, address: str, port: int, user: str) -> None:
    with pytest.raises(Refused) as refused:
        laid_over({section: {"x": {"a": [{"endpoint": address.format(port)}]}}})
    assert refused.value == Refused(
        "ExtraConfigConflict",
        f"spec.extraConfig.{section}.x.a[0].endpoint: port {port} of the pods is taken by {user}.",
    )


@pytest.mark.parametrize(
    ("extra", "place"),
    [
        ({"service": 5}, "spec.extraConfig.service is 5, and must be an object"),
        ({"receiver": {}}, "spec.extraConfig.receiver is no section; there are receivers, "),
        ({"x: 1\nservice": {}}, 'spec.extraConfig["x: 1\\nservice"] is no section'),
        ({"exporters": {"y": [None]}}, "spec.extraConfig.exporters.y[0] is null"),
        (
            {"processors": {"memory_limiter::x": 1}},
            'spec.extraConfig.processors["memory_limiter::x"]',
        ),
        ({"exporters": {"y": [{"a::b": {}}]}}, 'spec.extraConfig.exporters.y[0]["a::b"] has "::"'),
        ({"exporters": {"y": 2**63}}, "spec.extraConfig.exporters.y is a number of more than 64"),
    ],
)
def test_what_cannot_be_laid_over_anything_is_named(extra: Any, place: str) -> None:
    with pytest.raises(Refused) as refused:
        laid_over(extra)
    assert refused.value.reason == "InvalidExtraConfig"
    assert refused.value.message.startswith(place)


@pytest.mark.parametrize(
    ("extra", "place"),
    [
        ({"service": {"pipelines": 5}}, 'service.pipelines["logs/all"].receivers'),
        ({"service": {"pipelines": {"logs/all": []}}}, 'service.pipelines["logs/all"].receivers'),
        ({"service": {"pipelines": {"logs/new": {}}}}, 'service.pipelines["logs/new"].processors'),
        ({"service": {"telemetry": "none"}}, "service.telemetry.metrics.readers"),
        ({"service": {"extensions": "health_check"}}, "service.extensions"),
        ({"extensions": {"health_check": {"tls": {}}}}, "extensions.health_check"),
        ({"processors": {"memory_limiter": []}}, "processors.memory_limiter"),
        (
            {"receivers": {"otlp/grpc-4317": {"protocols": {"grpc": {"transport": ["tcp"]}}}}},
            'receivers["otlp/grpc-4317"].protocols.grpc.transport',
        ),
        (
            {"receivers": {"otlp/grpc-4317": {"protocols": {"grpc": {"endpoint": 4317}}}}},
            'receivers["otlp/grpc-4317"].protocols.grpc.endpoint',
        ),
    ],
)
def test_whatever_its_type_what_the_pods_rely_on_stays(extra: Any, place: str) -> None:
    with pytest.raises(Refused) as refused:
        laid_over(extra)
    assert refused.value.reason == "ExtraConfigConflict"
    assert refused.value.message.startswith(f"spec.extraConfig.{place} ")
