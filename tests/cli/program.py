"""`orasi`, or another program of ours, as a process in a process group of its own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0  # seconds until a run that hangs is ended: generous, for a busy machine


def run(
    *words: str | Path, typed: str = "", patience: float = PATIENCE, **environment: str
) -> subprocess.CompletedProcess[str]:
    """One run to its end, as in a pipe. *environment* is laid over ours."""
    return subprocess.run(
        [sys.executable, "-m", "orasi", *words],
        cwd=ROOT,
        env=surroundings(environment),
        input=typed,
        capture_output=True,
        text=True,
        timeout=patience,
    )


class Running:
    """A run that goes on while a test looks at it."""

    def __init__(self, child: "subprocess.Popen[str]") -> None:
        self._child = child

    def until(self, text: str) -> list[str]:
        """The lines that it writes, up to one with *text* in it."""
        assert self._child.stdout is not None
        lines: list[str] = []
        for line in self._child.stdout:
            lines.append(line.rstrip("\n"))
            if text in line:
                return lines
        raise AssertionError(f"it ended without {text!r}: {lines}")

    def signal(self, number: int) -> None:
        self._child.send_signal(number)

    def press_control_c(self) -> None:
        """As in a terminal, which signals the whole group."""
        os.killpg(self._child.pid, signal.SIGINT)

    def end(self) -> tuple[int, str]:
        """Its exit code, once it has ended, and what it wrote to standard error."""
        _, errors = self._child.communicate()
        return self._child.returncode, errors

    @property
    def leaves_nothing(self) -> bool:
        """Whether no process of its group is left, children of children included."""
        try:
            os.killpg(self._child.pid, 0)
        except ProcessLookupError:
            return True
        return False


@contextmanager
def started(
    *words: str | Path, module: str = "orasi", patience: float = PATIENCE
) -> Iterator[Running]:
    child = subprocess.Popen(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=surroundings({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    last_resort = threading.Timer(patience, child.kill)
    last_resort.start()
    with child:
        try:
            yield Running(child)
        finally:
            last_resort.cancel()
            child.terminate()


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ORASI_")}
    return {**ours, **environment}
