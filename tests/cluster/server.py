"""The hook server as a process, started as in production."""

import sys
from collections.abc import Mapping
from pathlib import Path

import requests

from tests.cluster.controlplane import free_ports
from tests.cluster.process import Process

ROOT = Path(__file__).parents[2]
APP = "hooks.app:create_app()"
# Our engines are alone with it, so nothing has to be sent away before it stops.
ENVIRONMENT = {"ORASI_DRAIN_SECONDS": "0"}


class HookServer:
    """gunicorn on a port of its own, which stays the same over restarts."""

    def __init__(self, log: Path, port: int | None = None) -> None:
        self._log = log
        self._process: Process | None = None
        self._is_usual = False
        self.port = port or free_ports(1)[0]

    def replica(self) -> "HookServer":
        """Another one at the same address, if both are started to share it."""
        return HookServer(self._log.with_stem(f"{self._log.stem}-replica"), self.port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, environment: Mapping[str, str] | None = None, app: str = APP) -> None:
        """Returns when it is ready. *environment* is laid over the usual one."""
        self._is_usual = not environment and app == APP
        command = [sys.executable, "-m", "gunicorn", "-c", "hooks/gunicorn.conf.py"]
        self._process = Process(
            [*command, "-b", f"127.0.0.1:{self.port}", app],
            log=self._log,
            environment={**ENVIRONMENT, **(environment or {})},
            folder=ROOT,
        )
        self._process.wait_until(self.ready, seconds=30)

    def ready(self) -> bool:
        """Whether it would take hook calls now."""
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).ok
        except requests.ConnectionError:
            return False

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.running

    def stop(self) -> None:
        """As a rollout stops it. Does nothing if it does not run."""
        if self._process:
            self._process.stop()
            self._process = None

    def kill(self) -> None:
        """As the loss of its node would."""
        assert self._process is not None
        self._process.kill()
        self._process = None

    def restart(self, environment: Mapping[str, str] | None = None, app: str = APP) -> None:
        self.stop()
        self.start(environment, app)

    def restore(self) -> None:
        """Have it run as usual, if that is not so."""
        if not (self.running and self._is_usual):
            self.restart()

    def log_text(self) -> str:
        return self._log.read_text(errors="replace")
