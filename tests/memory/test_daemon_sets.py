"""DaemonSets: a pod on each node that admits it, and rollouts with and without a surge."""

from typing import Any

import pytest

from orasi.cluster.api import Manifest
from tests.memory.workloads import (
    DAEMON_SETS,
    NODES,
    PODS,
    REVISIONS,
    World,
    condition,
    daemon_set,
    with_container,
    with_spec,
)

SURGE = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "10%", "maxUnavailable": 0}}
HOSTNAME = "kubernetes.io/hostname"
TAINT = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}


def status(world: World) -> Manifest:
    found: Manifest = world.get(DAEMON_SETS)["status"]
    return found


def placed(world: World) -> list[str]:
    return sorted(each["spec"].get("nodeName", "") for each in world.pods())


def required(*requirements: Manifest) -> Manifest:
    terms = [{"matchExpressions": [each]} for each in requirements]
    wanted = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return {"affinity": {"nodeAffinity": wanted}}


def expression(operator: str, *values: str, key: str = HOSTNAME) -> Manifest:
    return {"key": key, "operator": operator, **({"values": [*values]} if values else {})}


def taint(world: World, *taints: Manifest) -> None:
    world.memory.patch(NODES, "", "node-0", {"spec": {"taints": [*taints]}})
    world.rest()


def test_each_node_has_a_pod(world: World) -> None:
    world.create(daemon_set())
    assert placed(world) == ["node-0", "node-1", "node-2"]
    assert status(world) == {
        "observedGeneration": 1,
        "currentNumberScheduled": 3,
        "desiredNumberScheduled": 3,
        "numberMisscheduled": 0,
        "numberReady": 3,
        "numberAvailable": 3,
        "updatedNumberScheduled": 3,
    }
    (revision,) = world.memory.list(REVISIONS)
    digest = revision["metadata"]["labels"]["controller-revision-hash"]
    assert revision["metadata"]["name"] == f"web-{digest}"
    for pod in world.pods():
        assert pod["metadata"]["labels"] == {
            "app": "web",
            "controller-revision-hash": digest,
            "pod-template-generation": "1",
        }
    assert world.writes() == 0


@pytest.mark.parametrize(
    ("pod", "nodes"),
    [
        ({"nodeSelector": {HOSTNAME: "node-1"}}, ["node-1"]),
        ({"nodeSelector": {"disk": "fast"}}, []),
        (required(expression("In", "node-0", "node-2")), ["node-0", "node-2"]),
        (required(expression("NotIn", "node-0")), ["node-1", "node-2"]),
        (required(expression("Exists", key="gpu")), []),
        (required(expression("DoesNotExist", key="gpu")), ["node-0", "node-1", "node-2"]),
        (required(expression("Gt", "1", key="gpu")), []),
        (required(expression("In", "node-0"), expression("In", "node-1")), ["node-0", "node-1"]),
    ],
)
def test_only_nodes_that_it_selects_count(world: World, pod: Manifest, nodes: list[str]) -> None:
    world.create(daemon_set(pod=pod))
    assert placed(world) == nodes
    assert status(world)["desiredNumberScheduled"] == len(nodes)


@pytest.mark.parametrize(("operator", "found"), [("Gt", ["node-0"]), ("Lt", ["node-1"])])
def test_numbers_are_compared(world: World, operator: str, found: list[str]) -> None:
    for name, text in (("node-0", "8"), ("node-1", "2"), ("node-2", "many")):
        world.memory.patch(NODES, "", name, {"metadata": {"labels": {"gpus": text}}})
    world.create(daemon_set(pod=required(expression(operator, "4", key="gpus"))))
    assert placed(world) == found


@pytest.mark.parametrize(
    ("toleration", "admitted"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "dedicated", "operator": "Exists"}, True),
        ({"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}, True),
        ({"key": "dedicated", "value": "cpu"}, False),
        ({"key": "dedicated", "value": "gpu", "effect": "NoExecute"}, False),
        ({"key": "other", "operator": "Exists"}, False),
    ],
)
def test_a_taint_keeps_out_who_does_not_tolerate_it(
    world: World, toleration: Manifest, admitted: bool
) -> None:
    taint(world, TAINT)
    world.create(daemon_set(pod={"tolerations": [toleration]}))
    assert ("node-0" in placed(world)) is admitted


