"""A program that outlives us by a moment: when our end of the pipe closes, it ends our children.

Not PR_SET_PDEATHSIG: that follows the thread which started the child, and scenarios run in threads.
"""

import contextlib
import os
import signal
import sys
import time

GRACE_SECONDS = 10


def signal_group(group: int, number: int) -> bool:
    """Whether the process group still existed."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


def main() -> None:
    groups: set[int] = set()
    for line in sys.stdin:  # "add 123" or "drop 123"
        verb, group = line.split()
        (groups.add if verb == "add" else groups.discard)(int(group))
    left = [group for group in groups if signal_group(group, signal.SIGTERM)]
    deadline = time.monotonic() + GRACE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = [group for group in left if signal_group(group, 0)]
    for group in left:
        signal_group(group, signal.SIGKILL)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
