"""Agents read a node, which is this machine: its files, and what Linux says of it.

Where the tests are root's, agents are not, as in a cluster.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hooks import NAMESPACE as OURS
from hooks.collector.sources.host_metrics import HOST_ROOT
from hooks.platform import KEY, NAME
from tests.collector.process import Collector
from tests.collector.sink import Sink
from tests.collector.telemetry import Log
from tests.telemetry.metrics import ACCEPTED, records
from tests.telemetry.outage import Outage
from tests.telemetry.pods import NAMESPACE, NODE, Pod, account, children, objects, pod
from tests.telemetry.waiting import eventually

FILES = """
kind: Connector
metadata: {name: containers}
spec:
  source: {filelog: {include: ["/var/log/FILES.log"], format: FORMAT, startAt: START}}
---
kind: Pipeline
metadata: {name: agents}
spec:
  mode: DaemonSet
  resources: {limits: {memory: 96Mi}}
  flows:
  - name: all
    signals: [logs]
    from: [connector: {name: containers}]
    to: [otlp: {endpoint: "sink:4317"}]
"""
NUMBERS = """
kind: Connector
metadata: {name: node}
spec:
  source: {hostMetrics: {interval: 1s}}
---
kind: Pipeline
metadata: {name: agents}
spec:
  mode: DaemonSet
  flows:
  - name: all
    signals: [metrics]
    from: [connector: {name: node}]
    to: [otlp: {endpoint: "sink:4317"}]
"""
MEASURED = {
    "system.cpu.load_average.1m",
    "system.cpu.time",
    "system.disk.io",
    "system.filesystem.usage",
    "system.memory.usage",
}
PODS = {"FILES": "pods/*/*/*", "FORMAT": "container"}
LINKS = {"FILES": "containers/*", "FORMAT": "text"}
MODE = 0o640  # of such files, which are root's
MANY, LINE_BYTES = 40_000, 2_000  # more than there is memory for


@pytest.fixture(scope="module")
def agents_collector(older_collector: Path) -> Iterator[Path]:
    """Where everybody can run it: a cache is not for everybody."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(shutil.copy(older_collector, folder))


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder for a pod and its node, which is nobody's alone either."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def agent(text: str, places: dict[str, str], allowed: str, root: Path) -> Pod:
    settings = f"collector: {{hostPaths: [{allowed}]}}"
    cluster = [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": NAME, "namespace": OURS},
            "data": {KEY: settings},
        },
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
    ]
    answered = children("agents", objects(text, places), cluster)
    return replace(pod(answered, {}, root), account=account(answered))


class Container:
    """What the kubelet and a runtime make of a container's output: a file, and a link to it."""

    def __init__(self, root: Path) -> None:
        folder = root / "var/log/pods/shop_web-1_7c2f0f53/app"
        folder.mkdir(parents=True)
        self._file = folder / "0.log"
        self._file.touch(MODE)
        links = root / "var/log/containers"
        links.mkdir()
        (links / "web-1_shop_app-0a1b.log").symlink_to(self._file)
        self.said: list[str] = []

    def says(self, *texts: str) -> None:
        with self._file.open("a") as file:
            for text in texts:
                file.write(f"2026-11-27T10:00:00.000000001Z stdout F {text}\n")
        self.said += texts

    def rotates(self) -> None:
        self._file.rename(self._file.with_name("0.log.20261127-100000"))
        self._file.touch(MODE)


def bodies(sink: Sink) -> list[str]:
    return [each.body for each in sink.received("grpc") if isinstance(each, Log)]


def all_of(sink: Sink, container: Container) -> Callable[[], bool]:
    return lambda: records(sink, ACCEPTED) >= len(container.said)


