"""Conditions as they are reported: whole sentences, and times that move only with a flip."""

import pytest

from hooks.conditions import Condition, merge, not_ready, ready
from hooks.errors import TryLater

EARLY, LATE = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"


def reported(condition: Condition, previous: Condition, since: str, as_of: str) -> str:
    """The transition time of *condition* after *previous*, which has been true *since*."""
    (stored,) = merge([], [previous], generation=1, as_of=since)
    (merged,) = merge([stored], [condition], generation=2, as_of=as_of)
    assert merged["observedGeneration"] == 2
    return str(merged["lastTransitionTime"])


@pytest.mark.parametrize(
    ("condition", "since", "as_of", "time"),
    [
        pytest.param(not_ready("Other", "Why."), EARLY, LATE, EARLY, id="another reason"),
        pytest.param(ready("Done", "All."), EARLY, LATE, LATE, id="a flip"),
        pytest.param(ready("Done", "All."), LATE, EARLY, LATE, id="a flip never goes back in time"),
    ],
)
def test_the_time_moves_with_the_status_only(
    condition: Condition, since: str, as_of: str, time: str
) -> None:
    assert reported(condition, not_ready("Some", "Why."), since, as_of) == time


def test_a_message_is_cut_at_what_the_schema_allows() -> None:
    (merged,) = merge([], [not_ready("Long", "x" * 5000)], generation=1, as_of=EARLY)
    assert merged["message"] == "x" * 1023 + "…"


def test_nobody_is_asked_to_try_again_at_once() -> None:
    """Metacontroller would, for ever."""
    assert TryLater("Busy", "Soon.", 0).seconds == 1
