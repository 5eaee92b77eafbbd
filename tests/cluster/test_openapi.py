"""The schemas of the cluster in memory are those of the real API server."""

from orasi.cluster.memory.openapi import DATA
from tests.cluster.controlplane import ControlPlane
from tests.cluster.openapi import served


def test_what_is_committed_is_what_it_serves(control_plane: ControlPlane) -> None:
    """Otherwise: `python -m tests.cluster.openapi`."""
    assert DATA.read_text() == served(control_plane.client)
