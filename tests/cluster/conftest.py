"""The control plane and the phases as fixtures."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from orasi.cluster.kubernetes import Kubernetes
from tests.cluster import engine, programs
from tests.cluster.controlplane import ControlPlane
from tests.cluster.install import install
from tests.cluster.phase import Phase, Setup
from tests.cluster.place import Place, leave, real_place


@pytest.fixture(scope="session")
def cluster_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Logs of everything; pytest keeps the folders of the last three runs."""
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="session")
def kubernetes() -> Mapping[str, Path]:
    """The programs of a control plane, by name."""
    try:
        return programs.programs()
    except programs.ProgramsUnavailable as reason:
        if os.environ.get("ORASI_REQUIRE_CLUSTER") == "1":
            raise
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def control_plane(kubernetes: Mapping[str, Path], cluster_folder: Path) -> Iterator[ControlPlane]:
    """A real control plane with our manifests on it."""
    with ControlPlane(kubernetes, cluster_folder) as running:
        install(running)
        yield running


@pytest.fixture(scope="module")
def api_server(
    kubernetes: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ControlPlane]:
    """A real API server where nothing happens by itself."""
    folder = tmp_path_factory.mktemp("api-server")
    with ControlPlane(kubernetes, folder, has_controllers=False) as running:
        yield running


@pytest.fixture(scope="module")
def new_place(control_plane: ControlPlane) -> Iterator[Callable[[str], Place]]:
    """Makes a namespace of that name on the real control plane."""
    with ExitStack() as stack:

        def place(name: str) -> Place:
            cluster = Kubernetes(control_plane.kubeconfig)
            stack.callback(cluster.close)
            found = real_place(cluster, name)
            stack.callback(leave, found)
            return found

        yield place


@pytest.fixture(scope="module")  # so that no engine is left when other tests follow
def phase(
    request: pytest.FixtureRequest, control_plane: ControlPlane, cluster_folder: Path
) -> Iterator[Phase]:
    """A phase; the scenarios of the tests that were selected start together with it."""
    setup: Setup = request.param
    if reason := engine.missing(setup.engine):
        pytest.skip(reason)
    callspecs = [getattr(item, "callspec", None) for item in request.session.items]
    scenarios = [
        callspec.params["scenario"]
        for callspec in callspecs
        if callspec and callspec.params.get("phase") == setup and "scenario" in callspec.params
    ]
    running = Phase(setup, scenarios, control_plane, cluster_folder)
    try:
        running.start()
        yield running
    finally:
        running.stop()
