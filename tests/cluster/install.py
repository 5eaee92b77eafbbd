"""Our manifests onto a cluster, by the commands that the documentation gives."""

from tests.cluster.controlplane import ControlPlane
from tests.cluster.server import ROOT

COMMANDS = (
    "apply -k metacontroller/install",
    "wait --for=condition=Established crd --all",
    "apply -k manifests",
    "apply -k metacontroller/controllers",
)


def install(control_plane: ControlPlane) -> None:
    """Raises KubectlFailed."""
    for command in COMMANDS:
        control_plane.kubectl(*command.split(), folder=ROOT)
