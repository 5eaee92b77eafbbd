"""When a probe runs: cron's five fields, as the CronJob controller reads them.

Its reading is stricter than that of some: Sunday is 0 and never 7, and ranges never wrap around.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Field:
    """One of the five: its numbers as a regular expression, and names for some of them."""

    numbers: str
    first: int
    last: int
    names: tuple[str, ...] = ()  # of its numbers, from the first one on

    @property
    def pattern(self) -> str:
        """A list of values, ranges and steps, such as "1-5,*/10"."""
        value = f"({'|'.join((self.numbers, *map(in_any_case, self.names)))})"
        item = rf"(\*|{value}(-{value})?)(/[1-9][0-9]?)?"
        return f"{item}(,{item})*"

    def number(self, text: str) -> int:
        names = list(self.names)
        return names.index(text.lower()) + self.first if text.lower() in names else int(text)


def in_any_case(word: str) -> str:
    """A flag would do, but not for Go: to that some letters beyond ASCII are an s or a k."""
    return "".join(f"[{letter}{letter.upper()}]" for letter in word)


FIELDS = (
    Field("[0-5]?[0-9]", 0, 59),  # minute
    Field("[01]?[0-9]|2[0-3]", 0, 23),  # hour
    Field("0?[1-9]|[12][0-9]|3[01]", 1, 31),  # day of the month
    Field("0?[1-9]|1[0-2]", 1, 12, MONTHS),
    Field("[0-6]", 0, 6, WEEKDAYS),
)
LONGEST_SCHEDULE = 128
SCHEDULE = f"^{' '.join(field.pattern for field in FIELDS)}$"


def mistakes(schedule: str) -> Iterator[str]:
    """What is wrong with *schedule*, which is of SCHEDULE, beyond what a pattern can say."""
    texts = schedule.split(" ")
    for field, text in zip(FIELDS, texts, strict=True):
        for first, last in re.findall(r"(\w+)-(\w+)", text):
            if field.number(first) > field.number(last):
                hint = "; Sunday is the first day, 0" if field.names == WEEKDAYS else ""
                yield f"{first}-{last} goes backwards{hint}"
                return
    _, _, days, months, weekdays = texts
    longest = max(LONGEST_MONTHS[month - 1] for month in values(FIELDS[3], months))
    # With both, a day is taken that fits one of them.
    if weekdays == "*" and min(values(FIELDS[2], days)) > longest:
        yield f"no month of {months} has a day {days}, so it never comes"


def values(field: Field, text: str) -> set[int]:
    """The numbers that *text*, which is of the field's pattern, stands for."""
    found: set[int] = set()
    for item in text.split(","):
        span, _, step = item.partition("/")
        low, _, high = span.partition("-")
        first = field.first if span == "*" else field.number(low)
        last = field.number(high) if high else field.last if step or span == "*" else first
        found |= set(range(first, last + 1, int(step or 1)))
    return found
