"""Two servers at one address, on a real API server: nobody can tell which of them has answered."""

import re
from collections import Counter
from collections.abc import Sequence

from orasi.cluster.api import Manifest
from tests.cluster.audit import lines
from tests.cluster.engine import USER
from tests.cluster.outages import GONE
from tests.cluster.server import HookServer
from tests.cluster.world import ClusterWorld
from tests.scenarios import Scenario, objects, pipeline

MODES = {"deployment": "Deployment", "stateful": "StatefulSet", "daemon": "DaemonSet"}  # by name
# The kernel gives each connection to one of those that listen, as a Service does; and so that
# this is each call, no connection is kept.
SHARED = {"GUNICORN_CMD_ARGS": "--reuse-port --keep-alive=0"}
TOUCHES = 5


def all_follow_the_platform_and_nothing_flaps(world: ClusterWorld) -> None:
    world.settle()  # else a call may meet the moment in which no server listens
    other = world.server.replica()
    world.server.restart(SHARED)
    try:
        other.start(SHARED)
        for name, mode in MODES.items():
            world.apply(pipeline.manifest(mode=mode) | {"metadata": {"name": name}})
        run(world)
        for image in ("example.com/platform:1", "example.com/platform:2"):
            each_rolls_once(world, image)
            nothing_is_written(world, (world.server, other))
        for server in (world.server, other):
            assert set(asked_about(server, world.namespace)) == set(MODES), server.log_text()
        assert '"level": "error"' not in other.log_text()
    finally:
        world.platform(None)
        other.stop()


def run(world: ClusterWorld) -> None:
    for name in MODES:
        objects.becomes(world, "Pipeline", name, "True", "Running")
    # A Pipeline runs before the last old pod has gone, and then says that it has.
    world.eventually("every rollout is over", lambda: all(map(is_over, workloads(world))))
    world.settle()


def workloads(world: ClusterWorld) -> list[Manifest]:
    return [objects.existing(world, mode, f"{name}-pipeline") for name, mode in MODES.items()]


def is_over(workload: Manifest) -> bool:
    status = workload["status"]
    if workload["kind"] == "DaemonSet":
        wanted = status["desiredNumberScheduled"]
        counts: tuple[str, ...] = ("updatedNumberScheduled", "numberReady")
    else:
        wanted = workload["spec"]["replicas"]
        counts = ("replicas", "updatedReplicas", "readyReplicas")
    return (
        status.get("observedGeneration") == workload["metadata"]["generation"]
        and all(status.get(count) == wanted for count in counts)
        and not status.get("terminatingReplicas")
    )


def images(world: ClusterWorld) -> set[str]:
    return {
        container["image"]
        for each in workloads(world)
        for container in each["spec"]["template"]["spec"]["containers"]
    }


def each_rolls_once(world: ClusterWorld, image: str) -> None:
    audit = world.control_plane.audit
    start = audit.mark()
    world.platform(f"collector: {{image: {image}}}")
    world.eventually("all have the platform's image", lambda: images(world) == {image})
    run(world)
    written = audit.writes(USER, start, world.namespace)
    # One that the API server has refused, as the engine knew an older object, changed nothing.
    children = [each for each in written if each.resource != "pipelines" and each.code != 409]
    assert Counter((each.resource, each.name) for each in children) == {
        (f"{mode.lower()}s", f"{name}-pipeline"): 1 for name, mode in MODES.items()
    }, lines(written)


def nothing_is_written(world: ClusterWorld, servers: Sequence[HookServer]) -> None:
    """However often they are asked."""
    before = world.writes()
    for touch in range(TOUCHES):
        asked = calls(servers, world.namespace)
        annotation = {"metadata": {"annotations": {"example.com/touched": str(touch)}}}
        for name in MODES:
            world.patch("Pipeline", name, annotation)
        all_are_asked_about(world, servers, asked)
    world.settle()
    assert world.writes() == before


def all_are_asked_about(
    world: ClusterWorld, servers: Sequence[HookServer], before: Counter[str]
) -> None:
    world.eventually(
        "all have been asked about",
        lambda: set(calls(servers, world.namespace) - before) == set(MODES),
    )


def calls(servers: Sequence[HookServer], namespace: str) -> Counter[str]:
    """How often they have been asked about each Pipeline."""
    return Counter(name for server in servers for name in asked_about(server, namespace))


def asked_about(server: HookServer, namespace: str) -> list[str]:
    """The Pipelines, by its log."""
    return re.findall(rf'"parent": "{namespace}/(\w+)"', server.log_text())


REPLICAS: tuple[Scenario[ClusterWorld], ...] = (
    Scenario(all_follow_the_platform_and_nothing_flaps, serial=True, expected_errors=(GONE,)),
)
