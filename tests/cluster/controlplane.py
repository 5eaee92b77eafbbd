"""A real control plane on loopback: etcd, the three Kubernetes programs, and KWOK's nodes."""

import json
import re
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tests.cluster.audit import AuditLog
from tests.cluster.client import Client
from tests.cluster.credentials import Credentials
from tests.cluster.process import Process, ProcessFailed
from tests.cluster.volumes import volumes
from tests.environment import ENVIRONMENT
from tests.scenarios.world import condition

HERE = Path(__file__).parent
ATTEMPTS = 3  # a free port may be taken by somebody else before we use it
KUBECTL_SECONDS = 180
AUDIT = "audit.log"
PANIC = re.compile(r"\bpanic(king)?:|[Oo]bserved a panic|^fatal error:")
PORT_TAKEN = "address already in use"
MEMORY_FOR_TIME = {"GOGC": "400"}  # a sixth less of a program's CPU: of memory there is enough
TOKEN_DURATION = "720h"  # noqa: S105 - longer than anybody leaves `make cluster` running


class KubectlFailed(Exception):
    """kubectl ended with an error. `str()` is what it said."""


class ControlPlane:
    """A running control plane. Its files and logs are all in one folder."""

    def __init__(
        self,
        programs: Mapping[str, Path],
        folder: Path,
        *,
        prepare: Callable[["ControlPlane"], None] = lambda _: None,
        has_controllers: bool = True,
    ) -> None:
        """Starts it and waits until it is ready. Raises ProcessFailed, and what *prepare* raises.

        Kinds that *prepare* installs are there before the controllers, so that quotas count them
        from the start: those that come later are counted after up to five minutes.
        Without controllers nothing happens in it but what a client asks for.
        """
        self.folder = folder
        self._prepare = prepare
        self._has_controllers = has_controllers
        self._programs = programs
        for attempt in range(1, ATTEMPTS + 1):
            self._processes = ExitStack()
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

    def stop(self) -> None:
        """Returns when every process is gone."""
        self._processes.close()

    def kubectl(self, *arguments: str, stdin: str | None = None, folder: Path | None = None) -> str:
        """What kubectl prints, as cluster administrator, run in *folder*. Raises KubectlFailed."""
        result = subprocess.run(
            [self._programs["kubectl"], *arguments],
            input=stdin,
            env={
                **ENVIRONMENT,
                **MEMORY_FOR_TIME,
                "KUBECONFIG": str(self.kubeconfig),
                "KUBECACHEDIR": str(self._cache),
            },
            capture_output=True,
            text=True,
            timeout=KUBECTL_SECONDS,
            cwd=folder,
            check=False,
        )
        if result.returncode:
            raise KubectlFailed(result.stderr.strip())
        return result.stdout

    def service_account_kubeconfig(self, namespace: str, name: str) -> Path:
        """A kubeconfig with the rights of a service account, by a token made for it."""
        token = self.kubectl(
            "create", "token", name, f"--namespace={namespace}", f"--duration={TOKEN_DURATION}"
        )
        return self.credentials.token_kubeconfig(f"{namespace}-{name}", token.strip())

    def _start(self) -> None:
        self._cache = self.folder / "kubectl-cache"
        etcd_port, peer_port, api_port, manager_port, scheduler_port = free_ports(5)
        self.credentials = Credentials(self.folder, f"https://127.0.0.1:{api_port}")
        self.kubeconfig = self.credentials.user_kubeconfig("admin", "admin", "system:masters")
        self.audit = AuditLog(self.folder / AUDIT)
        self._start_etcd(etcd_port, peer_port)
        self._start_api_server(api_port, etcd_port)
        self.client = Client(f"https://127.0.0.1:{api_port}", self.credentials)
        self._prepare(self)
        if self._has_controllers:
            self._start_controllers(manager_port, scheduler_port)

    def _start_controllers(self, manager_port: int, scheduler_port: int) -> None:
        manager = self._start_controller_manager(manager_port)
        scheduler = self._start_scheduler(scheduler_port)
        self._start_nodes()
        manager.wait_until(lambda: listening(manager_port), seconds=60)
        scheduler.wait_until(lambda: listening(scheduler_port), seconds=60)

    def _run(self, name: str, *flags: str) -> Process:
        process = Process(
            [self._programs[name], *flags],
            log=self.folder / f"{name}.log",
            environment=MEMORY_FOR_TIME,
            folder=self.folder,
        )
        self._processes.callback(process.stop)
        return process

    def _start_etcd(self, port: int, peer_port: int) -> None:
        client, peer = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer_port}"
        self._run(
            "etcd",
            f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--unsafe-no-fsync",  # no test here cuts the power
        ).wait_until(lambda: listening(port), seconds=60)

    def _start_api_server(self, port: int, etcd_port: int) -> None:
        certificate, key = self.credentials.issue("kube-apiserver", "127.0.0.1", "localhost")
        _, self._token_key = self.credentials.issue("service-accounts")
        server = self._run(
            "kube-apiserver",
            f"--etcd-servers=http://127.0.0.1:{etcd_port}",
            "--bind-address=127.0.0.1",
            f"--secure-port={port}",
            f"--tls-cert-file={certificate}",
            f"--tls-private-key-file={key}",
            f"--client-ca-file={self.credentials.authority}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self._token_key}",
            f"--service-account-signing-key-file={self._token_key}",
            "--authorization-mode=Node,RBAC",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true",
            "--endpoint-reconciler-type=none",
            "--profiling=false",
            f"--audit-policy-file={HERE / 'audit-policy.yaml'}",
            f"--audit-log-path={self.audit.path}",
            "--audit-log-maxsize=10000",  # MB; the default would start a new file after 100
        )
        server.wait_until(self._ready, seconds=60)

    def _ready(self) -> bool:
        try:
            return self.kubectl("get", "--raw=/readyz") == "ok"
        except KubectlFailed:
            return False

    def _start_controller_manager(self, port: int) -> Process:
        kubeconfig = self.credentials.user_kubeconfig(
            "kube-controller-manager", "system:kube-controller-manager"
        )
        return self._run(
            "kube-controller-manager",
            f"--kubeconfig={kubeconfig}",
            f"--authentication-kubeconfig={kubeconfig}",
            f"--authorization-kubeconfig={kubeconfig}",
            f"--service-account-private-key-file={self._token_key}",
            f"--root-ca-file={self.credentials.authority}",
            f"--cluster-signing-cert-file={self.credentials.authority}",
            f"--cluster-signing-key-file={self.credentials.authority_key}",
            "--horizontal-pod-autoscaler-sync-period=1s",  # the default would be a quarter minute
            "--use-service-account-credentials=true",
            "--leader-elect=false",
            "--kube-api-qps=500",
            "--kube-api-burst=1000",
            "--bind-address=127.0.0.1",
            f"--secure-port={port}",
        )

    def _start_scheduler(self, port: int) -> Process:
        kubeconfig = self.credentials.user_kubeconfig("kube-scheduler", "system:kube-scheduler")
        return self._run(
            "kube-scheduler",
            f"--kubeconfig={kubeconfig}",
            f"--authentication-kubeconfig={kubeconfig}",
            f"--authorization-kubeconfig={kubeconfig}",
            "--leader-elect=false",
            "--kube-api-qps=500",
            "--kube-api-burst=1000",
            "--bind-address=127.0.0.1",
            f"--secure-port={port}",
        )

    def _start_nodes(self) -> None:
        self.kubectl("create", f"--filename={HERE / 'nodes.yaml'}")
        self.kubectl("create", "--filename=-", stdin=json.dumps(volumes()))
        kubeconfig = self.credentials.user_kubeconfig("kwok", "kwok", "system:masters")
        self._run(
            "kwok",
            f"--kubeconfig={kubeconfig}",
            f"--config={self._programs['stages.yaml']}",
            f"--config={HERE / 'pod-delete.yaml'}",
            "--manage-all-nodes=true",
            "--node-lease-duration-seconds=40",
            "--cidr=10.0.0.0/16",
        ).wait_until(self._nodes_ready, seconds=60)

    def _nodes_ready(self) -> bool:
        nodes = self.client.list("Node")
        return all(condition(node).get("status") == "True" for node in nodes)


def panics(folder: Path) -> Iterator[str]:
    """Lines of programs' logs that tell of one: of other errors they live, and log many."""
    for log in sorted(folder.glob("*.log")):
        for line in log.read_text(errors="replace").splitlines() if log.name != AUDIT else ():
            if PANIC.search(line):
                yield f"{log.name}: {line}"


def free_ports(count: int) -> list[int]:
    """Ports on loopback that were free a moment ago, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def listening(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
