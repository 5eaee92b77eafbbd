"""What drives the hooks: our embedded loop, or the real Metacontroller, as a process."""

import sys
from pathlib import Path

import yaml

from tests.cluster import programs
from tests.cluster.controlplane import ControlPlane, free_ports
from tests.cluster.process import Process
from tests.cluster.server import ROOT

ENGINES = ("embedded", "metacontroller")
DEPLOYMENT = "metacontroller/install/deployment.yaml"
STRATEGIES = ("dynamic-apply", "server-side-apply")

ACCOUNT = (
    "metacontroller",
    "metacontroller",
)  # namespace and name, as metacontroller/install has it
USER = "system:serviceaccount:" + ":".join(ACCOUNT)
"""The engine's name in the audit log."""


def missing(engine: str) -> str:
    """Why *engine* cannot run here; "" if it can."""
    if engine == "metacontroller" and programs.metacontroller() is None:
        return "METACONTROLLER_BIN is not set, and there is no metacontroller on PATH"
    return ""


def shipped_flags() -> list[str]:
    """What metacontroller/install starts it with."""
    (container,) = yaml.safe_load((ROOT / DEPLOYMENT).read_text())["spec"]["template"]["spec"][
        "containers"
    ]
    return list(container["args"])


class Engine:
    """One of ENGINES with the rights that we ship, calling the hook server at *hooks*."""

    def __init__(
        self, engine: str, strategy: str, control_plane: ControlPlane, hooks: str, log: Path
    ) -> None:
        self.strategy = strategy
        self._log = log
        self._process: Process | None = None
        kubeconfig = control_plane.service_account_kubeconfig(*ACCOUNT)
        metrics_port, health_port = free_ports(2)
        flags = [f"--kubeconfig={kubeconfig}", f"--apply-strategy={strategy}"]
        self._environment: dict[str, str] = {}
        self._command: list[str | Path]
        if engine == "embedded":
            flags += [f"--hooks={hooks}", "--interval=0.5"]
            self._command = [sys.executable, "-m", "orasi.cluster", *flags]
            return
        program = programs.metacontroller()
        assert program is not None
        self._command = [
            program,
            *shipped_flags(),
            *flags,  # of two with the same name the last counts
            "--discovery-interval=2s",
            f"--metrics-address=127.0.0.1:{metrics_port}",
            f"--health-probe-bind-address=127.0.0.1:{health_port}",
        ]
        # The Service that our webhooks name does not resolve here, so the hook server poses as
        # the proxy to it. Go never asks a proxy for loopback: the API server is called directly.
        self._environment = {"HTTP_PROXY": hooks, "NO_PROXY": "", "HTTPS_PROXY": ""}

    def start(self) -> None:
        self._process = Process(
            self._command, log=self._log, environment=self._environment, folder=ROOT
        )

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.running

    def stop(self) -> None:
        """Does nothing if it does not run."""
        if self._process:
            self._process.stop()
            self._process = None

    def log_text(self) -> str:
        return self._log.read_text(errors="replace")
