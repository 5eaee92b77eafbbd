"""What is installed into a cluster, and clusters that are left alone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from orasi.applying import Applier
from orasi.cluster.api import VirtualClock
from orasi.cluster.memory import Memory
from orasi.command import Failed
from orasi.install import LEASES, PODS, install, refuse_second_engine
from orasi.sources import Source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HELD = {"holderIdentity": "pod", "leaseDurationSeconds": 15}

POD = {"containers": [{"name": "metacontroller", "image": "metacontroller:1"}]}


def cluster_with(resource: Any, **content: Any) -> Memory:
    cluster = Memory(VirtualClock())
    metadata = {"name": "metacontroller"}
    cluster.create(
        next(r for r in cluster.resources() if r.kind == "Namespace"),
        {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata},
    )
    manifest = {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "metadata": {"name": "metacontroller-0", "namespace": "metacontroller"},
    }
    created = cluster.create(resource, manifest | content)
    if "status" in content:
        cluster.update_status(resource, created | content)
    return cluster


def test_our_kinds_are_served_afterwards() -> None:
    clock = VirtualClock()
    cluster = Memory(clock)
    install(cluster, Applier(cluster, make_namespaces=True), clock)
    served = {resource.kind for resource in cluster.resources()}
    assert {"CompositeController", "DecoratorController", "Document"} <= served


@pytest.mark.parametrize(
    "cluster",
    [
        cluster_with(PODS, spec=POD),
        cluster_with(PODS, spec=POD, status={"phase": "Running"}),
        cluster_with(LEASES, spec=HELD | {"renewTime": "2026-03-01T11:59:50.000000Z"}),
    ],
    ids=["pending", "running", "leading"],
)
def test_a_cluster_in_which_metacontroller_runs_is_refused(cluster: Memory) -> None:
    with pytest.raises(Failed, match="Metacontroller seems to run in this cluster"):
        refuse_second_engine(cluster, NOW)


@pytest.mark.parametrize(
    "cluster",
    [
        Memory(VirtualClock()),
        cluster_with(PODS, spec=POD, status={"phase": "Failed"}),
        cluster_with(LEASES, spec=HELD | {"renewTime": "2026-03-01T11:59:40.000000Z"}),
        cluster_with(LEASES, spec={"holderIdentity": ""}),
    ],
    ids=["never", "ended", "expired", "released"],
)
def test_traces_of_an_engine_that_is_gone_do_no_harm(cluster: Memory) -> None:
    refuse_second_engine(cluster, NOW)


def test_an_object_goes_to_the_namespace_it_names_or_to_default() -> None:
    cluster = Memory(VirtualClock())
    applier = Applier(cluster, make_namespaces=True)
    for namespace in ({}, {"namespace": "shop"}):
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", **namespace}}
        applier.apply(Source(body, Path("x.yaml"), 1))
    maps = next(r for r in cluster.resources() if r.kind == "ConfigMap")
    assert [m["metadata"]["namespace"] for m in cluster.list(maps)] == ["default", "shop"]
