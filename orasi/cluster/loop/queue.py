"""Who is to be synced, now or later: client-go's delaying, rate limited work queue."""

from collections.abc import Collection
from dataclasses import dataclass

from orasi.cluster.loop.snapshot import Key

FIRST_RETRY, LAST_RETRY = 0.005, 1000.0  # seconds; doubled after each failure in a row
BURST, PER_SECOND = 100, 10.0  # of retries of all items together


@dataclass
class _Later:
    at: float
    again: bool  # because the last sync failed, or was put off


class Queue:
    """All times are seconds of the clock."""

    def __init__(self) -> None:
        self._ready: set[Key] = set()
        self._later: dict[Key, _Later] = {}
        self._failures: dict[Key, int] = {}
        self._tokens, self._filled_at = float(BURST), 0.0

    def __bool__(self) -> bool:
        """Whether anything is to be synced now."""
        return bool(self._ready)

    def add(self, keys: Collection[Key]) -> None:
        self._ready |= set(keys)

    def ready(self, now: float) -> list[Key]:
        """What is to be synced, in order; each stays until it is `done`."""
        for key in [key for key, later in self._later.items() if later.at <= now]:
            del self._later[key]
            self._ready.add(key)
        return sorted(self._ready)

    def done(self, key: Key) -> None:
        self._ready.discard(key)

    def add_after(self, key: Key, seconds: float, now: float, *, again: bool = False) -> None:
        """An item waits only once: what is due earlier takes the place of what was due later."""
        waiting = self._later.get(key)
        if waiting is None or now + seconds < waiting.at:
            self._later[key] = _Later(now + seconds, again)
        else:
            waiting.again |= again

    def add_rate_limited(self, key: Key, now: float) -> None:
        """After a failure: the more of them in a row, the later."""
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        own = min(FIRST_RETRY * 2 ** min(failures, 20), LAST_RETRY)
        self.add_after(key, max(own, self._shared_delay(now)), now, again=True)

    def forget(self, key: Key) -> None:
        """After a success. What waits still comes, as it does in client-go."""
        self._failures.pop(key, None)
        if key in self._later:
            self._later[key].again = False

    def has_failed(self, key: Key) -> bool:
        return key in self._failures

    def next_retry(self) -> float | None:
        """When the first of those is due whose last sync failed, or was put off."""
        return min((later.at for later in self._later.values() if later.again), default=None)

    def next_due(self) -> float | None:
        return min((later.at for later in self._later.values()), default=None)

    def _shared_delay(self, now: float) -> float:
        """A bucket of tokens that is refilled all the time, and can be in debt."""
        refilled = self._tokens + (now - self._filled_at) * PER_SECOND
        self._tokens, self._filled_at = min(float(BURST), refilled) - 1, now
        return max(0.0, -self._tokens / PER_SECOND)
