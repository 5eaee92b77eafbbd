"""What is told of each pass: the loop over a cluster in memory, and hooks that are functions."""

import re
from collections.abc import Sequence

from rich.text import Text

from orasi.cluster.api import Manifest
from orasi.cluster.loop.metacontroller import ApplyStrategy, Metacontroller
from orasi.cluster.loop.webhook import Answer, NoAnswer
from orasi.journal import Journal
from orasi.trace import Trace
from tests.loop.stage import (
    CONFIG_MAP,
    MIRROR,
    Hook,
    Stage,
    always,
    config_map,
    decorated_stage,
    error,
    mirror,
    ok,
    stage,
)


class Told:
    """A stage whose passes are told about."""

    def __init__(self, scene: Stage, strategy: ApplyStrategy = "dynamic-apply") -> None:
        self.scene = scene
        self._lines: list[str] = []
        trace = Trace(scene.hooks, scene.memory)
        loop = Metacontroller(trace, trace, scene.clock, apply_strategy=strategy)
        self._journal = Journal(trace, loop, scene.clock, self._tell)

    def settle(self) -> list[str]:
        """What is told of one round, without the time that calls took."""
        self._lines.clear()
        for _ in self.scene.limited(self._journal.settle()):
            pass
        return [re.sub(r"  \d+\.\d ms$", "", line) for line in self._lines]

    def _tell(self, lines: Sequence[Text]) -> None:
        self._lines += [line.plain for line in lines]


def told(sync: Hook, *parents: Manifest) -> Told:
    return Told(stage(sync, *parents))


def test_calls_and_writes_are_told_in_the_order_in_which_they_were_made() -> None:
    hook = always(config_map(), status={"ready": True}, resyncAfterSeconds=30)
    scene = told(hook, mirror("a"), mirror("b"))
    assert scene.settle() == [
        "pass 1",
        "  0001 call  sync  Mirror default/a  200  1 child, resync after 30 s",
        "       write create ConfigMap default/cm  201",
        "       write update Mirror/status default/a  200",
        "  0002 call  sync  Mirror default/b  200  1 child, resync after 30 s",
        '       write create ConfigMap default/cm  409  configmaps "cm" already exists',
        "       write update Mirror/status default/b  200",
        "pass 2",
        "  0003 call  sync  Mirror default/a  200  1 child, resync after 30 s",
        "  0004 call  sync  Mirror default/b  200  1 child, resync after 30 s",
        '       write create ConfigMap default/cm  409  configmaps "cm" already exists',
    ]


def test_another_round_begins_with_pass_1_and_calls_are_numbered_on() -> None:
    scene = told(always())
    scene.settle()
    scene.scene.edit(MIRROR, "a", spec={"changed": True})
    assert scene.settle()[:2] == ["pass 1", "  0003 call  sync  Mirror default/a  200  0 children"]
    assert scene.settle() == []


def test_a_write_that_changes_nothing_is_seen_as_such() -> None:
    empty = {**config_map(), "data": {}}  # the API server drops it, and so it is missed again
    scene = told(always(empty))
    assert scene.settle()[-2:] == [
        "  0002 call  sync  Mirror default/a  200  1 child",
        "       write update ConfigMap default/cm  200  unchanged",
    ]


def test_a_refused_write_is_told_with_its_reason_and_what_comes_of_it() -> None:
    scene = told(always(config_map()))
    scene.scene.memory.refuse("create", CONFIG_MAP, 403)
    lines = scene.settle()
    assert len(scene.scene.events()) == 1  # which is no write: the error is told anyway
    failed = "can't reconcile children for Mirror default/a: create is refused"
    assert lines[:5] == [
        "pass 1",
        "  0001 call  sync  Mirror default/a  200  1 child",
        "       write create ConfigMap default/cm  403  create is refused",
        "       write update Mirror/status default/a  200",
        f"       error Mirror default/a: {failed}",
    ]


def test_a_dry_run_is_seen_as_such_refused_or_not() -> None:
    strategy: ApplyStrategy = "server-side-apply"
    hook = always(config_map(k="v"))
    scene = Told(stage(hook, strategy=strategy, method="Recreate"), strategy)
    scene.settle()
    scene.scene.edit(CONFIG_MAP, "cm", data={"k": "edited"})
    assert scene.settle()[2:6] == [
        "       write patch ConfigMap default/cm  200  dry run",
        "       write delete ConfigMap default/cm  200",
        "pass 2",
        "  0004 call  sync  Mirror default/a  200  1 child",
    ]
    scene.scene.edit(CONFIG_MAP, "cm", data={"k": "edited"})
    scene.scene.memory.refuse("apply", CONFIG_MAP, 422)
    refused = "       write patch ConfigMap default/cm  422  dry run  apply is refused"
    assert scene.settle()[2] == refused


def test_what_fails_and_what_waits_says_so_and_the_next_pass_how_long_that_took() -> None:
    answers = iter([error(429, Retry_After="7"), error(500, "boom\n"), ok({}), ok({})])
    lines = told(lambda _: next(answers)).settle()
    assert [line for line in lines if "write" not in line] == [
        "pass 1",
        "  0001 call  sync  Mirror default/a  429  too many requests, retry after 7 s",
        "pass 2, 7 s later",
        "  0002 call  sync  Mirror default/a  500  boom",
        "pass 3, 5 ms later",
        "  0003 call  sync  Mirror default/a  200",
        "pass 4",
        "  0004 call  sync  Mirror default/a  200",
    ]


def test_a_call_without_an_answer_and_one_that_cannot_be_used_say_why() -> None:
    def unreachable(_: Manifest) -> Answer:
        raise NoAnswer('http error: Post "http://x": Connection refused')

    assert told(unreachable).settle()[1] == (
        "  0001 call  sync  Mirror default/a  no answer  "
        'http error: Post "http://x": Connection refused'
    )
    assert told(lambda _: ok({"childs": []})).settle()[1] == (
        "  0001 call  sync  Mirror default/a  200  strict validation failed for v2 "
        'webhookResponse (type: sync, mode: strict): unknown field "childs"'
    )


def test_what_every_hook_answers_is_counted() -> None:
    rules = {"relatedResources": [{"apiVersion": "v1", "resource": "configmaps"}]}
    scene = told_of_all(rules)
    assert scene.settle()[2:4] == [
        "  0001 call  customize  Mirror default/a  200  1 related rule",
        "  0002 call  sync  Mirror default/a  200  0 children",
    ]
    scene.scene.memory.delete(MIRROR, "default", "a")
    assert scene.settle()[2:] == [
        "  0005 call  finalize  Mirror default/a  200  0 children, finalized",
        "       write update Mirror default/a  200",
    ]
    rule = {"apiVersion": MIRROR.api_version, "resource": "mirrors"}
    decorated = Told(decorated_stage(lambda _: {"attachments": [config_map()]}, rule))
    assert decorated.settle()[1] == "  0001 call  sync  Mirror default/a  200  1 attachment"


def told_of_all(rules: Manifest) -> Told:
    """With every hook that a controller can have."""
    return Told(
        stage(
            always(),
            finalize=lambda _: {"children": [], "finalized": True},
            customize=lambda _: rules,
        )
    )


def test_an_error_of_a_controller_is_told_when_it_is_new() -> None:
    """A real cluster is looked at every quarter of a second."""
    scene = told(always())
    scene.settle()
    scene.scene.memory.refuse("list", CONFIG_MAP, 403)
    assert scene.settle() == [
        "pass 1",
        "       error CompositeController mirrors: list is refused",
    ]
    assert scene.settle() == []
