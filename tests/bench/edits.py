"""`python -m tests.bench.edits [NUMBER]`: what a cluster in memory keeps of edits that are over."""

import resource
import sys
from pathlib import Path

from hooks.app import create_app
from hooks.kinds.pipeline import PIPELINE
from hooks.settings import Settings
from orasi.cycles import search_seldom
from tests.bench.fleet import Counted, flow
from tests.worlds import World

NUMBER = 4000
STEPS = 4


def main() -> None:
    number = int(sys.argv[1]) if sys.argv[1:] else NUMBER
    search_seldom()  # as `orasi run` does
    world = World(
        PIPELINE, create_app(settings=Settings(log_level="error")).test_client(), "dynamic-apply"
    )
    world.webhook.exchanges = Counted()
    world.create({"flows": [flow(debug={})]}, "it")
    for edit in range(1, number + 1):
        annotations = {"example.com/edit": str(edit)}
        world.cluster.patch(
            world.parents, "default", "it", {"spec": {"pod": {"annotations": annotations}}}
        )
        list(world.loop.settle())
        if edit % (number // STEPS) == 0:
            print(f"after {edit:,} edits: {resident():.0f} MiB", flush=True)


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024**2


if __name__ == "__main__":
    main()
