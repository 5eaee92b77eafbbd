"""Every command of `orasi`."""

from orasi.command import Command
from orasi.probe import PROBE
from orasi.run import RUN

COMMANDS: tuple[Command, ...] = (RUN, PROBE)