def test_what_is_there_and_what_comes_is_read_over_a_rotation(
    collector: Path, agents_collector: Path, root: Path, tmp_path: Path
) -> None:
    container = Container(root)
    container.says("before the start")
    with Sink(collector, tmp_path) as sink:
        places = {"sink:4317": sink.endpoint("grpc"), "START": "beginning", **PODS}
        with agent(FILES, places, "/var/log", root).start(agents_collector, root):
            eventually("it is read", all_of(sink, container))
            container.says("after the start")
            eventually("it goes on", all_of(sink, container))
            container.says("just before the rotation")
            container.rotates()
            container.says("after the rotation")
            eventually("of both files", all_of(sink, container))
    assert sorted(bodies(sink)) == sorted(container.said)
    (resource,) = {tuple(sorted(each.resource.items())) for each in sink.received("grpc")}
    assert dict(resource) == {
        "k8s.node.name": NODE,
        "k8s.namespace.name": "shop",
        "k8s.pod.name": "web-1",
        "k8s.pod.uid": "7c2f0f53",
        "k8s.container.name": "app",
        "k8s.container.restart_count": "0",
    }


@pytest.mark.parametrize("end", [Collector.kill, Collector.stop], ids=["SIGKILL", "SIGTERM"])
def test_a_container_that_starts_again_reads_what_was_written_meanwhile(
    collector: Path,
    agents_collector: Path,
    root: Path,
    tmp_path: Path,
    end: Callable[[Collector], None],
) -> None:
    """Although a new pod begins at the end of files. Here they are links."""
    container = Container(root)
    container.says("long before")
    container.said.clear()
    with Sink(collector, tmp_path) as sink:
        places = {"sink:4317": sink.endpoint("grpc"), "START": "end", **LINKS}
        agents = agent(FILES, places, "/var/log", root)
        first = agents.start(agents_collector, root, name="first")
        eventually("it has looked", lambda: "Started watching file" in messages(first))
        container.says("the first time")
        eventually("it is read", all_of(sink, container))
        end(first)
        container.says("meanwhile")
        with agents.start(agents_collector, root, name="second"):
            container.says("the second time")
            eventually("all of it", all_of(sink, container))
    assert {line.rpartition(" F ")[2] for line in bodies(sink)} == set(container.said)


def messages(running: Collector) -> list[str]:
    return [entry["msg"] for entry in running.log()]


def test_what_does_not_fit_into_memory_stays_in_the_files(
    collector: Path, agents_collector: Path, root: Path, tmp_path: Path
) -> None:
    outage, container = Outage(), Container(root)
    container.says(*(f"number {number}".ljust(LINE_BYTES, ".") for number in range(MANY)))
    places = {"sink:4317": outage.address, "START": "beginning", **PODS}
    agents = agent(FILES, places, "/var/log", root)
    with agents.start(agents_collector, root) as running:
        refusing = "Memory usage is above soft limit. Refusing data."
        eventually("it is refused", lambda: refusing in messages(running))
        assert running.own_memory < agents.memory_limit
        with outage.ends(collector, tmp_path) as sink:
            eventually("all of it", all_of(sink, container), 120)
            assert running.own_memory < agents.memory_limit
    assert set(bodies(sink)) == set(container.said)


def test_a_node_is_measured(
    collector: Path, agents_collector: Path, root: Path, tmp_path: Path
) -> None:
    with Sink(collector, tmp_path) as sink:
        agents = agent(NUMBERS, {"sink:4317": sink.endpoint("grpc")}, "/", root)
        place = Path(f"{root}{HOST_ROOT}")
        place.rmdir()
        place.symlink_to("/")  # as the kubelet mounts the node's root there
        with agents.start(agents_collector, root):
            eventually("of each kind", lambda: {name for name, _ in measured(sink)} >= MEASURED)
    assert {node for _, node in measured(sink)} == {NODE}


def measured(sink: Sink) -> set[tuple[str, str]]:
    """The name of each metric, and its node."""
    found = set()
    for line in sink.text("grpc").splitlines(keepends=True):
        if not line.endswith("\n"):
            continue  # it is being written
        for resource in json.loads(line)["resourceMetrics"]:
            attributes = {
                each["key"]: each["value"]["stringValue"]
                for each in resource["resource"]["attributes"]
            }
            for scope in resource["scopeMetrics"]:
                for metric in scope["metrics"]:
                    found.add((metric["name"], attributes["k8s.node.name"]))
    return found
