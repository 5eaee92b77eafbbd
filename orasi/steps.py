"""Stops between passes, and what people say there on standard input."""

import sys

PROMPT = "Enter: the next pass; c: on to the end; q: end here."


class Steps:
    """Which passes of a round are followed by a stop."""

    def __init__(self, first: int | None) -> None:
        """*first* is the first pass that is, from 1; None: none is."""
        self._first = first
        self._goes_to_the_end = False

    def begin(self) -> None:
        """The next pass is the first of a round."""
        self._goes_to_the_end = False

    def after(self, passes: int) -> bool:
        return self._first is not None and passes >= self._first and not self._goes_to_the_end

    def go_on(self) -> bool:
        """Wait for a line. False: the run is to end here, as it is at the end of the input."""
        line = sys.stdin.buffer.readline() if sys.stdin else b""
        word = line.strip().lower()[:1]
        self._goes_to_the_end = word == b"c"
        return bool(line) and word != b"q"
