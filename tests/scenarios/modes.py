"""Pipelines whose pods keep something, or run on each node."""

from collections.abc import Mapping
from typing import Any

from tests.scenarios import objects
from tests.scenarios.pipeline import CHILD, NAME, becomes, edit, flow, manifest, ours, says
from tests.scenarios.world import Manifest, World, condition

STATEFUL, DAEMON = "StatefulSet", "DaemonSet"
PERSISTENCE = {"size": "1Gi"}
QUEUED = [flow(to=[{"otlp": {"endpoint": "far:4317"}}])]
HUGE = {"requests": {"cpu": 10_000}}  # no node has so much room
ENFORCE = "pod-security.kubernetes.io/enforce"


def workload(world: World, mode: str) -> Manifest:
    return objects.existing(world, mode, CHILD)


def start(world: World, mode: str, **spec: Any) -> Manifest:
    """The workload, once the Pipeline is Ready."""
    world.apply(manifest(mode=mode, **spec))
    becomes(world, "True", "Running")
    return workload(world, mode)


def pods(world: World) -> dict[str, str]:
    """The uid of each pod, by name."""
    mine = ours(world, "Pod")
    found = {each["metadata"]["name"]: each["metadata"]["uid"] for each in world.list("Pod")}
    return {name: uid for name, uid in found.items() if name in mine}


def claims(world: World) -> list[str]:
    found = world.list("PersistentVolumeClaim")
    return sorted(each["metadata"]["name"] for each in found)


def nodes(world: World) -> list[str]:
    return sorted(each["metadata"]["name"] for each in world.list("Node"))


def rolls(world: World, mode: str, least: int, field: str) -> None:
    """An edit rolls once; *least* pods serve, and the old configuration stays until it is over."""
    before = workload(world, mode)
    (old,) = ours(world, "ConfigMap")
    served = [before["status"].get(field, 0)]
    edit(world, flows=[flow("detailed")])

    def rolled() -> bool:
        served.append(workload(world, mode)["status"].get(field, 0))
        found = objects.ready(world, "Pipeline", NAME)
        if found.get("reason") == "RollingOut":
            assert old in ours(world, "ConfigMap")
        return found.get("reason") == "Running"

    world.eventually("the rollout is complete", rolled)
    assert min(served) >= least
    after = workload(world, mode)["metadata"]
    assert after["uid"] == before["metadata"]["uid"]
    assert after["generation"] == before["metadata"]["generation"] + 1
    world.eventually("the old configuration is gone", lambda: len(ours(world, "ConfigMap")) == 1)
    assert ours(world, "ConfigMap") != [old]


def gone(world: World, mode: str) -> None:
    world.delete("Pipeline", NAME)
    world.eventually("the Pipeline is gone", lambda: world.get("Pipeline", NAME) is None)
    world.eventually("the pods are gone", lambda: not ours(world, "Pod"))
    kinds = (mode, "ConfigMap", "NetworkPolicy", "PodDisruptionBudget", "Service", "ServiceAccount")
    assert not [name for kind in kinds for name in ours(world, kind)]


def pods_with_a_name_of_their_own(world: World) -> None:
    found = start(world, STATEFUL, replicas=2)
    assert found["spec"]["serviceName"] == f"{CHILD}-headless"
    assert sorted(pods(world)) == [f"{CHILD}-0", f"{CHILD}-1"]
    status = objects.existing(world, "Pipeline", NAME)["status"]
    assert (status["replicas"], status["readyReplicas"]) == (2, 2)
    assert ours(world, "PodDisruptionBudget") == [CHILD]
    assert claims(world) == []


def an_edit_replaces_one_pod_after_the_other(world: World) -> None:
    start(world, STATEFUL, replicas=3)
    before = pods(world)
    rolls(world, STATEFUL, 2, "availableReplicas")
    after = pods(world)
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())


def breaks(world: World) -> dict[str, str]:
    """The three pods before an edit with which the last of them cannot start any more."""
    start(world, STATEFUL, replicas=3)
    before = pods(world)
    edit(world, flows=[flow("detailed")], resources=HUGE)
    counts = "1 of 3 replicas are updated, 1 not available yet, 2 old still to end."
    says(world, "RollingOut", f"StatefulSet {CHILD}: {counts}")
    world.settle()
    assert replaced(world, before) == [f"{CHILD}-2"]
    assert len(ours(world, "ConfigMap")) == 2
    return before


def replaced(world: World, before: Mapping[str, str]) -> list[str]:
    return sorted(name for name, uid in pods(world).items() if before[name] != uid)


def a_broken_edit_is_mended(world: World) -> None:
    """Kubernetes replaces the pod that cannot start by itself, since they start all at once."""
    before = breaks(world)
    edit(world, resources=None)
    becomes(world, "True", "Running")
    assert replaced(world, before) == sorted(before)
    world.eventually("one configuration is left", lambda: len(ours(world, "ConfigMap")) == 1)


