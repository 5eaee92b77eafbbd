"""`orasi run`: its arguments. What it does is in `runner.py`."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from orasi.command import Command

STRATEGIES = ("dynamic-apply", "server-side-apply")

DESCRIPTION = """\
Load objects from YAML files, run the hooks on them, and show the objects settle.

Without --kubeconfig this needs nothing but Python: the cluster is embedded, it holds our kinds
and controllers and what the files say, and it ends with the command. The hook server is started
as in production, on a loopback port, and stopped at the end.

  orasi run examples                         every *.yaml and *.yml below a folder
  orasi run --watch my-document.yaml         go on when the file is saved, until Ctrl-C
  orasi run --kubeconfig ~/.kube/config x.yaml

The last is for a real API server. Our kinds, controllers and namespace are applied to it and stay
there, as do the objects: to delete one, this must run again, or Metacontroller, which must not run
now.
Pods are waited for until all is Ready, or nothing has happened for 20 seconds.

Exit code: 0 if every object is Ready, 1 if not, 2 for wrong usage. --watch ends with 0.
"""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "paths", metavar="FILE", nargs="+", type=Path, help="a YAML file, or a folder of them"
    )
    parser.add_argument(
        "--watch", action="store_true", help="stay, and apply what changes in the files"
    )
    parser.add_argument(
        "--apply-strategy",
        choices=STRATEGIES,
        default=STRATEGIES[0],
        help="how children are written, as Metacontroller's option of that name (default: "
        "dynamic-apply)",
    )
    parser.add_argument(
        "--kubeconfig",
        metavar="FILE",
        type=Path,
        help="run on this cluster instead of the embedded one",
    )
    parser.add_argument(
        "--port", metavar="N", type=port, help="port of the hook server (default: any free one)"
    )


def port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is no port: give a number from 1 to 65535")


def main(arguments: Namespace) -> int:
    from orasi.runner import main as run  # loading it takes a while that help need not wait for

    return run(arguments)


RUN = Command(
    "run", "reconcile objects from files, and show them settle", DESCRIPTION, add_arguments, main
)
