"""`make bench`: what a hook call costs beside its JSON, and how settling grows with the fleet."""

import json
import time
from collections.abc import Callable

from flask.testing import FlaskClient

from hooks.app import create_app
from hooks.kinds import KINDS
from hooks.kinds.document import DOCUMENT
from hooks.settings import Settings
from tests import golden
from tests.worlds import World

CALLS = 2000
FLEET = 200
REPEATS = 5


def fastest(work: Callable[[], object]) -> float:
    """Seconds of the fastest of some runs: what else the machine does only ever adds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    client = create_app(settings=Settings(log_level="error")).test_client()
    for kind in KINDS:
        measure_calls(kind.singular, client)
    few, many = fastest(lambda: settle(FLEET, client)), fastest(lambda: settle(4 * FLEET, client))
    print(f"settling {4 * FLEET} Documents takes {many / few:.1f} times as long as {FLEET}")


def measure_calls(kind: str, client: FlaskClient) -> None:
    padded = golden.envelope(golden.ROOT / kind / "settled.yaml")
    padded["controller"] = {"padding": ["x" * 90] * 280}  # the size of a recorded request
    body = json.dumps(padded).encode()

    def calls() -> None:
        for _ in range(CALLS):
            client.post(f"/hooks/{kind}/sync", data=body)

    def codec() -> None:
        for _ in range(CALLS):
            json.dumps(json.loads(body))

    call, floor = fastest(calls), fastest(codec)
    print(f"a {kind}'s hook call of {len(body):,} bytes (no socket): {CALLS / call:,.0f}/s")
    print(f"  it takes {call / floor:.1f} times as long as decoding and encoding its JSON")


def settle(documents: int, client: FlaskClient) -> None:
    world = World(DOCUMENT, client, "dynamic-apply")
    for number in range(documents):
        world.create({"content": f"text {number}"}, f"it-{number}")
    passes = list(world.loop.settle())
    assert len(passes) <= 4


if __name__ == "__main__":
    main()
