"""`python -m tests.bench.fleet [--all]`: many Pipelines that refer to Connectors or each other."""

import json
import sys
import time
from typing import Any

from flask.testing import FlaskClient

from hooks.app import create_app
from hooks.contract import Manifest
from hooks.kinds.pipeline import PIPELINE
from hooks.settings import Settings
from tests import golden
from tests.neighbours import neighbour
from tests.worlds import World

PIPELINES, CONNECTORS = 1000, 300
CHAINED = (100, 200)
MOST_CHAINED = 1000  # with --all: it takes a quarter of an hour
CALLS = 20


def main() -> None:
    client = create_app(settings=Settings(log_level="error")).test_client()
    few, many = (connected(client, count) for count in (PIPELINES // 4, PIPELINES))
    print(f"  {many / few:.1f} times as long as {PIPELINES // 4} Pipelines")
    for count in (*CHAINED, *([MOST_CHAINED] if "--all" in sys.argv else [])):
        chained(client, count)
    one_call(client)


def flow(**sink: Manifest) -> Manifest:
    return {"name": "all", "from": [{"otlp": {"grpc": {}}}], "to": [sink]}


def connected(client: FlaskClient, pipelines: int) -> float:
    """Seconds for Pipelines that share Connectors to settle; then one Connector is edited."""
    world = World(PIPELINE, client, "dynamic-apply")
    connectors = world.resource("Connector")
    for number in range(CONNECTORS):
        spec = {"sink": {"otlp": {"endpoint": f"host-{number}:4317"}}}
        world.cluster.create(connectors, neighbour("Connector", f"c-{number}", **spec))
    for number in range(pipelines):
        sink = {"name": f"c-{number % CONNECTORS}"}
        world.create({"flows": [flow(connector=sink)]}, f"p-{number}")
    start = time.perf_counter()
    passes = list(world.loop.settle())
    seconds = time.perf_counter() - start
    print(
        f"{pipelines} Pipelines and {CONNECTORS} Connectors: {seconds:.0f} s, {len(passes)} passes "
        f"with starting pods, {len(world.webhook.exchanges):,} calls"
    )
    before = versions(world)
    world.webhook.exchanges.clear()
    edited = {"spec": {"sink": {"otlp": {"endpoint": "elsewhere:4317"}}}}
    world.cluster.patch(connectors, "default", "c-0", edited)
    list(world.loop.settle())
    rolled = [name for name, version in versions(world).items() if version != before[name]]
    users = [f"p-{number}" for number in range(0, pipelines, CONNECTORS)]
    assert sorted(rolled) == sorted(f"{name}-pipeline" for name in users)
    asked = {body["parent"]["metadata"]["name"] for _, body, _ in world.webhook.exchanges}
    assert asked == {"c-0", *users}
    print(f"  an edit of one Connector asks about it and its {len(users)} users, and rolls those")
    return seconds


def versions(world: World) -> dict[str, int]:
    """The generation of every Deployment."""
    found = world.cluster.list(world.resource("Deployment"), "default")
    return {each["metadata"]["name"]: each["metadata"]["generation"] for each in found}


def chained(client: FlaskClient, pipelines: int) -> None:
    """Pipelines that send to one: each change of any wakes all of them."""
    world = World(PIPELINE, client, "dynamic-apply")
    calls = world.webhook.exchanges = Counted()
    world.create({"flows": [flow(debug={})]}, "hub")
    for number in range(pipelines - 1):
        world.create({"flows": [flow(pipeline={"name": "hub"})]}, f"p-{number}")
    start = time.process_time()
    passes = list(world.loop.settle())
    seconds = time.process_time() - start
    print(
        f"{pipelines} Pipelines that send to one of them: {seconds:.0f} s of CPU, {len(passes)} "
        f"passes with starting pods, {calls.made:,} calls",
        flush=True,
    )


class Counted(list[Any]):
    """Calls, of which only the number is kept: each has all Pipelines in it."""

    made = 0

    def append(self, _: Any) -> None:
        self.made += 1


def one_call(client: FlaskClient) -> None:
    """What the hook itself takes to look for a cycle among many."""
    body = golden.envelope(golden.ROOT / "pipeline" / "pipeline.yaml")
    (archive,) = (
        each
        for each in body["related"]["Pipeline.orasi.io/v1alpha1"].values()
        if each["metadata"]["name"] == "archive"
    )
    for number in range(PIPELINES):
        metadata = {**archive["metadata"], "name": f"p-{number}"}
        group = body["related"]["Pipeline.orasi.io/v1alpha1"]
        group[f"shop/p-{number}"] = {**archive, "metadata": metadata}
    text = json.dumps(body)
    times = []
    for _ in range(CALLS):
        start = time.perf_counter()
        client.post("/hooks/pipeline/sync", data=text)
        times.append(time.perf_counter() - start)
    start = time.perf_counter()
    json.dumps(json.loads(text))
    floor = time.perf_counter() - start
    print(
        f"a call with {PIPELINES} related Pipelines, {len(text):,} bytes: "
        f"{min(times) / floor:.1f} times as long as decoding and encoding its JSON"
    )


if __name__ == "__main__":
    main()
