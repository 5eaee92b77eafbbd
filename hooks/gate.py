"""Whether a call may be answered now: the server's life, its load, and the caller's version."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore

from hooks.errors import HookError, TryLater, WrongVersion
from hooks.settings import Settings

# Long enough for another replica to be ready, short enough that nobody waits for it.
RETRY_SECONDS = 2
# Longer than Metacontroller's longest pause between two calls, which is 1000 s.
FORGET_SECONDS = 3600


@dataclass(frozen=True)
class Stranger:
    """Controllers of another version, and since when they call."""

    version: str
    since: float  # seconds, by the clock
    last: float


class Gate:
    """Where a call is sent away before it is read. The one piece of state in the server."""

    def __init__(self, version: str, settings: Settings, clock: Callable[[], float]) -> None:
        self.version = version
        self.draining = False
        self._clock = clock
        self._grace = settings.version_grace_seconds
        self._stranger = Stranger("", 0, 0)
        self._places = BoundedSemaphore(settings.concurrency)

    def drain(self) -> None:
        """From now on the server is not ready, and calls are sent to other replicas."""
        self.draining = True

    def refusal(self, version: str | None) -> HookError | None:
        """Why a call of controllers of *version* (None: the caller does not say) may not come.

        TryLater while draining, and for another version at first; WrongVersion once that has
        lasted longer than an upgrade takes.
        """
        if self.draining:
            return TryLater(
                "Draining", "This server is stopping; another one answers.", RETRY_SECONDS
            )
        if version in (None, self.version):
            return None
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
        now, known = self._clock(), self._stranger
        if known.version != version or now - known.last > FORGET_SECONDS:
            known = Stranger(version, now, now)
        self._stranger = Stranger(version, known.since, now)
        return known.since + self._grace - now

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place to work on a call. Raises TryLater if all are taken."""
        if not self._places.acquire(blocking=False):
            raise TryLater("Busy", "This server answers as many calls as it can.", RETRY_SECONDS)
        try:
            yield
        finally:
            self._places.release()
