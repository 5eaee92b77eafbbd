"""Whatever the order in which objects come, change and go: they end in the same cluster."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import hypothesis.strategies as st
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings

from hooks.contract import Manifest
from hooks.contract.projection import LAST_APPLIED
from hooks.kinds import KINDS
from hooks.kinds.pipeline import PIPELINE
from tests.neighbours import BROKERS, neighbour
from tests.scenarios.world import condition
from tests.worlds import STRATEGIES, World

ADDRESSES = ("clusterIP", "clusterIPs")

Name = tuple[str, str]
KAFKA = {"kafka": {"brokers": BROKERS, "topics": {"logs": "clean-logs"}}}


USER = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "user", "namespace": "default"},
    "data": {"username": "dXNlcg==", "password": "c2VjcmV0"},
}
LOGIN = {"sasl": {"mechanism": "SCRAM-SHA-512", "secretRef": {"name": "user"}}}


def pipeline(*sinks: Manifest, takes: Sequence[str] = ("grpc",), **spec: Any) -> Manifest:
    source: Manifest = {"otlp": {protocol: {} for protocol in takes}}
    flow = {"name": "all", "signals": ["logs"], "from": [source], "to": list(sinks)}
    return {"flows": [flow], **spec}


def to(kind: str, name: str) -> Manifest:
    return {kind: {"name": name}}


# What is there in the end, and what each of them may have been before: cycles, missing names and
# wrong formats among it.
FINAL: Mapping[Name, Sequence[Manifest]] = {
    ("Configuration", "flags"): (
        {"format": "env", "values": {"COLOUR": "red"}},
        {"format": "yaml", "values": {"colours": ["blue"]}},
    ),
    ("Connector", "bus"): (
        {"sink": KAFKA, "auth": LOGIN},
        {"sink": KAFKA},
        {"source": {"otlp": {"http": {}}}},
    ),
    ("Pipeline", "archive"): (
        pipeline({"debug": {}}),
        pipeline(to("pipeline", "edge")),
    ),
    ("Pipeline", "gate"): (
        pipeline(
            to("pipeline", "archive"),
            to("connector", "bus"),
            takes=("grpc", "http"),
            configurations=[{"name": "flags", "env": {"prefix": "APP_"}}],
        ),
        pipeline(to("connector", "bus"), takes=("http",)),
        pipeline(to("connector", "missing"), replicas=2),
        pipeline(to("connector", "old")),
    ),
    ("Pipeline", "edge"): (
        pipeline(to("pipeline", "gate"), replicas=2),
        pipeline(to("pipeline", "old")),
    ),
}
GONE: Mapping[Name, Sequence[Manifest]] = {
    ("Connector", "old"): ({"sink": {"debug": {}}}, {"sink": KAFKA}),
    ("Pipeline", "old"): (
        pipeline(to("pipeline", "gate"), to("connector", "bus")),
        pipeline(to("connector", "old")),
    ),
}


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=10)
@given(data=st.data())
def test_any_order_ends_in_the_same_cluster(
    client: FlaskClient, strategy: Any, data: st.DataObject
) -> None:
    straight, crooked = (World(PIPELINE, client, strategy) for _ in range(2))
    for world in (straight, crooked):
        world.cluster.create(world.resource("Secret"), USER)
    for name, versions in FINAL.items():
        write(straight, name, versions[0])
    come_to_rest(straight)
    for name, spec in data.draw(histories()):
        write(crooked, name, spec)
        for _ in range(data.draw(st.integers(0, 2))):
            crooked.loop.run_pass()
    come_to_rest(crooked)
    if strategy == "dynamic-apply":
        assert any_order(state(crooked)) == any_order(state(straight))
    else:
        assert state(crooked) == state(straight)
    assert all(ready(crooked, name) for name in FINAL)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Name, Manifest | None]]:
    """What becomes of each object, step by step; None is its deletion."""
    lives: list[list[tuple[Name, Manifest | None]]] = []
    for name, versions in FINAL.items():
        before = [draw(st.sampled_from(versions)) for _ in range(draw(st.integers(0, 2)))]
        lives.append([(name, spec) for spec in (*before, versions[0])])
    for name, versions in GONE.items():
        if draw(st.booleans()):
            before = [draw(st.sampled_from(versions)) for _ in range(draw(st.integers(1, 2)))]
            lives.append([(name, spec) for spec in (*before, None)])
    turns = draw(st.permutations([at for at, life in enumerate(lives) for _ in life]))
    return [lives[at].pop(0) for at in turns]


def write(world: World, name: Name, spec: Manifest | None) -> None:
    kind, own = name
    resource = world.resource(kind)
    found = next(
        (
            each
            for each in world.cluster.list(resource, "default")
            if each["metadata"]["name"] == own
        ),
        None,
    )
    if spec is None:
        world.cluster.delete(resource, "default", own)
    elif found:
        world.cluster.update(resource, {**found, "spec": spec})
    else:
        world.cluster.create(resource, neighbour(kind, own, **spec))


def come_to_rest(world: World) -> None:
    for _ in range(3):
        list(world.loop.settle())
        world.clock.sleep_until(world.loop.next_due() or world.clock.now())
    assert not any(each.writes for each in world.loop.settle())


def state(world: World) -> list[Manifest]:
    """Every object of ours and what they are made of, without what tells of their history."""
    kinds = [kind.kind for kind in KINDS]
    children = {child.kind for kind in KINDS for child in kind.children if not child.optional}
    return [
        lasting(manifest, is_parent=kind in kinds)
        for kind in (*kinds, *sorted(children))
        for manifest in world.cluster.list(world.resource(kind), "default")
        if kind in kinds or "controller-uid" in manifest["metadata"].get("labels", {})
    ]


def any_order(value: Any, key: str = "") -> Any:
    """*value* with the lists sorted that dynamic apply merges by key.

    It keeps the order in which items came, which no hook can change.
    """
    if isinstance(value, dict):
        return {name: any_order(each, name) for name, each in value.items()}
    if isinstance(value, list):
        items = [any_order(each) for each in value]
        return sorted(items, key=json.dumps) if key in ("env", "ports") else items
    return value


def lasting(manifest: Manifest, *, is_parent: bool) -> Manifest:
    metadata = manifest["metadata"]
    status = manifest.get("status", {}) if is_parent else {}
    rest = {key: each for key, each in manifest.items() if key not in ("metadata", "status")}
    if manifest["kind"] == "Service":  # Addresses are given to those who come first.
        rest["spec"] = {key: each for key, each in rest["spec"].items() if key not in ADDRESSES}
    return {
        **rest,
        "name": metadata["name"],
        "labels": {k: v for k, v in metadata.get("labels", {}).items() if k != "controller-uid"},
        "annotations": {
            key: text
            for key, text in metadata.get("annotations", {}).items()
            if key not in (LAST_APPLIED, "deployment.kubernetes.io/revision")
        },
        "status": {key: each for key, each in status.items() if key not in HISTORY},
        "conditions": [
            [condition[key] for key in ("type", "status", "reason", "message")]
            for condition in status.get("conditions", ())
        ],
    }


HISTORY = ("conditions", "observedGeneration")


def ready(world: World, name: Name) -> bool:
    """Whether it is Ready, as all of them can be in the end."""
    (found,) = (
        each
        for each in world.cluster.list(world.resource(name[0]), "default")
        if each["metadata"]["name"] == name[1]
    )
    return str(condition(found)["status"]) == "True"
