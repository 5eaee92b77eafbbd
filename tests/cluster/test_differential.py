"""Whatever is written, the cluster in memory answers as a real API server does."""

import contextlib
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import hypothesis.strategies as st
import pytest
from flask.testing import FlaskClient
from hypothesis import Phase, given, settings

from orasi.cluster.api import ApiError, Cluster, Resource, VirtualClock
from orasi.cluster.kubernetes import Kubernetes
from orasi.cluster.loop.metacontroller import ApplyStrategy
from orasi.cluster.memory import Memory
from tests.cluster.controlplane import ControlPlane
from tests.cluster.deviations import DEVIATIONS, Deviation, deviation
from tests.cluster.directed import DIRECTED
from tests.cluster.drawn_lives import lives
from tests.cluster.drawn_objects import SHAPES, objects
from tests.cluster.drawn_steps import script
from tests.cluster.lives import Alone, AlsoAlone, Deed, Life, install
from tests.cluster.spoiling import spoiled
from tests.cluster.steps import APPLIERS, Outcome, Player, Step
from tests.memory.documents import CONFIG_MAPS, DEFINITIONS, DOCUMENTS, SCHEMA, definition
from tests.memory.unreadable import unreadable
from tests.worlds import STRATEGIES, WsgiWebhook

NAMESPACE = "default"
NUMBERS = count()  # no two examples are about the same object
of_each_kind = pytest.mark.parametrize("resource", SHAPES, ids=lambda resource: resource.kind)


@pytest.fixture(scope="module")
def real(api_server: ControlPlane) -> Iterator[Cluster]:
    """With a custom kind that has one of everything."""
    with contextlib.closing(Kubernetes(api_server.kubeconfig)) as cluster:
        cluster.create(DEFINITIONS, definition(SCHEMA))
        while not _serves(cluster, DOCUMENTS):
            pass
        yield cluster


def _serves(cluster: Cluster, resource: Resource) -> bool:
    try:
        cluster.list(resource)
    except ApiError:
        return False
    return True


def played(real: Cluster, resource: Resource, steps: Sequence[Step]) -> tuple[Outcome, Outcome]:
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


def check(real: Cluster, resource: Resource, steps: Sequence[Step]) -> None:
    ours, theirs = played(real, resource, steps)
    if ours != theirs and not deviation(ours, theirs):
        assert ours == theirs


@of_each_kind
@settings(max_examples=35, phases=[Phase.generate])  # to shrink takes minutes
@given(data=st.data())
def test_they_take_or_refuse_the_same(
    real: Cluster, resource: Resource, data: st.DataObject
) -> None:
    """Sound objects, and objects with a mistake or two."""
    body = data.draw(objects(resource))
    if data.draw(st.booleans()):
        body = spoiled(body, data)
    verb, manager = (data.draw(st.sampled_from(each)) for each in (("create", "apply"), APPLIERS))
    check(real, resource, [Step(verb, body, manager=manager)])


@of_each_kind
@settings(max_examples=18, phases=[Phase.generate])
@given(data=st.data())
def test_they_write_the_same(real: Cluster, resource: Resource, data: st.DataObject) -> None:
    """Updates, merge patches, two who apply, status, finalizers, deletion; and whose fields."""
    check(real, resource, script(resource, data))


@pytest.mark.parametrize("verb", ["create", "apply"])
def test_they_read_the_same_texts(real: Cluster, verb: str) -> None:
    """What is applied is read as YAML, which some characters are not, and others end a line of."""
    lines = ("a\x85b", "\x85a", "a \x85  b", "a\x85 \x85\x85b", "\t\x85\t\\\x85\n")
    marks = ("a\x85--- b", "a\x85...\x85", "a\x85---", "a\x85 --- b", "--- b", "a\x85...b")
    edges = (*range(0x21), *range(0x7E, 0xA2), 0x2028, 0xD7FF, 0xFEFF, *range(0xFFFD, 0x10001))
    values = [{"key": within} for text in map(chr, edges) for within in (text, f"<{text}>")]
    values += [data for text in (*lines, *marks) for data in ({"key": text}, {text: "value"})]
    for data in values:
        check(real, CONFIG_MAPS, [Step(verb, {"data": data}, manager=APPLIERS[0])])


def test_they_answer_the_same_to_what_is_seldom_drawn(real: Cluster) -> None:
    for resource, steps in DIRECTED:
        ours, theirs = played(real, resource, steps)
        assert ours == theirs, steps


def test_it_refuses_what_cannot_be_read_with_these_words(real: Cluster) -> None:
    """Those that the cluster in memory is held to elsewhere."""
    for words, resource, body in unreadable():
        with pytest.raises(ApiError) as refused:
            real.create(resource, body)
        assert str(refused.value).endswith(f": json: cannot unmarshal {words}")


@pytest.mark.parametrize("line", DEVIATIONS, ids=lambda line: line.resource.kind)
def test_what_is_in_the_table_is_still_so(real: Cluster, line: Deviation) -> None:
    ours, theirs = played(real, line.resource, line.script)
    assert ours != theirs
    assert deviation(ours, theirs) is line


@pytest.fixture(scope="module")
def also_alone(api_server: ControlPlane) -> Iterator[AlsoAlone]:
    with contextlib.closing(AlsoAlone(api_server.kubeconfig)) as cluster:
        install(cluster)
        yield cluster


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=14, phases=[Phase.generate])  # to shrink a life takes very long
@given(life=lives())
def test_the_loop_comes_to_the_same_end(
    also_alone: AlsoAlone, client: FlaskClient, strategy: ApplyStrategy, life: list[Deed]
) -> None:
    """What is written on the way, what there is then, and what is left when all is deleted.

    No life leaves a Namespace, as each would be an object of all that come after it.
    """
    alone = Alone(VirtualClock())
    install(alone)
    namespace, webhook = f"life-{next(NUMBERS)}", WsgiWebhook(client)
    ours, theirs = (Life(each, webhook, strategy, namespace) for each in (alone, also_alone))
    ends: list[list[Any]] = [[], []]
    for each, seen in zip((ours, theirs), ends, strict=True):
        each.begin()
        for part in (life, [Deed("clear")], [Deed("delete", "Namespace", body="Background")]):
            each.live(part)
            seen.append(each.state())
    assert ours.diary == theirs.diary
    assert ends[0] == ends[1]
    assert ends[0][-1] == []
