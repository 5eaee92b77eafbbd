"""What a phase does when it is interrupted, for which no cluster is needed."""

import threading
from concurrent.futures import CancelledError, Future
from pathlib import Path

import pytest

from tests.cluster.controlplane import panics
from tests.cluster.phase import finish


def test_who_waits_for_a_scenario_hears_that_it_was_cancelled() -> None:
    """Else a run that is interrupted would never end."""
    scenario: Future[None] = Future()
    scenario.cancel()
    waiting = threading.Thread(
        target=pytest.raises, args=(CancelledError, finish, [scenario]), daemon=True
    )
    waiting.start()
    waiting.join(timeout=5)
    assert not waiting.is_alive()


def test_a_panic_of_a_program_is_found(tmp_path: Path) -> None:
    (tmp_path / "etcd.log").write_text("an error: all is well\n")
    (tmp_path / "kwok.log").write_text("fine\npanic: assignment to entry in nil map\n")
    (tmp_path / "audit.log").write_text('{"requestObject": "panic: what a user wrote"}\n')
    assert list(panics(tmp_path)) == ["kwok.log: panic: assignment to entry in nil map"]
