"""Rolling updates: which child is moved to the latest revision, and when."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from orasi.cluster.api import Manifest
from orasi.cluster.loop.answers import CompositeAnswer
from orasi.cluster.loop.definition import Rolling
from orasi.cluster.loop.merge import with_last_applied
from orasi.cluster.loop.revisions import Revision
from orasi.cluster.loop.rollout import NoStatus, remaining, rolled

KIND = ("test.orasi.io", "Shard")
READY = {"type": "Ready", "status": "True", "reason": "Fine"}


def wanted(name: str, text: str) -> Manifest:
    """Without a namespace: the only children that Metacontroller finds again."""
    metadata = {"name": name}
    return {
        "apiVersion": f"{KIND[0]}/v1",
        "kind": KIND[1],
        "metadata": metadata,
        "spec": {"text": text},
    }


def shard(name: str, text: str, **status: Any) -> Manifest:
    """As it is observed once it has been applied."""
    found = {**wanted(name, text), "metadata": {"name": name, "generation": 2}}
    return with_last_applied({**found, "status": status}, wanted(name, text))


def revision(name: str, claims: Sequence[str], *texts: str, **answer: Any) -> Revision:
    """One that wants the shards a, b … to say these *texts*."""
    parent = {"metadata": {"namespace": "default", "name": "it"}}
    found = Revision(parent, {"metadata": {"name": name}}, {KIND: list(claims)} if claims else {})
    children = [wanted(letter, text) for letter, text in zip("abc", texts, strict=False)]
    found.take(CompositeAnswer(**{"status": {}, "children": children, **answer}))
    return found


def roll(
    revisions: Sequence[Revision], *observed: Manifest, checks: Sequence[Manifest] = ()
) -> tuple[Mapping[str, str], tuple[str, str]]:
    """What the children are to say, and the reason and message of the condition."""
    by_name = {KIND: {each["metadata"]["name"]: each for each in observed}}
    answer = rolled(revisions, by_name, {KIND: Rolling(in_place=True, checks=checks)})
    assert answer.status is not None
    (condition,) = answer.status["conditions"]
    said = {each["metadata"]["name"]: each["spec"]["text"] for each in answer.children}
    return said, (condition["reason"], condition["message"])


def test_what_is_new_goes_to_the_latest_at_once() -> None:
    latest = revision("now", [], "x", "x")
    said, why = roll([latest])
    assert said == {"a": "x", "b": "x"}
    assert why == ("OnLatestRevision", "latest ControllerRevision: now")
    assert latest.claims == {KIND: ["a", "b"]}


def test_one_child_is_moved_and_the_others_stay_as_they_were() -> None:
    latest, before = revision("now", [], "x", "x"), revision("then", ["a", "b"], "o", "o")
    said, why = roll([latest, before], shard("a", "o"), shard("b", "o"))
    assert said == {"a": "x", "b": "o"}
    assert why == ("RolloutProgressing", "updating Shard a")
    assert (latest.claims, before.claims) == ({KIND: ["a"]}, {KIND: ["b"]})


def test_what_is_as_it_should_be_is_moved_without_waiting() -> None:
    latest, before = revision("now", [], "x", "o"), revision("then", ["a", "b"], "o", "o")
    said, _ = roll([latest, before], shard("a", "x"), shard("b", "o"))
    assert said == {"a": "x", "b": "o"}
    assert remaining([latest, before]) == [latest]


@pytest.mark.parametrize(
    ("child", "waits"),
    [
        (None, "missing child Shard a"),
        (shard("a", "o"), "child Shard a is not updated yet"),
        (
            shard("a", "x", observedGeneration=1),
            "child Shard a with RollingInPlace update strategy hasn't observed latest spec",
        ),
        (
            shard("a", "x", observedGeneration=2),
            'child Shard a failed status check: required condition type missing: "Ready"',
        ),
        (
            shard("a", "x", conditions=[{**READY, "status": "False"}]),
            'child Shard a failed status check: "Ready" condition status is "False" (want "True")',
        ),
        (
            shard("a", "x", conditions=[{**READY, "reason": "Slow"}]),
            'child Shard a failed status check: "Ready" condition reason is "Slow" (want "Fine")',
        ),
        (shard("a", "x", conditions=[READY]), ""),
    ],
)
def test_the_next_waits_for_those_that_were_moved(child: Manifest | None, waits: str) -> None:
    latest, before = revision("now", ["a"], "x", "x"), revision("then", ["b"], "o", "o")
    found = [shard("b", "o"), *([child] if child else [])]
    said, why = roll([latest, before], *found, checks=[READY])
    expected = ("RolloutWaiting", waits) if waits else ("RolloutProgressing", "updating Shard b")
    assert why == expected
    assert said["b"] == ("o" if waits else "x")


def test_children_that_are_wanted_no_more_are_claimed_by_nobody() -> None:
    latest, before = revision("now", [], "x"), revision("then", ["b"], "o", "o")
    said, _ = roll([latest, before], shard("b", "o"))
    assert said == {"a": "x"}
    assert remaining([latest, before]) == [latest]


def test_all_have_to_agree_that_it_is_finalized_and_the_earliest_resync_counts() -> None:
    latest = revision("now", [], "x", finalized=True, resync_after=60.0)
    before = revision("then", ["a"], "o", resync_after=30.0)
    observed = {KIND: {"a": shard("a", "p")}}
    kept = revision("older", ["b"], "o", "o")
    both = revision("now", [], "x", "x", finalized=True, resync_after=60.0)
    assert not rolled([both, kept, before], observed, {KIND: Rolling(True, ())}).finalized
    alone = rolled([latest], {}, {KIND: Rolling(True, ())})
    assert (alone.finalized, alone.resync_after) == (True, 60.0)


def test_without_a_status_it_is_an_error() -> None:
    with pytest.raises(NoStatus):
        rolled([revision("now", [], "x", status=None)], {}, {KIND: Rolling(True, ())})
