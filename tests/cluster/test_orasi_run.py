"""`orasi run --kubeconfig`: on a real API server, without Metacontroller."""

import re
from collections.abc import Mapping
from pathlib import Path

from tests.cli.program import run
from tests.cluster.controlplane import ControlPlane
from tests.cluster.install import install


def test_it_reconciles_on_a_cluster_that_has_nothing_of_ours(
    kubernetes: Mapping[str, Path], tmp_path: Path
) -> None:
    with ControlPlane(kubernetes, tmp_path) as cluster:
        for strategy in ("dynamic-apply", "server-side-apply"):
            done = run(
                "run",
                "examples",
                "-v",
                f"--kubeconfig={cluster.kubeconfig}",
                f"--apply-strategy={strategy}",
            )
            assert done.returncode == 0, done.stderr
            assert (
                "  0001 call  /hooks/configuration/customize  Configuration default/flags  200"
                in (done.stdout)
            )
            assert re.search(r"(\d+) of \1 objects are Ready\.$", done.stdout.strip())
        content = cluster.kubectl(
            "get", "configmap", "lorem-document", "--output=jsonpath={.data.content\\.md}"
        )
        assert content.startswith("# Lorem ipsum")


def test_it_refuses_to_run_beside_metacontroller(
    kubernetes: Mapping[str, Path], tmp_path: Path
) -> None:
    with ControlPlane(kubernetes, tmp_path) as cluster:
        install(cluster)
        cluster.kubectl(
            "rollout", "status", "deployment/metacontroller", "--namespace=metacontroller"
        )
        done = run("run", "examples", f"--kubeconfig={cluster.kubeconfig}")
        assert done.returncode == 1
        assert "Metacontroller" in done.stderr
        assert done.stderr.count("\n") == 1
