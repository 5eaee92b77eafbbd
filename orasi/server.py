"""The hook server as a child process, started as in production."""

import atexit
import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import requests

from orasi.command import Failed, release_signals, signals_held

ROOT = Path(__file__).parent.parent
START_SECONDS = 30
STOP_SECONDS = 5

# Nobody else calls it, so it has nothing to send away before it stops.
ENVIRONMENT = {
    "ORASI_DRAIN_SECONDS": "0",
    "ORASI_STOP_SECONDS": "1",
    "ORASI_LOG_FORMAT": "text",
}

LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
SIGNAL_AT_PARENTS_DEATH = 1  # an option of prctl(2)


class HookServer:
    """gunicorn on a loopback port of its own. Its log is deleted at the end unless *keep_log*."""

    def __init__(self, port: int | None) -> None:
        """*port* is None for any that is free."""
        self._port = port or 0
        self._child: subprocess.Popen[bytes] | None = None
        self.log = Path()
        self.keep_log = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Returns at once; calls wait until it is ready. Raises Failed if the port is busy."""
        # Should an interrupt come in the way of the regular stop.
        atexit.register(self.stop)
        # gunicorn inherits the listening socket: nobody can take the port in between, a busy one
        # is known at once, and if gunicorn ends, whoever waits for an answer is told.
        with self._listener() as listener, signals_held():
            descriptor, name = tempfile.mkstemp(prefix="orasi-hooks-", suffix=".log")
            self.log = Path(name)
            with open(descriptor, "wb") as output:
                self._child = subprocess.Popen(  # noqa: S603  # our own interpreter
                    [
                        *(sys.executable, "-m", "gunicorn", "-c", "hooks/gunicorn.conf.py"),
                        *("-b", f"fd://{listener.fileno()}", "hooks.app:create_app()"),
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **ENVIRONMENT},
                    cwd=ROOT,
                    pass_fds=(listener.fileno(),),
                    preexec_fn=_end_with_us,  # no thread runs yet
                )

    def wait_until_ready(self) -> None:
        """Raises Failed, with the end of its log."""
        try:
            session = requests.Session()
            session.trust_env = False  # a proxy would not know this port
            with session:
                session.get(f"{self.url}/readyz", timeout=START_SECONDS).raise_for_status()
        except requests.RequestException as error:
            raise self.failure("did not start") from error

    def failure(self, what: str) -> Failed:
        lines = self.log.read_text(errors="replace").splitlines()[-12:]
        end = "\n".join(f"  {line}" for line in lines)
        return Failed(f"the hook server {what}; the end of its log:\n{end}")

    def stop(self) -> None:
        """Returns when it is gone. Does nothing if it was never started."""
        if self._child is None:
            return
        with signals_held():
            self._child.terminate()
            try:
                self._child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
            self._child = None
            if not self.keep_log:
                self.log.unlink(missing_ok=True)

    def _listener(self) -> socket.socket:
        try:
            listener = socket.create_server(("127.0.0.1", self._port), backlog=2048)
        except OSError as error:
            raise Failed(
                f"port {self._port} cannot be used ({os.strerror(error.errno or 0)}): stop what "
                "listens there, choose another with --port, or leave --port out for a free one"
            ) from error
        self._port = listener.getsockname()[1]
        return listener


def _end_with_us() -> None:
    """In the child: a parent that is killed cannot end it, but Linux can."""
    release_signals()
    if LIBC is not None:
        LIBC.prctl(SIGNAL_AT_PARENTS_DEATH, signal.SIGTERM)
