"""A network of our own: port 53 is ours there, and whoever resolves a name asks us.

Some programs can be told neither which name server to ask nor at which port.
"""

import fcntl
import json
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.collector.ports import LOOPBACK
from tests.environment import ENVIRONMENT
from tests.telemetry.pods import NAMESPACE

ROOT = Path(__file__).parents[2]
SECONDS = 240  # more than all that is waited for
NAME_SERVER_PORT = 53
RESOLVER = Path("/etc/resolv.conf")
# As pods have it.
SETTINGS = f"""nameserver {LOOPBACK}
search {NAMESPACE}.svc.cluster.local svc.cluster.local cluster.local
options ndots:5
"""
# The first two let ordinary users do it, unless the machine is set to keep them from it.
UNSHARED = ("unshare", "--user", "--map-root-user", "--mount", "--net")
LOOPBACK_UP = struct.pack("16sh14x", b"lo", 1)  # struct ifreq with IFF_UP
SIOCSIFFLAGS = 0x8914


class NetworkForbidden(Exception):
    """No network can be made here. `str()` says why."""


class Network:
    """Where Python modules can be run that find names as pods do."""

    def __init__(self, folder: Path) -> None:
        """Raises NetworkForbidden."""
        file = folder / RESOLVER.name
        file.write_text(SETTINGS)
        shell = 'mount --bind "$0" "$1" && shift && exec "$@"'
        self._command = [*UNSHARED, "sh", "-c", shell, str(file), str(RESOLVER)]
        if shutil.which(UNSHARED[0]) is None:
            raise NetworkForbidden("no namespaces can be made here: there is no program unshare")
        tried = self._run("true")
        if tried.returncode != 0:
            raise NetworkForbidden(f"no namespaces may be made here: {tried.stderr.strip()}")

    def printed(self, module: ModuleType, *arguments: str | Path) -> Any:
        """The JSON that *module*, which begins with `loopback_up`, prints as a program."""
        done = self._run(sys.executable, "-m", module.__name__, *map(str, arguments))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def _run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*self._command, *command],
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
            cwd=ROOT,
            timeout=SECONDS,
            check=False,
        )


def loopback_up() -> None:
    """As `ip link set lo up` does it, which is not everywhere."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, LOOPBACK_UP)
