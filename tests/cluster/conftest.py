"""The control plane and the phases as fixtures."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path

import pytest

from orasi.cluster.kubernetes import Kubernetes
from tests.cluster import engine, programs
from tests.cluster.controlplane import ControlPlane
from tests.cluster.install import install
from tests.cluster.metrics import MetricsServer
from tests.cluster.phase import Phase, Setup
from tests.cluster.place import Place, leave, real_place
from tests.cluster.pulse import Pulse
from tests.cluster.states import home, states

AT_ONCE = 32  # each asks for what it has once a second


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
    with ControlPlane(kubernetes, cluster_folder, prepare=install) as running:
        yield running


@pytest.fixture(scope="module")
def bare_control_plane(
    kubernetes: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ControlPlane]:
    """A real control plane with nothing of ours on it, until a test brings that."""
    with ControlPlane(kubernetes, tmp_path_factory.mktemp("bare")) as running:
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
def metrics(control_plane: ControlPlane) -> Iterator[MetricsServer]:
    """Tells autoscalers of namespaces what tests say of them."""
    with MetricsServer(control_plane) as running:
        yield running


@pytest.fixture(scope="module")
def pulse(request: pytest.FixtureRequest, control_plane: ControlPlane) -> Iterator[Pulse]:
    """The pace of the real controllers."""
    cluster = Kubernetes(control_plane.kubeconfig)
    module = request.module.__name__.rpartition(".")[2].replace("_", "-")
    try:
        with Pulse(cluster, f"pulse-of-{module}") as running:
            yield running
    finally:
        cluster.close()


@pytest.fixture(scope="module")
def new_place(
    control_plane: ControlPlane, metrics: MetricsServer, pulse: Pulse
) -> Iterator[Callable[[str], Place]]:
    """Makes a namespace of that name on the real control plane."""
    with ExitStack() as stack:

        def place(name: str) -> Place:
            cluster = Kubernetes(control_plane.kubeconfig)
            stack.callback(cluster.close)
            found = real_place(cluster, name, metrics, pulse)
            stack.callback(leave, found)
            return found

        yield place


@pytest.fixture(scope="module")
def real_states(
    request: pytest.FixtureRequest, new_place: Callable[[str], Place]
) -> Iterator[Mapping[str, Future[str]]]:
    """What the real controllers make of each script of a module; many are played at once.

    Nothing is computed meanwhile: it would keep the server of metrics from answering, which is
    in this process, and the controllers of a cluster miss what they cannot discover.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        played = {
            script.__name__: pool.submit(states, script, new_place(home(script)))
            for script in request.module.SCRIPTS
        }
        wait(played.values())
        yield played


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
