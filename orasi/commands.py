"""Every command of `orasi`."""

from orasi.command import Command
from orasi.run import RUN

COMMANDS: tuple[Command, ...] = (RUN,)
