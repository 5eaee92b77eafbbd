"""When probes run: which of cron's schedules are taken, and what is said of others."""

import re

import pytest

from hooks.kinds.connector.schedule import FIELDS, SCHEDULE, mistakes, values


def is_taken(schedule: str) -> bool:
    return re.fullmatch(SCHEDULE, schedule, re.ASCII) is not None


@pytest.mark.parametrize(
    "schedule",
    [
        "*/5 * * * *",
        "0 9-17/2 1,15,31 jan-Jun,12 MON-fri",
        "59 23 31 12 6",
        "00 07 01 01 0",
        "0/15 * * * *",
        "0 0 29 2 *",  # every four years
        "0 0 31 4 mon",  # a Monday will do
        "0 0 31 */2 *",  # January, for one
    ],
)
def test_these_are_taken(schedule: str) -> None:
    assert is_taken(schedule)
    assert list(mistakes(schedule)) == []


@pytest.mark.parametrize(
    "schedule",
    [
        *("", "* * * *", "* * * * * *", "*  * * * *", " * * * * *", "@hourly", "* * * * *\n"),
        *("60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * 0 *"),
        *("* * * * 7", "* * * * sunday", "* * * mon *", "jan * * * *", "-1 * * * *", "1- * * * *"),
        *("*/0 * * * *", "*/100 * * * *", "1,,2 * * * *", "1, * * * *", "? * * * *", "*-5 * * * *"),
        *("TZ=UTC * * * * *", "1--5 * * * *", "1-5-7 * * * *", "٣ * * * *", "* * * ſep *"),
    ],
)
def test_these_are_no_schedules(schedule: str) -> None:
    assert not is_taken(schedule)


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("0 22-6 * * *", "22-6 goes backwards"),
        ("0 9 * * fri-MON", "fri-MON goes backwards; Sunday is the first day, 0"),
        ("0 9 * nov-feb *", "nov-feb goes backwards"),
        ("0 9 1,20-10/2 * *", "20-10 goes backwards"),
        ("0 0 31 2 *", "no month of 2 has a day 31, so it never comes"),
        ("0 0 30-31 feb *", "no month of feb has a day 30-31, so it never comes"),
        ("0 0 31 4,6,9-11/2 *", "no month of 4,6,9-11/2 has a day 31, so it never comes"),
    ],
)
def test_these_are_schedules_that_cannot_be_meant(schedule: str, why: str) -> None:
    assert is_taken(schedule)
    assert list(mistakes(schedule)) == [why]


def test_values_are_those_of_lists_ranges_and_steps() -> None:
    minute, _, day, month, _ = FIELDS
    assert values(minute, "*/20,5,50-52") == {0, 5, 20, 40, 50, 51, 52}
    assert values(day, "25/3") == {25, 28, 31}
    assert values(month, "Jan-mar/2,DEC") == {1, 3, 12}
