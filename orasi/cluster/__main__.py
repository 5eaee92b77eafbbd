"""`python -m orasi.cluster`: Metacontroller's loop as a process, beside a real API server."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import get_args

from lightkube.core.exceptions import ConfigError

from orasi.cluster.api import CONTROLLER_KINDS, ApiError, Pass, RealClock
from orasi.cluster.loop.metacontroller import ApplyStrategy, Metacontroller
from orasi.cluster.loop.webhook import HttpWebhook
from orasi.cluster.watching import Watching

_API_SERVER = "API server"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        cluster = Watching(options.kubeconfig)
    except ConfigError as error:
        parser.error(str(error))
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    engine = Metacontroller(
        cluster,
        HttpWebhook(options.hooks),
        RealClock(),
        apply_strategy=options.apply_strategy,
    )
    run(engine, stopped, interval=options.interval)
    return 0


def run(engine: Metacontroller, stopped: Event, *, interval: float) -> None:
    """Make a pass every *interval* seconds until *stopped*, and say what each one did."""
    said: dict[str, str] = {}
    while not stopped.is_set():
        try:
            done = engine.run_pass()
        except ApiError as error:
            done = Pass(0, errors={_API_SERVER: str(error)})
        for write in done.writes:
            print(write, flush=True)
        said = {what: why for what, why in said.items() if not _is_over(what, done)}
        for what, why in done.errors.items():
            if said.get(what) != why:
                print(f"error: {what}: {why}", flush=True)
        said |= done.errors
        stopped.wait(interval)


def _is_over(what: str, done: Pass) -> bool:
    """Whether an earlier error is history. A parent's is in no pass between two attempts."""
    kind, _, name = what.partition(" ")
    in_every_pass = what == _API_SERVER or kind in CONTROLLER_KINDS
    return what not in done.errors and (in_every_pass or name in {c.parent for c in done.calls})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m orasi.cluster", description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, required=True, help="the API server to work on")
    parser.add_argument(
        "--hooks", metavar="URL", help="where the hook server listens, e.g. http://127.0.0.1:8080"
    )
    parser.add_argument(
        "--apply-strategy", choices=get_args(ApplyStrategy), default="dynamic-apply"
    )
    parser.add_argument(
        "--interval", type=float, default=0.2, metavar="SECONDS", help="pause between two passes"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