def test_who_is_there_leaves_for_no_execute_only(world: World) -> None:
    world.create(daemon_set())
    taint(world, TAINT)
    assert len(placed(world)) == 3
    assert (status(world)["desiredNumberScheduled"], status(world)["numberMisscheduled"]) == (2, 1)
    taint(world, {**TAINT, "effect": "NoExecute"})
    assert placed(world) == ["node-1", "node-2"]
    taint(world)
    assert len(placed(world)) == 3


def test_nodes_that_come_and_go_are_followed(world: World) -> None:
    world.create(daemon_set())
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-3"}}
    world.memory.create(NODES, node)
    world.rest()
    assert placed(world)[-1] == "node-3"
    world.memory.delete(NODES, "", "node-3")
    world.rest()
    assert placed(world) == ["node-0", "node-1", "node-2"]


def test_with_a_surge_no_node_is_without_a_pod(world: World) -> None:
    world.create(daemon_set(updateStrategy=SURGE))
    start = len(world.memory.moments)
    world.edit(with_container, resource=DAEMON_SETS, image="web:2")
    moments = world.memory.moments[start:]
    assert (min(each.ready for each in moments), max(each.pods for each in moments)) == (3, 4)
    rolled(world)


def test_without_a_surge_one_node_at_a_time_is(world: World) -> None:
    world.create(daemon_set())
    start = len(world.memory.moments)
    world.edit(with_container, resource=DAEMON_SETS, image="web:2")
    moments = world.memory.moments[start:]
    assert (min(each.ready for each in moments), max(each.pods for each in moments)) == (2, 3)
    rolled(world)


def rolled(world: World) -> None:
    assert {each["spec"]["containers"][0]["image"] for each in world.pods()} == {"web:2"}
    assert placed(world) == ["node-0", "node-1", "node-2"]
    assert status(world)["updatedNumberScheduled"] == 3
    assert {each["metadata"]["labels"]["pod-template-generation"] for each in world.pods()} == {"2"}
    assert world.writes() == 0


@pytest.mark.parametrize("strategy", [SURGE, {"type": "RollingUpdate"}])
def test_a_pod_that_does_not_start_stops_a_rollout(world: World, strategy: Any) -> None:
    """But those that do not serve are replaced all at once."""
    world.create(daemon_set(updateStrategy=strategy))
    huge = {"requests": {"cpu": "1000"}}
    world.edit(with_container, resource=DAEMON_SETS, resources=huge)
    assert status(world)["numberAvailable"] == (3 if strategy is SURGE else 2)
    assert world.writes() == 0
    world.edit(with_container, resource=DAEMON_SETS, image="web:2")
    assert {each["spec"]["containers"][0]["image"] for each in world.pods()} == {"web:2"}
    assert status(world)["numberAvailable"] == 3


def test_on_delete_pods_are_replaced_by_those_who_delete_them(world: World) -> None:
    world.create(daemon_set(updateStrategy={"type": "OnDelete"}))
    world.edit(with_container, resource=DAEMON_SETS, image="web:2")
    assert "updatedNumberScheduled" not in status(world)
    world.memory.delete(PODS, "default", world.pods()[0]["metadata"]["name"])
    world.rest()
    assert status(world)["updatedNumberScheduled"] == 1


def test_history_is_kept_as_long_as_it_is_wanted(world: World) -> None:
    world.create(daemon_set(revisionHistoryLimit=0))
    world.edit(with_container, resource=DAEMON_SETS, image="web:2")
    assert len(world.names(REVISIONS)) == 1


def test_a_pod_counts_only_after_its_min_ready_seconds(world: World) -> None:
    world.memory.create(DAEMON_SETS, daemon_set(minReadySeconds=30))
    world.memory.run_controllers()
    world.pass_time(20)
    assert (status(world)["numberReady"], status(world)["numberUnavailable"]) == (3, 3)
    world.rest()
    assert status(world)["numberAvailable"] == 3


def test_a_deleted_set_takes_its_pods_with_it(world: World) -> None:
    world.create(daemon_set())
    world.memory.delete(DAEMON_SETS, "default", "web", propagation="Foreground")
    world.rest()
    assert world.names(DAEMON_SETS) == world.names(PODS) == world.names(REVISIONS) == []


def test_a_selector_that_changes_moves_the_pods(world: World) -> None:
    world.create(daemon_set(updateStrategy=SURGE))
    template = world.get(DAEMON_SETS)["spec"]["template"]
    spec = {**template["spec"], "nodeSelector": {HOSTNAME: "node-1"}}
    world.edit(with_spec, resource=DAEMON_SETS, template={**template, "spec": spec})
    assert placed(world) == ["node-1"]
    assert condition(world.pods()[0], "Ready")[0] == "True"
