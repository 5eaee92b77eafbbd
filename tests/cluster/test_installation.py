"""The README's commands, on a cluster of their own: installed, used, and taken away again."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from tests.cluster.client import Client, Manifest
from tests.cluster.controlplane import ControlPlane
from tests.cluster.engine import Engine
from tests.cluster.install import COMMANDS
from tests.cluster.server import ROOT, HookServer

OF_EXAMPLES = {"acme", "agents"}  # namespaces, which are their author's
README = (ROOT / "README.md").read_text()


def commands(after: str) -> list[list[str]]:
    """The kubectl commands of the first indented block after *after*, without the program."""
    block = re.search(r"\n\n((?:    kubectl .*\n)+)", README[README.index(after) :])
    assert block is not None
    return [shlex.split(line)[1:] for line in block[1].splitlines()]


def test_the_readme_installs_as_the_tests_do() -> None:
    assert commands("in this order") == [command.split() for command in COMMANDS]


def test_the_readmes_uninstall_leaves_nothing(
    kubernetes: Mapping[str, Path], tmp_path: Path
) -> None:
    with ControlPlane(kubernetes, tmp_path) as cluster:
        before = names(cluster.client)
        for command in commands("in this order"):
            cluster.kubectl(*command, folder=ROOT)
        server = HookServer(tmp_path / "server.log")
        engine = Engine("embedded", "dynamic-apply", cluster, server.url, tmp_path / "engine.log")
        try:
            server.start()
            engine.start()
            cluster.kubectl("apply", "--recursive", "-f", "examples/", folder=ROOT)
            cluster.kubectl(
                "wait", "--for=condition=Ready", "orasi", "--all", "-A", "--timeout=90s"
            )
            for command in commands("To **uninstall**"):
                cluster.kubectl(*command, folder=ROOT)
        finally:
            engine.stop()
            server.stop()
        after = names(cluster.client)
        assert {**after, "Namespace": after["Namespace"] - OF_EXAMPLES} == before
        assert not [each for each in cluster.client.list("ConfigMap") if is_ours(each)]


def names(client: Client) -> dict[str, set[str]]:
    """What an installation adds to a cluster, by kind."""
    return {
        kind: {each["metadata"]["name"] for each in client.list(kind)}
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
