"""Until something is so, or it has taken too long."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

Found = TypeVar("Found")

SECONDS = 30
POLL_SECONDS = 0.05


def eventually(what: str, look: Callable[[], Found], seconds: float = SECONDS) -> Found:
    """The first of what *look* finds that is true. Raises TimeoutError, which says *what*."""
    deadline = monotonic() + seconds
    while not (found := look()):
        if monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds} s; at last {found!r}")
        sleep(POLL_SECONDS)
    return found