def a_broken_edit_is_taken_back(world: World) -> None:
    """What was not replaced yet goes on as if nothing had been."""
    before = breaks(world)
    edit(world, flows=[flow()], resources=None)
    becomes(world, "True", "Running")
    assert replaced(world, before) == [f"{CHILD}-2"]
    world.eventually("one configuration is left", lambda: len(ours(world, "ConfigMap")) == 1)


def a_queue_on_disk_outlives_its_pods(world: World) -> None:
    """And the Pipeline, unless it says otherwise: what waits in it was acknowledged."""
    start(world, STATEFUL, replicas=2, persistence=PERSISTENCE, flows=QUEUED)
    mine = [f"queue-{CHILD}-0", f"queue-{CHILD}-1"]
    assert claims(world) == mine
    edit(world, replicas=1)
    world.eventually("one pod is left", lambda: sorted(pods(world)) == [f"{CHILD}-0"])
    assert claims(world) == mine
    gone(world, STATEFUL)
    assert claims(world) == mine


def a_queue_on_disk_goes_if_it_is_to(world: World) -> None:
    persistence = {**PERSISTENCE, "whenDeleted": "Delete"}
    start(world, STATEFUL, persistence=persistence, flows=QUEUED)
    assert claims(world) == [f"queue-{CHILD}-0"]
    gone(world, STATEFUL)
    world.eventually("the claim is gone", lambda: claims(world) == [])


def one_pod_runs_on_each_node(world: World) -> None:
    start(world, DAEMON)
    placed = sorted(each["spec"]["nodeName"] for each in world.list("Pod"))
    assert placed == nodes(world)
    status = objects.existing(world, "Pipeline", NAME)["status"]
    assert status["readyReplicas"] == len(placed)
    assert ours(world, "PodDisruptionBudget") == []
    service = objects.existing(world, "Service", CHILD)
    assert service["spec"]["internalTrafficPolicy"] == "Local"
    gone(world, DAEMON)


def an_edit_leaves_no_node_alone(world: World) -> None:
    start(world, DAEMON)
    before = pods(world)
    rolls(world, DAEMON, len(nodes(world)), "numberAvailable")
    assert not before.keys() & pods(world).keys()


def a_broken_edit_leaves_no_node_alone(world: World) -> None:
    start(world, DAEMON)
    before = pods(world)
    edit(world, flows=[flow("detailed")], resources=HUGE)
    world.eventually("a new pod is tried", lambda: len(pods(world)) > len(before))
    says(world, "RollingOut", f"DaemonSet {CHILD}: ")
    world.settle()
    assert before.keys() < pods(world).keys()
    edit(world, resources=None)
    becomes(world, "True", "Running")
    assert not before.keys() & pods(world).keys()


def nodes_are_selected(world: World) -> None:
    (first, *_) = nodes(world)
    start(world, DAEMON, pod={"nodeSelector": {"kubernetes.io/hostname": first}})
    assert len(pods(world)) == 1
    edit(world, pod={"nodeSelector": {"kubernetes.io/hostname": "none"}})
    becomes(world, "True", "NoNodes")
    assert pods(world) == {}


def agents_run_where_they_may(world: World) -> None:
    """The platform has to allow the folders, and the namespace has to let in such pods."""
    label(world, "restricted")
    source = {"source": {"filelog": {"include": ["/var/log/pods/*/*/*.log"]}}}
    connector = {"apiVersion": "orasi.io/v1alpha1", "kind": "Connector"}
    world.apply({**connector, "metadata": {"name": "files"}, "spec": source})
    flows = [flow(signals=["logs"]) | {"from": [{"connector": {"name": "files"}}]}]
    try:
        world.apply(manifest(mode=DAEMON, flows=flows))
        says(world, "HostPathNotAllowed", "/var/log/pods of the nodes")
        assert not ours(world, DAEMON)
        world.platform("collector: {hostPaths: [/var/log]}")
        says(world, "HostPathForbidden", f"{ENFORCE}=privileged")
        assert not ours(world, DAEMON)
        label(world, "privileged")
        becomes(world, "True", "Running")
        assert len(pods(world)) == len(nodes(world))
        (volume,) = [
            each
            for each in workload(world, DAEMON)["spec"]["template"]["spec"]["volumes"]
            if "hostPath" in each
        ]
        assert volume["hostPath"] == {"path": "/var/log", "type": "Directory"}
        label(world, "baseline")
        says(world, "HostPathForbidden", "Pod Security baseline")
        assert condition(objects.existing(world, "Pipeline", NAME), "Available")["status"] == "True"
        assert len(pods(world)) == len(nodes(world)), "what runs keeps running"
        label(world, "privileged")
        becomes(world, "True", "Running")
        world.platform(None)
        says(world, "HostPathNotAllowed", "/var/log/pods of the nodes")
        assert len(pods(world)) == len(nodes(world)), "what runs keeps running"
        world.settle()
    finally:
        world.platform(None)


def label(world: World, level: str) -> None:
    world.patch("Namespace", world.namespace, {"metadata": {"labels": {ENFORCE: level}}})
