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

To see what hooks are asked, what they answer, and what becomes of it:

  orasi run -v examples                      each call and each write, pass by pass
  orasi run --record run-1 examples          what each call sent and got, a file each, and run.log
  orasi run examples --step                  stop after each pass: Enter, c or q goes on or ends

A pass syncs each object that has a reason once. A file 0007-….request.json of a recording is the
body of the call that run.log numbers 0007: send it to the same path of any hook server with
curl -d @FILE. It holds objects as hooks see them. None of our hooks is sent a Secret, so the values
of Secrets are in no recording; those of Documents and ConfigMaps are.

At a stop of --step, Enter makes the next pass and c goes on to the end. q ends there, as does the
end of the input, so this shows what there is after the second pass:

  orasi run examples --step 2 </dev/null

Exit code: 0 if every object is Ready, at rest or where --step was ended; 1 if not; 2 for wrong
usage; 128 + N if signal N has ended it, but 0 for --watch.
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
        "-v", "--verbose", action="store_true", help="show each call of a hook and each write"
    )
    parser.add_argument(
        "--record",
        metavar="FOLDER",
        type=Path,
        help="keep what each call sends and gets, and all that -v shows, in this folder, which "
        "must be new or empty",
    )
    parser.add_argument(
        "--step",
        metavar="PASS",
        nargs="?",
        type=number_of_a_pass,
        const=1,
        help="stop after this pass (default: 1) and each later one that changes anything; the "
        "embedded cluster only",
    )
    parser.add_argument(
        "--port", metavar="N", type=port, help="port of the hook server (default: any free one)"
    )
    parser.set_defaults(refuse=parser.error)


def port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is no port: give a number from 1 to 65535")


def number_of_a_pass(text: str) -> int:
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise ArgumentTypeError(
        f"{text!r} is no pass: give a number from 1, or none and --step after the files"
    )


def main(arguments: Namespace) -> int:
    if arguments.step and arguments.kubeconfig:
        arguments.refuse("--step is for the embedded cluster: a real one goes on meanwhile")
    from orasi.runner import main as run  # loading it takes a while that help need not wait for

    return run(arguments)


RUN = Command(
    "run", "reconcile objects from files, and show them settle", DESCRIPTION, add_arguments, main
)
