"""Whether a call may be answered now: the server's life, its load, and the caller's version."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from hooks.errors import HookError, TryLater, WrongVersion
from hooks.settings import Settings

# Long enough for another replica to be ready, short enough that nobody waits for it.
RETRY_SECONDS = 2


class Gate:
    """Where a call is sent away before it is read. The one piece of state in the server."""

    def __init__(self, version: str, settings: Settings, clock: Callable[[], float]) -> None:
        self.version = version
        self.draining = False
        self._clock = clock
        self._patient_until = clock() + settings.version_grace_seconds
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
            return TryLater("This server is stopping; another one answers.", RETRY_SECONDS)
        if version in (None, self.version):
            return None
        if self._clock() < self._patient_until:
            return TryLater("An upgrade is under way.", RETRY_SECONDS)
        return WrongVersion(
            f"The controllers are of version {version}, the hook server is of version "
            f"{self.version}: run `kubectl apply -k metacontroller/controllers` "
            f"from release {self.version}."
        )

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place to work on a call. Raises TryLater if all are taken."""
        if not self._places.acquire(blocking=False):
            raise TryLater("This server answers as many calls as it can.", RETRY_SECONDS)
        try:
            yield
        finally:
            self._places.release()
