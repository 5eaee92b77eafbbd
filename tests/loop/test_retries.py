"""Errors, 429s and resyncs: when a parent is synced again although nothing has changed."""

import pytest

from orasi.cluster.api import Manifest, VirtualClock
from orasi.cluster.loop.webhook import Answer, NoAnswer
from tests.loop.stage import CONFIG_MAP, MIRROR, Stage, always, config_map, error, mirror, ok, stage


def test_an_error_changes_nothing_and_is_told_once() -> None:
    answers: list[Manifest | Answer] = [{"children": [config_map()]}]
    scene = stage(lambda _: answers[-1])
    scene.settle()
    answers.append(error(500, "boom"))
    scene.edit(MIRROR, "a", spec={"changed": True})
    passes = scene.settle(patience=5.0)
    message = (
        "Sync error: sync hook failed for Mirror default/a: sync hook failed (version=v2): "
        "unsupported status code: 500 body: boom"
    )
    assert passes[0].errors == {"Mirror default/a": message}
    assert len(passes) > 5
    assert scene.messages() == [message]
    assert scene.names(CONFIG_MAP) == ["cm"]
    assert scene.get(MIRROR, "a")["status"] == {"observedGeneration": 1}


def test_the_event_is_what_metacontroller_writes() -> None:
    scene = stage(lambda _: error(500))
    scene.loop.run_pass()
    (event,) = scene.events()
    assert event["metadata"]["namespace"] == "default"
    assert (event["type"], event["reason"]) == ("Warning", "SyncError")
    assert event["source"] == {"component": "metacontroller"}
    assert event["involvedObject"]["name"] == "a"
    assert event["involvedObject"]["uid"] == scene.get(MIRROR, "a")["metadata"]["uid"]


def failing(scene: Stage, times: int) -> None:
    for _ in range(times):
        scene.loop.run_pass()
        scene.clock.sleep_until(scene.loop.next_due() or 0.0)


def test_another_message_is_another_event_and_the_same_one_is_counted() -> None:
    texts = iter(["one", "one", "two", "one"])
    scene = stage(lambda _: error(500, next(texts)))
    failing(scene, 4)
    assert [(event["message"][-3:], event["count"]) for event in scene.events()] == [
        ("one", 3),
        ("two", 1),
    ]


def test_ten_messages_of_one_reason_become_one_event() -> None:
    texts = iter(f"number {number}" for number in range(20))
    scene = stage(lambda _: error(500, next(texts)))
    failing(scene, 12)
    *single, combined = scene.events()
    assert [event["message"].rpartition("number ")[2] for event in single] == list("012345678")
    assert combined["message"].startswith("(combined from similar events): Sync error: ")
    assert combined["message"].endswith("number 11")
    assert combined["count"] == 3


def test_25_events_of_an_object_are_told_and_then_one_in_five_minutes() -> None:
    scene = stage(lambda _: error(500))
    failing(scene, 19)  # by then, half an hour has passed
    (event,) = scene.events()
    known = event["count"]
    for second in range(60):
        scene.edit(MIRROR, "a", spec={"second": second})
        scene.loop.run_pass()
    (event,) = scene.events()
    assert known < event["count"] < known + 25


def test_retries_come_at_doubling_intervals() -> None:
    scene = stage(lambda _: error(500))
    waits = []
    for _ in range(18):
        scene.loop.run_pass()
        due = scene.loop.next_due()
        assert due is not None
        waits.append(round(due - scene.clock.now(), 3))
        scene.clock.sleep_until(due)
    assert waits == [round(0.005 * 2**number, 3) for number in range(18)]


def test_a_success_resets_the_interval() -> None:
    answers = iter([error(500), error(500), ok({}), error(500)])
    scene = stage(lambda _: next(answers))
    for _ in range(3):
        scene.loop.run_pass()
        scene.clock.sleep_until(scene.loop.next_due() or 0.0)
    scene.edit(MIRROR, "a", spec={"changed": True})
    scene.loop.run_pass()
    assert scene.loop.next_due() == pytest.approx(scene.clock.now() + 0.005)


def test_a_change_does_not_wait_for_the_retry() -> None:
    answers = [error(500)]
    scene = stage(lambda _: answers[-1])
    scene.settle(patience=60.0)
    answers.append(ok({"status": {"ready": True}}))
    scene.edit(MIRROR, "a", spec={"changed": True})
    scene.loop.run_pass()
    assert scene.get(MIRROR, "a")["status"]["ready"] is True


def test_429_waits_as_told_without_an_event() -> None:
    answers = iter([error(429, Retry_After="7"), error(429, Retry_After="3"), ok({}), ok({})])
    scene = stage(lambda _: next(answers))
    passes = scene.settle()
    assert scene.clock.now() == VirtualClock.START + 10.0
    assert all(done.errors == {} for done in passes)
    assert scene.events() == []
    assert passes[0].calls[0].code == 429


def test_429_without_a_time_is_asked_again_at_once() -> None:
    answers = iter([error(429), ok({}), ok({})])
    scene = stage(lambda _: next(answers))
    scene.settle()
    assert scene.clock.now() < VirtualClock.START + 0.1


def test_a_hook_that_cannot_be_reached_is_an_error() -> None:
    def unreachable(_: Manifest) -> Answer:
        raise NoAnswer('http error: Post "http://x": Connection refused')

    scene = stage(unreachable)
    done = scene.loop.run_pass()
    assert done.errors["Mirror default/a"].endswith("Connection refused")
    assert done.calls[0].code is None


def test_settle_gives_up_after_its_patience() -> None:
    scene = stage(lambda _: error(500))
    scene.settle(patience=3.0)
    assert scene.clock.now() <= VirtualClock.START + 3.0


def test_a_hook_can_ask_to_be_called_again() -> None:
    scene = stage(always(resyncAfterSeconds=2.5))
    scene.settle()
    due = scene.loop.next_due()
    assert due == VirtualClock.START + 2.5
    scene.clock.sleep_until(due)
    assert len(scene.loop.run_pass().calls) == 1
    assert scene.loop.next_due() == VirtualClock.START + 5.0


def test_every_parent_is_synced_at_each_period() -> None:
    scene = stage(always(), mirror("a"), mirror("b"), resyncPeriodSeconds=600)
    scene.settle()
    assert scene.loop.next_due() == VirtualClock.START + 600.0
    scene.clock.sleep_until(VirtualClock.START + 600.0)
    assert len(scene.loop.run_pass().calls) == 2
    assert scene.loop.next_due() == VirtualClock.START + 1200.0


def test_nothing_is_due_in_a_settled_world() -> None:
    scene = stage(always(config_map()))
    scene.settle()
    half_an_hour = 1800.0  # after which Metacontroller looks at everything anyway
    assert scene.loop.next_due() == VirtualClock.START + half_an_hour
