"""What holds for every hook and every world."""

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orasi.cluster.api import Manifest
from orasi.cluster.loop.metacontroller import ApplyStrategy
from tests.loop.stage import (
    CONFIG_MAP,
    DEPLOYMENT,
    MIRROR,
    Stage,
    always,
    config_map,
    mirror,
    stage,
)

WORDS = st.sampled_from(["", "cm", "name", "metadata", "matchLabels", "values", "v1", "ConfigMap"])
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


def perhaps(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with some of these, or something else altogether."""
    return st.fixed_dictionaries({}, optional=fields) | ANYTHING


METADATA = perhaps(
    name=st.just("cm") | ANYTHING,
    namespace=ANYTHING,
    labels=ANYTHING,
    annotations=ANYTHING,
    ownerReferences=ANYTHING,
)
CHILD = st.fixed_dictionaries(
    {"kind": st.just("ConfigMap") | ANYTHING, "apiVersion": st.just("v1") | ANYTHING},
    optional={"metadata": METADATA, "data": ANYTHING},
)
ANSWER = perhaps(
    status=ANYTHING,
    children=st.lists(CHILD, max_size=2) | ANYTHING,
    resyncAfterSeconds=ANYTHING,
    finalized=ANYTHING,
)
RULE = st.fixed_dictionaries(
    {"apiVersion": st.just("v1"), "resource": st.just("configmaps")},
    optional=dict.fromkeys(("names", "namespace", "labelSelector"), ANYTHING),
)
RULES = perhaps(relatedResources=st.lists(RULE, max_size=2) | ANYTHING)
STRATEGIES = st.sampled_from(["dynamic-apply", "server-side-apply"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answers=st.tuples(ANSWER, ANSWER), rules=RULES, strategy=STRATEGIES)
def test_no_answer_of_a_hook_ends_the_loop(
    answers: tuple[Any, Any], rules: Any, strategy: ApplyStrategy
) -> None:
    def hook(body: Manifest) -> Any:
        return answers[body["parent"]["metadata"]["generation"] > 1]

    scene = stage(hook, customize=lambda _: rules, strategy=strategy)
    for _ in range(2):
        scene.loop.run_pass()
    scene.edit(MIRROR, "a", spec={"changed": True})
    for _ in range(2):
        scene.loop.run_pass()


def world() -> Stage:
    scene = stage(always(config_map(k="v"), config_map("other")), mirror("a"), mirror("b"))
    scene.settle()
    scene.edit(CONFIG_MAP, "cm", data={"k": "edited"})
    scene.edit(MIRROR, "b", spec={"changed": True})
    return scene


def test_two_runs_from_the_same_start_are_the_same() -> None:
    assert world().settle() == world().settle()


def test_objects_that_were_handed_out_are_never_changed() -> None:
    scene = world()
    handed_out = [
        manifest
        for resource in (MIRROR, CONFIG_MAP, DEPLOYMENT)
        for manifest in scene.memory.list(resource)
    ]
    before = copy.deepcopy(handed_out)
    scene.settle()
    assert handed_out == before
