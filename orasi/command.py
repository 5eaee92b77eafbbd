"""What a command of `orasi` is, and how one ends early."""

import signal
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Command:
    """One word after `orasi`."""

    name: str
    help: str  # one line, for the list of commands
    description: str  # what it does and an example, as `orasi <name> --help` prints it
    add_arguments: Callable[[ArgumentParser], None]
    main: Callable[[Namespace], int]  # returns the exit code, may raise Failed; loads what it needs


class Failed(Exception):
    """The command cannot go on. `str()` is the one sentence that people read; exit code 1."""


class Interrupted(BaseException):
    """Ctrl-C, or somebody asked the process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number  # as shells report it


def end_on_signals() -> None:
    """Make each of SIGNALS raise Interrupted, once: cleaning up is not interrupted again."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(number)

    for each in SIGNALS:
        signal.signal(each, interrupt)


@contextmanager
def signals_held() -> Iterator[None]:
    """What must not be cut in two: signals that arrive meanwhile are delivered at its end."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        release_signals()


def release_signals() -> None:
    """Also for a child process that was started while they were held."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
