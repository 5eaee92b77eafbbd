"""Where it is shown: a terminal that is drawn anew while passes go on, or plain lines."""

import os
import sys
from collections.abc import Sequence
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from orasi import view
from orasi.state import Item, Round, changed

LONGEST = 100  # lines of a tree that stays on a terminal, where one can scroll


class Screen(Protocol):
    """What people see of a run, as it goes on."""

    def say(self, line: Text) -> None:
        """One line that stays."""

    def complain(self, line: str) -> None:
        """One line to standard error."""

    def show(self, work: Round, before: Sequence[Item], now: Sequence[Item]) -> None:
        """The objects after a pass."""

    def conclude(self, work: Round, news: Sequence[Item], items: Sequence[Item]) -> None:
        """The end of a round: the objects that are *news*, and the sum of all *items*."""

    def close(self) -> None:
        """Leave standard output as it was found."""


class Plain:
    """For pipes, files and logs: what each pass changed, then the tree."""

    def say(self, line: Text) -> None:
        print(line.plain, flush=True)

    def complain(self, line: str) -> None:
        print(f"orasi: {line}", file=sys.stderr, flush=True)

    def show(self, work: Round, before: Sequence[Item], now: Sequence[Item]) -> None:
        for item in changed(before, now):
            self.say(view.progress(work.passes, item))

    def conclude(self, work: Round, news: Sequence[Item], items: Sequence[Item]) -> None:
        lines = view.tree(news, view.PLAIN)
        for line in [Text(), *lines, Text()] if lines else [Text()]:
            self.say(line)
        self.say(view.summary(work, items))

    def close(self) -> None:
        """There is nothing to restore."""


class Terminal:
    """For people: the tree is drawn anew after each pass, and the last one stays."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._live: Live | None = None

    def say(self, line: Text) -> None:
        self._console.print(line)

    def complain(self, line: str) -> None:
        Console(stderr=True, highlight=False, soft_wrap=True).print(Text(f"orasi: {line}", "red"))

    def show(self, work: Round, before: Sequence[Item], now: Sequence[Item]) -> None:
        del before
        lines = view.fitting(now, self._console.height - 2)
        for line in lines:
            line.no_wrap, line.overflow = True, "ellipsis"
        frame = Group(*lines, Spinner("dots", view.counting(work, now)))
        if self._live is None:
            self._live = Live(frame, console=self._console, transient=True)
            self._live.start(refresh=True)
        else:
            self._live.update(frame, refresh=True)

    def conclude(self, work: Round, news: Sequence[Item], items: Sequence[Item]) -> None:
        self.close()
        for line in view.fitting(news, max(LONGEST, self._console.height - 3)):
            self._console.print(line)
        self._console.print(view.summary(work, items))

    def close(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None


def screen() -> Screen:
    """The one that fits standard output."""
    is_terminal = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return Terminal() if is_terminal else Plain()
