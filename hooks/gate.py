"""Whether a call may be answered now: the server's life, its load, and the caller's version."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore

from hooks.errors import HookError, MalformedRequest, TryLater, WrongVersion
from hooks.settings import Settings

# Long enough for another replica to be ready, short enough that nobody waits for it.
RETRY_SECONDS = 2
# Longer than Metacontroller's longest pause between two calls, which is 1000 s.
FORGET_SECONDS = 3600
# As many other versions are remembered; more than two have no reason to be there.
MOST_STRANGERS = 16

VERSION = re.compile(r"[-+.0-9A-Za-z]{1,64}")


@dataclass(frozen=True)
class Stranger:
    """Controllers of another version: since when they call, and when they last did."""

    since: float  # seconds, by the clock
    last: float


class Gate:
    """Where a call is sent away before it is read. The one piece of state in the server."""

    def __init__(self, version: str, settings: Settings, clock: Callable[[], float]) -> None:
        self.version = version
        self.draining = False
        self._clock = clock
        self._grace = settings.version_grace_seconds
        self._strangers: dict[str, Stranger] = {}  # by version, the latest call last
        self._doors = BoundedSemaphore(settings.doors)
        self._places = BoundedSemaphore(settings.concurrency)

    def drain(self) -> None:
        """From now on the server is not ready, and calls are sent to other replicas."""
        self.draining = True

    def refusal(self, version: str | None) -> HookError | None:
        """Why a call of controllers of *version* (None: the caller does not say) may not come.

        TryLater while draining, and for another version at first; WrongVersion once that has
        lasted longer than an upgrade takes; MalformedRequest for what is no version.
        """
        if self.draining:
            return TryLater(
                "Draining", "This server is stopping; another one answers.", RETRY_SECONDS
            )
        if version is None or version == self.version:
            return None
        if not VERSION.fullmatch(version):
            return MalformedRequest(
                "version in the URL is none: letters, digits and .+- are allowed, up to 64 of them."
            )
        versions = (
            f"The controllers are of version {version}, this hook server is of version "
            f"{self.version}"
        )
        if self._patience(version) > 0:
            return TryLater("OtherVersion", f"{versions}: an upgrade is under way.", RETRY_SECONDS)
        return WrongVersion(
            f"{versions}: run `kubectl rollout status --namespace orasi "
            "deployment/orasi-controller` to see whether its upgrade hangs, then `kubectl apply "
            "-k manifests` and `kubectl apply -k metacontroller/controllers` of one release."
        )

    def _patience(self, version: str) -> float:
        """Seconds left of the grace for *version*, which begins anew after a long silence.

        Threads may lose each other's note of a call; that makes the grace no shorter than it is.
        """
        now = self._clock()
        recent = [
            (other, stranger)
            for other, stranger in self._strangers.items()
            if now - stranger.last <= FORGET_SECONDS
        ]
        since = dict(recent).get(version, Stranger(now, now)).since
        others = [each for each in recent if each[0] != version]
        self._strangers = {**dict(others[1 - MOST_STRANGERS :]), version: Stranger(since, now)}
        return since + self._grace - now

    @contextmanager
    def door(self, sent_away: Callable[[], None]) -> Iterator[None]:
        """Leave to come in and be read, which some do slowly. Raises TryLater after *sent_away*."""
        with taken(self._doors, sent_away):
            yield

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place to work on a call. Raises TryLater if all are taken."""
        with taken(self._places):
            yield


@contextmanager
def taken(places: BoundedSemaphore, sent_away: Callable[[], None] = lambda: None) -> Iterator[None]:
    if not places.acquire(blocking=False):
        sent_away()
        raise TryLater("Busy", "This server answers as many calls as it can.", RETRY_SECONDS)
    try:
        yield
    finally:
        places.release()
