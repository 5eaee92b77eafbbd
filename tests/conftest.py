"""Options and values that many tests share."""

import os
import re
from collections.abc import Generator
from functools import cache
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, is_hypothesis_test, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from xdist.scheduler import LoadScopeScheduling

from hooks.app import create_app
from hooks.settings import Settings
from orasi.cycles import search_seldom

search_seldom()  # as `orasi run` does

# What shares real programs, or what was drawn at length, by a pattern of its id: each room is one
# process's. What is in no room computes: it comes last, and gives way to rooms that still go on.
ROOMS = {
    r"tests/cluster/test_scenarios\.py::\w+\[(\w+-(?:dynamic|server-side)-apply)": r"\1",
    r"tests/cluster/test_(?:installation|make_cluster|orasi_run)\.": "control planes of their own",
    "tests/cluster/": "control plane",
    "tests/collector/test_rendered": "rendered configurations",
    "tests/(?:collector|telemetry)/": "collectors",
}

# A scenario's assert should say as much as one in a test.
pytest.register_assert_rewrite(
    "tests.scenarios",
    "tests.cluster.modes",
    "tests.cluster.outages",
    "tests.cluster.pipelines",
    "tests.cluster.references",
)

# The same examples in every run: what fails here fails everywhere. A world is built anew for each
# example, and a fixture's value is the same for all, so neither time nor scope says anything.
settings.register_profile(
    "orasi",
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("orasi")
# Hypothesis also draws constants of our modules, of those that are imported here by then.
pytest.MonkeyPatch().setattr(providers, "_get_local_constants", Constants)


class Rooms(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types for it
    """What needs the same real programs in one process; then, one by one, what computes."""

    def _split_scope(self, nodeid: str) -> str:
        return _room(nodeid) or nodeid


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Coverage is of what is written down: what is drawn would take twice the time with it."""
    coverage = item.config.pluginmanager.getplugin("_cov")
    controller = coverage.cov_controller if coverage else None
    if controller is None or _is_measured(item):
        return (yield)
    controller.pause()
    try:
        return (yield)
    finally:
        controller.resume()


def _is_measured(item: pytest.Item) -> bool:
    return not (_room(item.nodeid) or is_hypothesis_test(getattr(item, "obj", None)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if not _room(item.nodeid):
        _give_way()


@cache
def _give_way() -> None:
    os.nice(10)


def _room(nodeid: str) -> str | None:
    found = ((re.match(pattern, nodeid), room) for pattern, room in ROOMS.items())
    return next((match.expand(room) for match, room in found if match), None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Rooms:
    return Rooms(config, log)


@pytest.hookimpl(trylast=True)  # the very last lines, after the coverage
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Here, since the process that reads the reports of the others collects no tests."""
    from tests.cluster.summary import tell  # not before its asserts are rewritten

    tell(terminalreporter)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the answers of golden cases")


@pytest.fixture(scope="session")
def client() -> FlaskClient:
    """The server as it runs, but without a socket."""
    return create_app(settings=Settings(log_level="error")).test_client()
