"""Whatever the order in which objects come, change and go: they end in the same cluster."""

import json
from typing import Any

import hypothesis.strategies as st
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings

from hooks import API_VERSION
from hooks.contract import Manifest
from hooks.contract.projection import LAST_APPLIED
from hooks.decorators import DECORATORS
from hooks.kinds import KINDS
from hooks.kinds.pipeline import PIPELINE
from tests.estate import GATEWAYS, OTHERS, USER, Lives, Name, manifest
from tests.golden import DECORATOR_CONTROLLER
from tests.scenarios.world import condition
from tests.worlds import STRATEGIES, World

ADDRESSES = ("clusterIP", "clusterIPs")


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=9)
@given(data=st.data())
def test_any_order_ends_in_the_same_cluster(
    client: FlaskClient, strategy: Any, data: st.DataObject
) -> None:
    straight, crooked = (World(PIPELINE, client, strategy) for _ in range(2))
    for world in (straight, crooked):
        world.cluster.create(world.resource("Secret"), USER)
    estates = (GATEWAYS, data.draw(st.sampled_from(OTHERS)))
    final = {name: lives for each in estates for name, lives in each.final.items()}
    gone = {name: lives for each in estates for name, lives in each.gone.items()}
    for name, versions in final.items():
        write(straight, name, versions[0])
    come_to_rest(straight)
    for name, life in data.draw(histories(final, gone)):
        write(crooked, name, life)
        for _ in range(data.draw(st.integers(0, 2))):
            crooked.loop.run_pass()
    come_to_rest(crooked)
    if strategy == "dynamic-apply":
        assert any_order(state(crooked)) == any_order(state(straight))
    else:
        assert state(crooked) == state(straight)
    assert all(ready(crooked, name) for name in final)


@st.composite
def histories(draw: st.DrawFn, final: Lives, gone: Lives) -> list[tuple[Name, Manifest | None]]:
    """What becomes of each object, step by step; None is its deletion."""
    lives: list[list[tuple[Name, Manifest | None]]] = []
    for name, versions in final.items():
        before = [draw(st.sampled_from(versions)) for _ in range(draw(st.integers(0, 2)))]
        lives.append([(name, life) for life in (*before, versions[0])])
    for name, versions in gone.items():
        if draw(st.booleans()):
            before = [draw(st.sampled_from(versions)) for _ in range(draw(st.integers(1, 2)))]
            lives.append([(name, life) for life in (*before, None)])
    turns = draw(st.permutations([at for at, life in enumerate(lives) for _ in life]))
    return [lives[at].pop(0) for at in turns]


def write(world: World, name: Name, life: Manifest | None) -> None:
    resource = world.resource(name[0])
    wanted = manifest(name, life or {})
    found = existing(world, wanted)
    if life is None:
        world.cluster.delete(resource, wanted["metadata"]["namespace"], name[1])
    elif found:
        metadata = {**found["metadata"], **wanted["metadata"]}
        world.cluster.update(resource, {**found, **wanted, "metadata": metadata})
    else:
        world.cluster.create(resource, wanted)


def existing(world: World, wanted: Manifest) -> Manifest | None:
    """What is there by the name of *wanted*."""
    metadata = wanted["metadata"]
    found = world.cluster.list(world.resource(wanted["kind"]), metadata.get("namespace", ""))
    return next((each for each in found if each["metadata"]["name"] == metadata["name"]), None)


def come_to_rest(world: World) -> None:
    for _ in range(3):
        list(world.loop.settle())
        world.clock.sleep_until(world.loop.next_due() or world.clock.now())
    assert not any(each.writes for each in world.loop.settle())


def state(world: World) -> list[Manifest]:
    """Every object of ours and what they are made of, without what tells of their history."""
    kinds = {kind.kind for kind in KINDS}
    made = {child.kind for kind in KINDS for child in kind.children if not child.optional}
    attached = {each.kind for decorator in DECORATORS for each in decorator.attachments}
    decorated = {each.object_kind for each in DECORATORS}
    return [
        lasting(manifest, is_parent=kind in kinds)
        for kind in sorted(kinds | made | attached | decorated)
        for manifest in world.cluster.list(world.resource(kind))
        if kind in kinds | decorated or is_made(manifest["metadata"])
    ]


def is_made(metadata: Manifest) -> bool:
    """Whether an engine has made it."""
    owned = "controller-uid" in metadata.get("labels", {})
    return owned or DECORATOR_CONTROLLER in metadata.get("annotations", {})


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
        "name": [metadata.get("namespace", ""), metadata["name"]],
        "labels": {k: v for k, v in metadata.get("labels", {}).items() if k != "controller-uid"},
        "annotations": {
            key: text for key, text in metadata.get("annotations", {}).items() if key not in COUNTED
        },
        "status": {key: each for key, each in status.items() if key not in HISTORY},
        "conditions": [
            [condition[key] for key in ("type", "status", "reason", "message")]
            for condition in status.get("conditions", ())
        ],
    }


HISTORY = ("conditions", "observedGeneration")
COUNTED = (
    LAST_APPLIED,
    "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation",
)


def ready(world: World, name: Name) -> bool:
    """Whether it is Ready, as all of ours can be in the end."""
    found = existing(world, manifest(name, {}))
    assert found is not None
    return found["apiVersion"] != API_VERSION or bool(condition(found)["status"] == "True")
