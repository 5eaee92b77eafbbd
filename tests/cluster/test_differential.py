"""Whatever is written, the cluster in memory answers as a real API server does."""

from collections.abc import Sequence
from itertools import count

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from orasi.cluster.api import ApiError, Resource, VirtualClock
from orasi.cluster.kubernetes import Kubernetes
from orasi.cluster.memory import Memory
from tests.cluster.deviations import DEVIATIONS, Deviation, deviation
from tests.cluster.drawn_objects import SHAPES, objects
from tests.cluster.drawn_steps import script
from tests.cluster.spoiling import spoiled
from tests.cluster.steps import APPLIERS, Outcome, Player, Step
from tests.memory.documents import DEFINITIONS, DOCUMENTS, SCHEMA, definition

NAMESPACE = "default"
NUMBERS = count()  # no two examples are about the same object
of_each_kind = pytest.mark.parametrize("resource", SHAPES, ids=lambda resource: resource.kind)


@pytest.fixture(scope="module")
def real(api_server: Kubernetes) -> Kubernetes:
    """With a custom kind that has one of everything."""
    api_server.create(DEFINITIONS, definition(SCHEMA))
    while not _serves(api_server, DOCUMENTS):
        pass
    return api_server


def _serves(cluster: Kubernetes, resource: Resource) -> bool:
    try:
        cluster.list(resource)
    except ApiError:
        return False
    return True


def played(real: Kubernetes, resource: Resource, steps: Sequence[Step]) -> tuple[Outcome, Outcome]:
    """What the last of *steps* ends in, in memory and on the real one: the first that differs."""
    memory = Memory(VirtualClock())
    memory.create(DEFINITIONS, definition(SCHEMA))
    name = f"it-{next(NUMBERS)}"
    ours, theirs = (
        Player(cluster, resource, NAMESPACE, name).play(steps) for cluster in (memory, real)
    )
    for pair in zip(ours, theirs, strict=True):
        if pair[0] != pair[1]:
            return pair
    return pair


def check(real: Kubernetes, resource: Resource, steps: Sequence[Step]) -> None:
    ours, theirs = played(real, resource, steps)
    if ours != theirs and not deviation(ours, theirs):
        assert ours == theirs


@of_each_kind
@given(data=st.data())
def test_they_take_or_refuse_the_same(
    real: Kubernetes, resource: Resource, data: st.DataObject
) -> None:
    """Sound objects, and objects with a mistake or two."""
    body = data.draw(objects(resource))
    if data.draw(st.booleans()):
        body = spoiled(body, data)
    verb, manager = (data.draw(st.sampled_from(each)) for each in (("create", "apply"), APPLIERS))
    check(real, resource, [Step(verb, body, manager=manager)])


@of_each_kind
@settings(max_examples=25)
@given(data=st.data())
def test_they_write_the_same(real: Kubernetes, resource: Resource, data: st.DataObject) -> None:
    """Updates, merge patches, two who apply, status, finalizers, deletion; and whose fields."""
    check(real, resource, script(resource, data))


@pytest.mark.parametrize("line", DEVIATIONS, ids=lambda line: line.resource.kind)
def test_what_is_in_the_table_is_still_so(real: Kubernetes, line: Deviation) -> None:
    ours, theirs = played(real, line.resource, line.script)
    assert ours != theirs
    assert deviation(ours, theirs) is line
