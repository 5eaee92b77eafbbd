"""What of the number of calls is decided by timing alone, also where two runs agreed.

Ten scenarios of the recording begin alike to the letter, with a parent and its first child: where
both runs agreed, three of them were recorded with two calls, and one with three.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from orasi.cluster.api import Manifest

AT_ONCE = 1.0  # seconds; what comes later is no answer to an event
QUIET = 2.4  # seconds; the recording's quiet is 2.5, told in tenths of the beginning of a step


def essence(call: Mapping[str, Any]) -> Manifest:
    """All of a call but its time."""
    told = {key: value for key, value in call.items() if key != "at"}
    return {"finalizing": False, **told}


def without_doubled(step: Manifest) -> Manifest:
    """*step* as it is if all that a sync has written is heard of at once."""
    several, calls = raced(step), step["calls"]
    doubled = {
        number
        for number in _repeated(calls)
        if number - 1 in several and _pause(calls, number) < AT_ONCE
    }
    return _without(step, doubled)


def without_last_retry(step: Manifest) -> Manifest:
    """The eleventh call of what fails comes 2.56 seconds after the tenth: the step may be over."""
    calls, last = step["calls"], len(step["calls"]) - 1
    late = {n for n in _repeated(calls) if n == last and _pause(calls, n) > QUIET}
    return _without(step, late) if step["warnings"] else step


def without_late(step: Manifest) -> Manifest:
    """Less retries of steps before: at which of them these ended decides when the next is due."""
    calls = step["calls"]
    return _without(step, {n for n in _repeated(calls) if _pause(calls, n) > AT_ONCE})


def raced(step: Manifest) -> set[int]:
    """The calls after which several objects were written, or one and its status.

    Each write brings an event. The first wakes the parent while its sync goes on, so the next
    begins at once; if the event of the last is late by a millisecond, there is one more after that.
    """
    written = {
        (write["afterCall"], write["resource"], write.get("subresource"), write["name"])
        for write in step["writes"]
        if write["code"] < 300 and not write.get("dryRun")
    }
    counted = Counter(number for number, *_ in written)
    return {number for number, count in counted.items() if count > 1}


def _without(step: Manifest, numbers: Collection[int]) -> Manifest:
    kept = [call for number, call in enumerate(step["calls"]) if number not in numbers]
    return {**step, "calls": kept}


def _repeated(calls: list[Manifest]) -> Iterator[int]:
    for number in range(1, len(calls)):
        if essence(calls[number]) == essence(calls[number - 1]):
            yield number


def _pause(calls: list[Manifest], number: int) -> float:
    return float(calls[number]["at"] - calls[number - 1]["at"])
