"""What is said of a field that a kind does not have, beside the API server's words."""

from pathlib import Path
from typing import Any

import pytest

from hooks.kinds.pipeline import PIPELINE
from orasi.applying import Applier, Refusal
from orasi.cluster.api import VirtualClock
from orasi.cluster.memory import Memory
from orasi.install import install
from orasi.sources import Source

FLOW = {"name": "logs", "from": [{"otlp": {"grpc": {}}}], "to": [{"debug": {}}]}
FIELDS = (
    "Fields of spec: autoscaling, configurations, extraConfig, flows, image, memoryLimiter, mode, "
    "monitoring, networkPolicy, persistence, pod, podDisruptionBudget, processors, replicas, "
    "resources, service."
)


@pytest.fixture(scope="module")
def applier() -> Applier:
    clock = VirtualClock()
    cluster = Memory(clock)
    applier = Applier(cluster, make_namespaces=True)
    install(cluster, applier, clock)
    return applier


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param(
            {"spec": {"flows": [FLOW], "replcas": 2}},
            [f"spec.replcas is 2; is replicas meant? {FIELDS}"],
            id="close to one",
        ),
        pytest.param(
            {"spec": {"flows": [FLOW], "zzz": {"a": "ü" * 100}}},
            ['spec.zzz is {"a": "' + "ü" * 53 + f"…. {FIELDS}"],
            id="close to none, with a long value",
        ),
        pytest.param(
            {"spec": {"flows": [{**FLOW, "from": [{"otlp": {"grcp": {}}}], "too": []}]}},
            [
                "spec.flows[0].from[0].otlp.grcp is {}; is grpc meant? "
                "Fields of spec.flows[0].from[0].otlp: grpc, http.",
                "spec.flows[0].too is []; is to meant? "
                "Fields of spec.flows[0]: from, name, process, signals, to.",
            ],
            id="two further down",
        ),
        pytest.param(
            {"specs": {}},
            [
                "specs is {}; is spec meant? Fields of Pipeline: "
                "apiVersion, kind, metadata, spec, status."
            ],
            id="at the root",
        ),
        pytest.param(
            {"spec": {"flows": [FLOW], "a.b": 1}}, [], id="a dot in a name reads like two"
        ),
        pytest.param({"spec": {"flows": [FLOW], "replicas": "2"}}, [], id="another mistake"),
    ],
)
def test_it_is_told_with_its_value_and_what_is_allowed(
    changed: dict[str, Any], said: list[str], applier: Applier
) -> None:
    identity = {"apiVersion": "orasi.io/v1alpha1", "kind": PIPELINE.kind}
    manifest = {**identity, "metadata": {"name": "web"}, **changed}
    refused = applier.apply(Source(manifest, Path("web.yaml"), 1))
    assert isinstance(refused, Refusal)
    advice = [line for line in refused.message.splitlines()[1:] if "Fields of" in line]
    assert [line.strip() for line in advice] == said


def test_of_built_in_kinds_nothing_is_known(applier: Applier) -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "dat": {}}
    refused = applier.apply(Source(manifest, Path("web.yaml"), 1))
    assert isinstance(refused, Refusal)
    assert refused.message.endswith(".dat: field not declared in schema")
