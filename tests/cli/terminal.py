"""`orasi` on a terminal: a real one to the program, and what it leaves on its screen."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from pathlib import Path

from tests.cli.program import PATIENCE, ROOT, surroundings

ROWS, COLUMNS = 50, 400
PIECES = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]|\r|\n|[^\x1b\r\n]+")


def run(*words: str | Path, typed: str, after: str) -> tuple[int, list[str]]:
    """The exit code, and the lines of the screen and above. Types one line of *typed* each time
    that *after* has been written."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    child = subprocess.Popen(
        [sys.executable, "-m", "orasi", *words],
        cwd=ROOT,
        # The size in the environment counts first, and who runs tests may have set it.
        env=surroundings({"TERM": "xterm-256color", "LINES": str(ROWS), "COLUMNS": str(COLUMNS)}),
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
    )
    os.close(its)
    last_resort = threading.Timer(PATIENCE, child.kill)
    last_resort.start()
    output, answers, asked = b"", typed.splitlines(keepends=True), 0
    while data := _read(ours):
        output += data
        while asked < min(output.count(after.encode()), len(answers)):
            os.write(ours, answers[asked].encode())
            asked += 1
    last_resort.cancel()
    os.close(ours)
    return child.wait(), screen(output.decode())


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that nobody writes any more
        return b""


def screen(output: str) -> list[str]:
    """What *output* leaves, if no line of it is too long: only what rich writes is understood."""
    lines, row, column = [""], 0, 0
    for piece in PIECES.findall(output):
        if piece == "\r":
            column = 0
        elif piece == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif piece.endswith("A") and piece.startswith("\x1b"):
            row -= int(piece[2:-1] or 1)
        elif piece.endswith("K") and piece.startswith("\x1b"):
            lines[row] = "" if piece[2:-1] == "2" else lines[row][:column]
        elif not piece.startswith("\x1b"):
            kept = lines[row].ljust(column)
            lines[row] = kept[:column] + piece + kept[column + len(piece) :]
            column += len(piece)
    return [line.rstrip() for line in lines]
