"""The collector as a fixture, and what the end of a test run says of it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cluster import programs


def built(module: programs.Module) -> Path:
    try:
        return programs.collector(module)
    except programs.ProgramsUnavailable as reason:
        if os.environ.get("ORASI_REQUIRE_CLUSTER") == "1":
            raise
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def collector() -> Path:
    """The collector's program."""
    return built(programs.COLLECTOR)


@pytest.fixture(scope="session")
def program() -> Callable[[programs.Module], Path]:
    """The program of any of the collectors."""
    return built


@pytest.hookimpl(trylast=True)  # the very last lines, after the coverage
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Why tests did not run."""
    here = f"{Path(__file__).parent.name}/"
    skipped = [
        report for report in terminalreporter.stats.get("skipped", ()) if here in report.nodeid
    ]
    for reason in sorted({report.longrepr[2].removeprefix("Skipped: ") for report in skipped}):
        terminalreporter.write_line(f"real collector: {len(skipped)} skipped ({reason})")
