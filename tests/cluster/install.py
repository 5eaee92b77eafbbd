"""Our manifests onto a cluster, by the commands that the documentation gives."""

from tests.cluster.controlplane import ControlPlane
from tests.cluster.server import ROOT

COMMANDS = (
    "apply -k metacontroller/install",
    "wait --for=condition=Established crd --all",
    "apply -k manifests",
    "apply -k metacontroller/controllers",
)


# Where the Prometheus operator runs.
OPERATOR = (
    "apply -f tests/cluster/podmonitors.yaml",
    "wait --for=condition=Established crd/podmonitors.monitoring.coreos.com",
    "apply -k metacontroller/pod-monitors",
)


def install(control_plane: ControlPlane) -> None:
    """Raises KubectlFailed."""
    for command in (*COMMANDS, *OPERATOR):
        control_plane.kubectl(*command.split(), folder=ROOT)
