"""When a CronJob is due: cron's five fields or a word for them, read in UTC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from hooks.kinds.connector.schedule import FIELDS, Field, values

WORDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
YEARS = 5  # after which the real one gives up, too
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Schedule:
    """The numbers that each field allows."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    either: bool
    """Whether a day of the month and a weekday are named, of which one is enough."""

    def after(self, moment: float) -> float | None:
        """The first time later than *moment*, if there is any in the next years."""
        start = datetime.fromtimestamp(moment, UTC).replace(second=0, microsecond=0)
        start += timedelta(minutes=1)
        for day in self._days(start.date()):
            for found in self._times(day):
                if found >= start:
                    return found.timestamp()
        return None

    def latest(self, moment: float) -> float:
        """The last time that is no later than *moment*: there must be one."""
        end = datetime.fromtimestamp(moment, UTC)
        day = end.date()
        while True:
            times = [each for each in self._times(day) if each <= end] if self._has(day) else []
            if times:
                return times[-1].timestamp()
            day -= ONE_DAY

    def _days(self, day: date) -> Iterator[date]:
        last = day.year + YEARS
        while day.year <= last:
            if day.month not in self.months:
                day = (day.replace(day=1) + 31 * ONE_DAY).replace(day=1)
                continue
            if self._has(day):
                yield day
            day += ONE_DAY

    def _has(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        named = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return any(named) if self.either else all(named)

    def _times(self, day: date) -> Iterator[datetime]:
        for hour in self.hours:
            for minute in self.minutes:
                yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@lru_cache
def schedule(text: str) -> Schedule | None:
    """None if it cannot be read: the real API server would not have let it in."""
    fields = WORDS.get(text, text).replace("?", "*").split()
    try:
        minutes, hours, days, months, weekdays = (
            _numbers(field, text) for field, text in zip(FIELDS, fields, strict=True)
        )
    except ValueError:
        return None
    either = not any(_is_any(each) for each in (fields[2], fields[4]))
    return Schedule(minutes, hours, days, months, weekdays, either)


def _numbers(field: Field, text: str) -> tuple[int, ...]:
    """Raises ValueError."""
    found = tuple(sorted(values(field, text)))
    if not found or not field.first <= found[0] <= found[-1] <= field.last:
        raise ValueError(f"{text} is out of range")
    return found


def _is_any(field: str) -> bool:
    """A star that steps is none, as in Go's parser."""
    return any(item in ("*", "*/1") for item in field.split(","))
