"""Programs and a network as fixtures, and what is said at the end of those that are missing."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from tests.cluster import programs
from tests.telemetry.network import Network, NetworkForbidden

Needed = TypeVar("Needed")


@pytest.fixture(scope="session")
def collector() -> Path:
    """A collector with all that is tested here but the receiver prometheus."""
    return there(programs.collector)


@pytest.fixture(scope="session")
def scraping_collector() -> Path:
    """A collector with the receiver prometheus, too."""
    return there(lambda: programs.collector(programs.SCRAPING_COLLECTOR))


@pytest.fixture(scope="session")
def older_collector() -> Path:
    """A collector with what reads from nodes."""
    return there(lambda: programs.collector(programs.OLDER_COLLECTOR))


@pytest.fixture(scope="session")
def kafka() -> Path:
    """The broker's program."""
    return there(programs.kafka)


@pytest.fixture(scope="session")
def prometheus() -> Path:
    """Prometheus' program."""
    return there(programs.prometheus)


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """Where names are found as in a cluster."""
    return there(lambda: Network(tmp_path_factory.mktemp("network")))


def there(needed: Callable[[], Needed]) -> Needed:
    try:
        return needed()
    except (programs.ProgramsUnavailable, NetworkForbidden) as reason:
        if os.environ.get("ORASI_REQUIRE_CLUSTER") == "1":
            raise
        pytest.skip(str(reason))


@pytest.hookimpl(trylast=True)  # the very last lines, after the coverage
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Why tests did not run."""
    here = f"tests/{Path(__file__).parent.name}/"
    skipped = [
        report for report in terminalreporter.stats.get("skipped", ()) if here in report.nodeid
    ]
    for reason in sorted({report.longrepr[2].removeprefix("Skipped: ") for report in skipped}):
        terminalreporter.write_line(f"telemetry: {len(skipped)} skipped ({reason})")
