"""When CronJobs are due: the rules of Go's parser, and that looking back finds the same times."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooks.kinds.connector.schedule import SCHEDULE
from orasi.cluster.memory.workloads.schedules import Schedule, schedule

START = datetime(2026, 1, 1, 12, 30, 30, tzinfo=UTC)  # a Thursday


def read(text: str) -> Schedule:
    found = schedule(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* * * * *", "2026-01-01 12:31"),
        ("*/20 * * * *", "2026-01-01 12:40"),
        ("30 12 * * *", "2026-01-02 12:30"),
        ("5/25 9-17/4 * * mon-fri", "2026-01-01 13:05"),
        ("0 0 * * SUN", "2026-01-04 00:00"),
        ("0 0 ? feb ?", "2026-02-01 00:00"),
        ("0 0 29 2 *", "2028-02-29 00:00"),
        ("0 0 13 * fri", "2026-01-02 00:00"),  # either will do
        ("0 0 */2 * fri", "2026-01-02 00:00"),  # a star that steps is a choice of days
        ("0 0 */1 * fri", "2026-01-02 00:00"),
        ("0 0 13 * *", "2026-01-13 00:00"),
        ("@hourly", "2026-01-01 13:00"),
        ("@daily", "2026-01-02 00:00"),
        ("@weekly", "2026-01-04 00:00"),
        ("@yearly", "2027-01-01 00:00"),
    ],
)
def test_the_next_time(text: str, expected: str) -> None:
    moment = read(text).after(START.timestamp())
    assert moment is not None
    assert f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M}" == expected


def test_what_never_comes() -> None:
    assert read("0 0 31 2 *").after(START.timestamp()) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7"),
        *("a * * * *", "*/0 * * * *", "5-1 * * * *", "1-2-3 * * * *", "@every 5m", "@never"),
    ],
)
def test_these_are_no_schedules(text: str) -> None:
    assert schedule(text) is None


@given(
    text=st.from_regex(SCHEDULE, fullmatch=True),
    moment=st.integers(1_700_000_000, 1_900_000_000),
    late=st.integers(0, 59),
)
def test_looking_back_finds_the_same_times(text: str, moment: int, late: int) -> None:
    found = schedule(text)
    first = found.after(moment) if found else None
    if found is None or first is None:
        return
    assert moment < first
    assert first % 60 == 0
    assert found.latest(first + late) == first
    assert found.after(first - 1) == first
