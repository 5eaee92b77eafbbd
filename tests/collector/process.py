"""A real collector as a process."""

import json
import re
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import requests
import yaml

from tests.cluster.controlplane import ATTEMPTS, PORT_TAKEN
from tests.cluster.process import Account, Process, ProcessFailed
from tests.collector.ports import LOOPBACK, Configuration, FreePorts, health_port, moved

START_SECONDS = 30


class Collector:
    """A running collector, healthy once it is made. It listens on free ports of loopback only."""

    def __init__(
        self,
        binary: Path,
        configuration: str,
        folder: Path,
        *,
        overrides: Configuration | None = None,
        environment: Mapping[str, str] | None = None,
        name: str = "collector",
        account: Account | None = None,
    ) -> None:
        """*overrides* are laid over *configuration*, *environment* over ours.

        Its files are in *folder*, called *name*. Raises ProcessFailed if it does not get healthy.
        """
        self._binary = binary
        self._configuration: Configuration = yaml.safe_load(configuration)
        self._overrides = overrides or {}
        self._environment = environment
        self._account = account
        self._file = folder / f"{name}.yaml"
        self._file.write_text(configuration)
        for attempt in range(1, ATTEMPTS + 1):
            self._stack = ExitStack()
            try:
                self._start()
                return
            except BaseException as failure:
                self.stop()
                port_taken = isinstance(failure, ProcessFailed) and PORT_TAKEN in str(failure)
                if attempt == ATTEMPTS or not port_taken:
                    raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def wait_until_at_rest(self) -> None:
        """One that is stopped sooner may end at once: it is healthy before it asks for signals."""
        self._process.wait_until(self._process.at_rest, START_SECONDS)

    def stop(self) -> None:
        """Ask it to end, as the kubelet does; returns when it is gone, its queues drained."""
        self._stack.close()

    def kill(self) -> None:
        """End it at once, as a node that loses power would."""
        self._process.kill()
        self.stop()

    @property
    def most_memory(self) -> int:
        """Bytes that were resident at most, those of its program included; while it runs."""
        return self._bytes("VmHWM")

    @property
    def own_memory(self) -> int:
        """Bytes that nobody could take from it now, which is what a limit is about."""
        return self._bytes("RssAnon")

    def _bytes(self, field: str) -> int:
        found = re.search(rf"^{field}:\s+(\d+) kB$", self._process.status(), re.M)
        assert found is not None
        return int(found[1]) * 1024

    @property
    def cpu_seconds(self) -> float:
        return self._process.cpu_seconds()

    def port(self, configured: int) -> int:
        """Where it really listens, for a port of its configuration."""
        return self._ports[configured]

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.exit_code

    def log(self) -> list[dict[str, Any]]:
        """What it has logged as JSON: `level`, `msg` and what belongs to them."""
        lines = self._process.log_text().split("\n")  # not at what a text holds, U+2028 for one
        return [json.loads(line) for line in lines if line.startswith("{")]

    def _start(self) -> None:
        self._ports = FreePorts()
        overrides = (moved(self._configuration, self._ports), self._overrides)
        # A character that JSON would escape as two halves is not one to a reader of YAML.
        texts = (json.dumps(each, ensure_ascii=False) for each in overrides)
        locations = [str(self._file), *(f"yaml:{text}" for text in texts)]
        log = self._file.with_suffix(".log")
        log.unlink(missing_ok=True)  # or the end of a failed attempt would be read as this one's
        self._process = Process(
            [self._binary, *(f"--config={location}" for location in locations)],
            log=log,
            environment=self._environment,
            account=self._account,
        )
        self._stack.callback(self._process.stop)
        self._process.wait_until(self._healthy, START_SECONDS)

    def _healthy(self) -> bool:
        port = self.port(health_port(self._configuration))
        try:
            return requests.get(f"http://{LOOPBACK}:{port}/", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False
