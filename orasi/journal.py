"""The passes of a run, and what is told of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from rich.text import Text

from orasi.account import account
from orasi.cluster.api import Clock, Pass
from orasi.cluster.loop.metacontroller import Metacontroller
from orasi.trace import Trace


class Journal:
    """The loop, whose passes are told about: each before anybody gets it."""

    def __init__(
        self,
        trace: Trace,
        loop: Metacontroller,
        clock: Clock,
        tell: Callable[[Sequence[Text]], None],
    ) -> None:
        self._trace = trace
        self._loop = loop
        self._clock = clock
        self._tell = tell
        self._errors: Mapping[str, str] = {}

    def settle(self) -> Iterator[Pass]:
        """The passes of one round, as `Metacontroller.settle` makes them."""
        self._trace.begin()
        before = self._clock.now()
        for number, done in enumerate(self._loop.settle(), 1):
            happened, now = self._trace.after(done), self._clock.now()
            # A cluster of others is looked at again and again: what is old is not told again.
            if happened or done.errors.items() - self._errors.items():
                later = now - before if number > 1 else 0.0
                self._tell(account(number, later, happened, done.errors))
                before = now
            self._errors = done.errors
            yield done
