"""`orasi run --kubeconfig`: on a real API server, without Metacontroller."""

import re
from pathlib import Path

import pytest

from tests.cli.program import run
from tests.cluster.controlplane import ControlPlane
from tests.cluster.install import install

PATIENCE = 120.0  # seconds until a run that hangs is ended: pods take their time
TYPO = """\
apiVersion: orasi.io/v1alpha1
kind: Document
metadata: {name: typo}
spec: {content: hello, metadata: {autor: Ada}}
"""


@pytest.mark.parametrize("strategy", ["dynamic-apply", "server-side-apply"])
def test_it_reconciles_on_a_cluster_that_has_nothing_of_ours(
    bare_control_plane: ControlPlane, strategy: str
) -> None:
    cluster = bare_control_plane
    done = run(
        "run",
        "examples",
        "-v",
        f"--kubeconfig={cluster.kubeconfig}",
        f"--apply-strategy={strategy}",
        patience=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert "call  /hooks/configuration/customize  Configuration default/flags  200" in done.stdout
    assert re.search(r"(\d+) of \1 objects are Ready\.$", done.stdout.strip())
    content = cluster.kubectl(
        "get", "configmap", "lorem-document", "--output=jsonpath={.data.content\\.md}"
    )
    assert content.startswith("# Lorem ipsum")


def test_what_was_meant_by_a_misspelt_field_is_told(
    bare_control_plane: ControlPlane, tmp_path: Path
) -> None:
    (tmp_path / "typo.yaml").write_text(TYPO)
    done = run("run", tmp_path, f"--kubeconfig={bare_control_plane.kubeconfig}", patience=PATIENCE)
    assert done.returncode == 1
    assert done.stderr.endswith(
        ': .spec.metadata.autor: field not declared in schema\n  spec.metadata.autor is "Ada"; '
        "is author meant? Fields of spec.metadata: author, tags, title.\n"
    )


def test_it_refuses_to_run_beside_metacontroller(bare_control_plane: ControlPlane) -> None:
    install(bare_control_plane)
    bare_control_plane.kubectl(
        "rollout", "status", "deployment/metacontroller", "--namespace=metacontroller"
    )
    kubeconfig = f"--kubeconfig={bare_control_plane.kubeconfig}"
    done = run("run", "examples", kubeconfig, patience=PATIENCE)
    assert done.returncode == 1
    assert "Metacontroller" in done.stderr
    assert done.stderr.count("\n") == 1
