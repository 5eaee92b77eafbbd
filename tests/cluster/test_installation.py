"""The README's commands: what they install is used, and taken away again."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.cluster.client import Client, Manifest
from tests.cluster.controlplane import ControlPlane
from tests.cluster.engine import Engine
from tests.cluster.install import COMMANDS, OPERATOR
from tests.cluster.server import ROOT, HookServer
from tests.scenarios.pipeline import manifest

CONTROLLERS, MONITORING = COMMANDS[-1].split()[-1], OPERATOR[-1].split()[-1]
OF_EXAMPLES = {"acme", "agents"}  # namespaces, which are their author's
README = (ROOT / "README.md").read_text()


def commands(after: str, controllers: str = CONTROLLERS) -> list[list[str]]:
    """The kubectl commands of the first indented block after *after*, without the program.

    *controllers* is the folder that stands in for theirs.
    """
    block = re.search(r"\n\n((?:    kubectl .*\n)+)", README[README.index(after) :])
    assert block is not None
    text = block[1].replace(CONTROLLERS, controllers)
    return [shlex.split(line)[1:] for line in text.splitlines()]


def test_the_readme_installs_as_the_tests_do() -> None:
    assert commands("in this order") == [command.split() for command in COMMANDS]


@pytest.mark.parametrize("controllers", [CONTROLLERS, MONITORING])
def test_the_readmes_uninstall_leaves_nothing(
    bare_control_plane: ControlPlane, tmp_path: Path, controllers: str
) -> None:
    """With the Prometheus operator there, whether its kind is used or not."""
    cluster = bare_control_plane
    monitored = manifest(monitoring={"podMonitor": {}}) | {"metadata": {"name": "monitored"}}
    for line in OPERATOR[:-1]:
        cluster.kubectl(*line.split(), folder=ROOT)
    before = names(cluster.client)
    for command in commands("in this order", controllers):
        cluster.kubectl(*command, folder=ROOT)
    server = HookServer(tmp_path / "server.log")
    engine = Engine("embedded", "dynamic-apply", cluster, server.url, tmp_path / "engine.log")
    try:
        server.start()
        cluster.kubectl("apply", "--recursive", "-f", "examples/", folder=ROOT)
        cluster.kubectl("apply", "-f", "-", stdin=json.dumps(monitored))
        engine.start()  # now: a quota does not count kinds that are as new as ours here
        cluster.kubectl("wait", "--for=condition=Ready", "orasi", "--all", "-A", "--timeout=90s")
        listed = cluster.kubectl("get", "podmonitors", "-A", "--output=name").splitlines()
        assert len(listed) == (controllers == MONITORING)
        for command in commands("To **uninstall**", controllers):
            cluster.kubectl(*command, folder=ROOT)
    finally:
        engine.stop()
        server.stop()
    assert names(cluster.client) == before
    for kind in ("ConfigMap", "PodMonitor"):
        assert not [each for each in cluster.client.list(kind) if is_ours(each)]


def names(client: Client) -> dict[str, set[str]]:
    """What an installation adds to a cluster, by kind."""
    return {
        kind: {each["metadata"]["name"] for each in client.list(kind)} - OF_EXAMPLES
        for kind in (
            "CustomResourceDefinition",
            "Namespace",
            "ClusterRole",
            "ClusterRoleBinding",
        )
    }


def is_ours(manifest: Manifest) -> bool:
    labels = manifest["metadata"].get("labels", {})
    return bool(labels.get("app.kubernetes.io/managed-by") == "orasi-controller")
