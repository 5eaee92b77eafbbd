"""A child process of ours: its log, its end, and its end when we are killed ourselves."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.cluster import reaper
from tests.environment import ENVIRONMENT

POLL_SECONDS = 0.1


class ProcessFailed(Exception):
    """A process ended too early, or did not become ready in time. `str()` holds its last lines."""


@dataclass(frozen=True)
class Account:
    """Who a program runs as; only root can have it run as somebody else."""

    user: int
    group: int
    groups: tuple[int, ...]  # beside that one


class _Reaper:
    """The watcher of all children, started with the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watcher: subprocess.Popen[str] | None = None

    def tell(self, verb: str, group: int) -> None:
        with self._lock:
            if self._watcher is None:
                self._watcher = subprocess.Popen(
                    [sys.executable, reaper.__file__],
                    stdin=subprocess.PIPE,
                    start_new_session=True,  # Ctrl-C is for us, not for it
                    text=True,
                )
            assert self._watcher.stdin is not None
            self._watcher.stdin.write(f"{verb} {group}\n")
            self._watcher.stdin.flush()


_REAPER = _Reaper()


class Process:
    """A running program, the leader of its own process group. Its output is appended to *log*."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        account: Account | None = None,
    ) -> None:
        """*environment* is laid over ours; *folder* is the working directory."""
        self.log = log
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**ENVIRONMENT, **(environment or {})},
                cwd=folder,
                start_new_session=True,
                user=account.user if account else None,
                group=account.group if account else None,
                extra_groups=account.groups if account else None,
            )
        _REAPER.tell("add", self._child.pid)

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    @property
    def exit_code(self) -> int | None:
        """None while it runs; the signal's negative number if one has ended it."""
        return self._child.poll()

    def status(self) -> str:
        """What Linux says of it, while it runs: memory among the rest."""
        return Path(f"/proc/{self._child.pid}/status").read_text()

    def at_rest(self) -> bool:
        """Whether all of its threads sleep; while it runs."""
        threads = Path(f"/proc/{self._child.pid}/task").glob("*/stat")
        return all(_state(thread) in ("S", "") for thread in threads)

    def cpu_seconds(self) -> float:
        """What it has used so far, while it runs."""
        fields = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def log_text(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Raises ProcessFailed if it ends, or is not *ready* within *seconds*."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise self._failure(f"ended with code {self._child.returncode}")
            if time.monotonic() > deadline:
                raise self._failure(f"was not ready within {seconds:g} s")
            time.sleep(POLL_SECONDS)

    def stop(self, grace_seconds: float = 20) -> None:
        """Ask it to end, insist after *grace_seconds*, and return when all of its group is gone."""
        self._child.terminate()
        try:
            self._child.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        else:
            self._end_group()

    def kill(self) -> None:
        """End it at once, as a node that loses power would."""
        self._child.kill()
        self._child.wait()
        self._end_group()

    def _end_group(self) -> None:
        reaper.signal_group(self._child.pid, signal.SIGKILL)
        _REAPER.tell("drop", self._child.pid)

    def _failure(self, what: str) -> ProcessFailed:
        last = "\n".join(self.log_text().splitlines()[-20:])
        return ProcessFailed(f"{self.log.stem} {what}; the end of {self.log}:\n{last}")


def _state(thread: Path) -> str:
    """The letter of proc(5): S for one that sleeps and can be woken; "" once it has gone."""
    try:
        return thread.read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
