"""`make cluster`: a real control plane on loopback with our controllers, until Ctrl-C."""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from tests.cluster.controlplane import ControlPlane, KubectlFailed
from tests.cluster.engine import ENGINES, STRATEGIES, Engine, missing
from tests.cluster.install import install
from tests.cluster.process import ProcessFailed
from tests.cluster.programs import ProgramsUnavailable, programs
from tests.cluster.server import HookServer

WELCOME = """
A Kubernetes control plane runs on loopback. Its nodes pretend: pods become ready, nothing runs.
  engine       {engine}, {strategy}
  hook server  {hooks}
  logs         {folder}

In another terminal, in this folder:
  export KUBECONFIG={kubeconfig}{path}
  kubectl apply --recursive -f examples/
  kubectl get orasi

Ctrl-C stops everything."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    parser.add_argument(
        "--engine", choices=ENGINES, help="default: metacontroller where there is one"
    )
    parser.add_argument("--apply-strategy", choices=STRATEGIES, default=STRATEGIES[0])
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background has the first ignored
        signal.signal(number, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="orasi-cluster-"))
    try:
        engine = options.engine or ("embedded" if missing("metacontroller") else "metacontroller")
        if reason := missing(engine):
            raise ProgramsUnavailable(reason)
        serve(programs(), engine, options.apply_strategy, folder)
    except KeyboardInterrupt:
        print("Everything has stopped.", flush=True)
    except (ProgramsUnavailable, ProcessFailed, KubectlFailed) as failure:
        print(f"{failure}\nLogs, if any, are in {folder}.", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


def serve(found: Mapping[str, Path], name: str, strategy: str, folder: Path) -> None:
    """Run until interrupted. Raises ProcessFailed if engine or server ends before."""
    with ExitStack() as stack:
        print("Starting …", flush=True)
        control_plane = stack.enter_context(ControlPlane(found, folder, prepare=install))
        server = HookServer(folder / "server.log")
        stack.callback(server.stop)
        server.start()
        engine = Engine(name, strategy, control_plane, server.url, folder / "engine.log")
        stack.callback(engine.stop)
        engine.start()
        kubectl = found["kubectl"].parent
        print(
            WELCOME.format(
                engine="the real Metacontroller"
                if name == "metacontroller"
                else "our embedded loop",
                strategy=strategy,
                hooks=server.url,
                folder=folder,
                kubeconfig=control_plane.kubeconfig,
                path="" if shutil.which("kubectl") else f' PATH="$PATH:{kubectl}"',
            ),
            flush=True,
        )
        while engine.running and server.running:
            time.sleep(1)
        raise ProcessFailed("The engine or the hook server has ended by itself.")


if __name__ == "__main__":
    sys.exit(main())
