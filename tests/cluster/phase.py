"""One engine with one apply strategy, and all scenarios run with them."""

import itertools
import re
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cluster.audit import lines
from tests.cluster.controlplane import ControlPlane, panics
from tests.cluster.engine import ENGINES, STRATEGIES, USER, Engine
from tests.cluster.server import HookServer
from tests.cluster.world import POLL_SECONDS, ClusterWorld
from tests.scenarios import Scenario

AT_ONCE = {"embedded": 16, "metacontroller": 16}
"""How many scenarios: they mostly wait for the engine, of which ours syncs one after the other."""

QUIET_SECONDS = 10
LINES = 20
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}  # what our pods promise to be
TENANT = "orasi.io/tenant"
SETTLE_SECONDS = 60
# As JSON by the server and by Metacontroller, as text by the embedded loop, or when a program dies.
ERROR_LINE = re.compile(r'"level": ?"(error|critical)"|^error: |^Traceback|^panic: ')

# Metacontroller finalizes an object that is gone from a cache that does not know it yet.
EXPECTED_ERRORS = (r"can't remove finalizer for .* not found",)


@dataclass(frozen=True)
class Setup:
    """What a phase runs with."""

    engine: str
    strategy: str

    def __str__(self) -> str:
        return f"{self.engine}-{self.strategy}"


SETUPS = tuple(itertools.starmap(Setup, itertools.product(ENGINES, STRATEGIES)))


class Phase:
    """A server and an engine, and the scenarios that run with them."""

    def __init__(
        self,
        setup: Setup,
        scenarios: Iterable[Scenario[Any]],
        control_plane: ControlPlane,
        folder: Path,
    ) -> None:
        self._setup = setup
        self._scenarios = tuple(scenarios)
        self._control_plane = control_plane
        self._since = control_plane.audit.mark()
        self._ended = threading.Event()
        self._parallel = ThreadPoolExecutor(AT_ONCE[setup.engine])
        self._serial = ThreadPoolExecutor(1)
        self._results: dict[str, Future[None]] = {}
        self._server = HookServer(folder / f"{setup}-server.log")
        self._engine = Engine(
            setup.engine,
            setup.strategy,
            control_plane,
            self._server.url,
            folder / f"{setup}-engine.log",
        )

    def start(self) -> None:
        """Start everything: the scenarios run from now on, whoever waits for them."""
        self._server.start()
        self._engine.start()
        parallel = {
            scenario.name: self._parallel.submit(self._run, scenario)
            for scenario in self._scenarios
            if not scenario.serial
        }
        self._rest = self._serial.submit(self._come_to_rest, parallel.values())
        self._removal = self._serial.submit(self._remove_everything)
        serial = {
            scenario.name: self._serial.submit(self._run_alone, scenario)
            for scenario in self._scenarios
            if scenario.serial
        }
        self._results = parallel | serial

    def result(self, scenario: Scenario[Any]) -> None:
        """Wait for a scenario; raises what it raised."""
        self._results[scenario.name].result()

    def stop(self) -> None:
        """End everything, scenarios that still run included."""
        self._ended.set()
        self._parallel.shutdown(cancel_futures=True)
        self._serial.shutdown(cancel_futures=True)
        self._engine.stop()
        self._server.stop()

    def check_at_rest(self) -> None:
        """With what the scenarios left: nobody writes, nothing was refused, no error was logged."""
        self._rest.result()
        self._come_to_rest(self._results.values())
        refused = self._control_plane.audit.refused(USER, self._since)
        assert not refused, f"rights are missing for:\n{lines(refused[:LINES])}"
        expected = [error for scenario in self._scenarios for error in scenario.expected_errors]
        expected += EXPECTED_ERRORS
        for log in (self._engine.log_text(), self._server.log_text()):
            unexpected = list(unexpected_errors(log, expected))
            assert not unexpected, "\n".join(unexpected)
        found = list(panics(self._control_plane.folder))
        assert not found, "\n".join(found)

    def check_nothing_is_left(self) -> None:
        """Whatever the engine has created is gone once the objects of the scenarios are."""
        self._removal.result()
        finish(self._results.values())
        self._remove_everything()

    def _come_to_rest(self, scenarios: Iterable[Future[None]]) -> None:
        finish(scenarios)
        assert self._engine.running
        self._control_plane.audit.wait_for_quiet(USER, QUIET_SECONDS, timeout=SETTLE_SECONDS)

    def _remove_everything(self) -> None:
        """Take away all that is ours, and all that asks for something of ours.

        Namespaces stay: with them everything would go, also what an engine leaves behind.
        """
        kubectl, client = self._control_plane.kubectl, self._control_plane.client
        kubectl("label", "namespaces", f"--selector={TENANT}", f"{TENANT}-")
        # Not of those that were made for another one: they would be made again.
        selector = "--selector=app.kubernetes.io/name!=scrape"
        kubectl("annotate", "services", "--all-namespaces", selector, "orasi.io/scrape-")
        kubectl("delete", "orasi", "--all", "--all-namespaces", f"--timeout={SETTLE_SECONDS}s")
        for kind in client.kinds("orasi.io"):
            assert not client.list(kind)
        left = {
            entry.path
            for entry in self._control_plane.audit.writes(USER, self._since)
            if entry.created and entry.resource != "events"
        }
        deadline = time.monotonic() + SETTLE_SECONDS
        while left := {path for path in left if client.read(path)}:
            assert time.monotonic() < deadline, "\n".join(sorted(left))
            time.sleep(POLL_SECONDS)

    def _run_alone(self, scenario: Scenario[Any]) -> None:
        try:
            self._run(scenario)
        finally:
            self._server.restore()
            if not self._engine.running:
                self._engine.start()

    def _run(self, scenario: Scenario[Any]) -> None:
        # A name of its own in each phase, as namespaces stay.
        namespace = f"{scenario.namespace}-{SETUPS.index(self._setup)}"
        body = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": namespace, "labels": RESTRICTED},
        }
        self._control_plane.client.create(body)
        world = ClusterWorld(
            namespace, self._control_plane, self._server, self._engine, self._ended
        )
        try:
            scenario.run(world)
        except Exception as failure:
            failure.add_note(world.described())
            raise


def finish(scenarios: Iterable[Future[None]]) -> None:
    """Return when all are over. Raises CancelledError if one will never begin, as when a run is
    interrupted: `concurrent.futures.wait` waits for that one forever."""
    for scenario in scenarios:
        scenario.exception()


def unexpected_errors(log: str, expected: Iterable[str]) -> Iterable[str]:
    """Lines of a log that report an error, none of them *expected*."""
    for line in log.splitlines():
        if ERROR_LINE.search(line) and not any(re.search(pattern, line) for pattern in expected):
            yield line
