"""What a phase does when it is interrupted, for which no cluster is needed."""

import threading
from concurrent.futures import CancelledError, Future

import pytest

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
