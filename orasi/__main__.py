"""The entry point: `python -m orasi`, installed as `orasi`."""

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter

from hooks import __version__
from orasi.command import Command, Failed, Interrupted, end_on_signals
from orasi.commands import COMMANDS
from orasi.cycles import search_seldom

DESCRIPTION = """\
Run Orasi's hooks without Metacontroller, see what they make of your objects, and probe what those
refer to.

  orasi run examples           reconcile every object in a folder, and show it settle
  orasi probe HOST:PORT        see whether something can be reached, and why not
  orasi <command> --help       all about one command
"""


def parser(commands: tuple[Command, ...]) -> ArgumentParser:
    top = ArgumentParser(
        "orasi", description=DESCRIPTION, formatter_class=RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"orasi {__version__}")
    words = top.add_subparsers(title="commands", metavar="<command>", required=True)
    for command in commands:
        its = words.add_parser(
            command.name,
            help=command.help,
            description=command.description,
            formatter_class=RawDescriptionHelpFormatter,
        )
        command.add_arguments(its)
        its.set_defaults(main=command.main)
    return top


def main() -> int:
    """Returns the exit code: 0 all is well, 1 it is not, 2 wrong usage, 128 + n for signal n."""
    end_on_signals()
    search_seldom()
    try:
        arguments = parser(COMMANDS).parse_args()
        code: int = arguments.main(arguments)
        sys.stdout.flush()
        return code
    except Failed as error:
        print(f"orasi: {error}", file=sys.stderr)
        return 1
    except Interrupted as interrupted:
        return interrupted.code
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain about it at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
