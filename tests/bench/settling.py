"""`python -m tests.bench.settling [NUMBER ...]`: Documents and Pipelines in memory, half and half.

How long they take to settle, what they occupy, whether that grows faster than their number, and
where the time goes.
"""

import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from operator import itemgetter
from typing import Any

from hooks.app import create_app
from hooks.kinds.document import DOCUMENT
from hooks.kinds.pipeline import PIPELINE
from hooks.settings import Settings
from orasi.cluster.loop.metacontroller import Metacontroller
from orasi.cluster.memory import lifecycle, managed_fields, workloads
from orasi.cluster.memory.api_server import Memory
from orasi.cycles import search_seldom
from tests.bench.fleet import Counted, flow
from tests.neighbours import neighbour
from tests.worlds import World, WsgiWebhook

NUMBERS = (250, 500, 1000)
KIBIBYTE = 1024  # in which Linux counts what a process occupies
PARTS: tuple[tuple[Any, str, str], ...] = (
    (WsgiWebhook, "post", "hooks, with Flask and JSON"),
    (Metacontroller, "run_pass", "the loop"),
    (lifecycle, "refuse_unreadable", "API server: reading"),
    (lifecycle, "refuse_invalid", "API server: validation"),
    (managed_fields, "entries_after", "API server: managedFields"),
    (workloads, "run", "controllers of Kubernetes"),
    *(
        (Memory, verb, "API server: the rest")
        for verb in ("create", "update", "update_status", "apply", "list")
    ),
)
"""Whose time is counted: less that of other parts which they call."""


class Watch:
    """Seconds that each of `PARTS` took by itself."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._inner = [0.0]
        for owner, name, part in PARTS:
            setattr(owner, name, self._timed(getattr(owner, name), part))

    def _timed(self, work: Callable[..., Any], part: str) -> Callable[..., Any]:
        def timed(*arguments: Any, **options: Any) -> Any:
            self._inner.append(0.0)
            start = time.perf_counter()
            try:
                return work(*arguments, **options)
            finally:
                taken = time.perf_counter() - start
                self.seconds[part] += taken - self._inner.pop()
                self._inner[-1] += taken

        return timed


def main() -> None:
    numbers = [int(text) for text in sys.argv[1:]] or NUMBERS
    search_seldom()  # as `orasi run` does
    watch, taken = Watch(), []
    for number in numbers:
        watch.seconds.clear()
        taken.append(settled(number))
    for (few, first), (many, second) in pairwise(zip(numbers, taken, strict=True)):
        print(f"{many / few:.1f} times as many take {second / first:.1f} times as long")
    print(f"Of the last, {numbers[-1]} objects:")
    total = sum(watch.seconds.values())
    for part, seconds in sorted(watch.seconds.items(), key=itemgetter(1), reverse=True):
        print(f"  {seconds / total:4.0%}  {part}")


def settled(number: int) -> float:
    """Seconds of CPU."""
    client = create_app(settings=Settings(log_level="error")).test_client()
    world = World(PIPELINE, client, "dynamic-apply")
    calls = world.webhook.exchanges = Counted()
    documents = world.resource(DOCUMENT.kind)
    for index in range(number // 2):
        world.create({"flows": [flow(debug={})]}, f"p-{index}")
        world.cluster.create(documents, neighbour(DOCUMENT.kind, f"d-{index}", content="hello"))
    start = time.process_time()
    passes = list(world.loop.settle())
    seconds = time.process_time() - start
    occupied = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KIBIBYTE
    print(
        f"{number} Documents and Pipelines: {seconds:.1f} s of CPU, {len(passes)} passes, "
        f"{calls.made:,} calls, {occupied} MiB",
        flush=True,
    )
    return seconds


if __name__ == "__main__":
    main()
