"""The work queue: who is due when."""

import pytest

from orasi.cluster.loop.queue import Queue

A, B = ("default", "a"), ("default", "b")


def retried(queue: Queue, times: int) -> list[float]:
    """How long each of so many failures in a row has to wait."""
    now, waits = 0.0, []
    for _ in range(times):
        queue.add_rate_limited(A, now)
        due = queue.next_due()
        assert due is not None
        waits.append(round(due - now, 3))
        now = due
        assert queue.ready(now) == [A]
        queue.done(A)
    return waits


def test_retries_wait_twice_as_long_each_time_up_to_a_thousand_seconds() -> None:
    waits = retried(Queue(), 21)
    assert waits[:4] == [0.005, 0.01, 0.02, 0.04]
    assert waits[17:] == [655.36, 1000.0, 1000.0, 1000.0]


def test_a_success_begins_anew() -> None:
    queue = Queue()
    retried(queue, 5)
    queue.forget(A)
    assert not queue.has_failed(A)
    assert retried(queue, 1) == [0.005]


def test_an_item_waits_once_and_what_is_due_earlier_counts() -> None:
    queue = Queue()
    queue.add_after(A, 60.0, 0.0)
    queue.add_after(A, 5.0, 0.0, again=True)
    queue.add_after(A, 30.0, 0.0)
    assert queue.next_due() == queue.next_retry() == 5.0
    assert queue.ready(5.0) == [A]
    queue.done(A)
    assert queue.next_due() is None


def test_what_waits_still_comes_after_a_success_but_is_no_retry() -> None:
    queue = Queue()
    queue.add_rate_limited(A, 0.0)
    queue.forget(A)
    assert queue.next_retry() is None
    assert queue.ready(0.005) == [A]


def test_ready_items_come_in_order_until_they_are_done() -> None:
    queue = Queue()
    queue.add([B, A])
    assert queue.ready(0.0) == queue.ready(0.0) == [A, B]
    queue.done(A)
    assert queue
    queue.done(B)
    assert not queue


def test_a_hundred_failures_at_once_are_retried_soon_and_the_rest_ten_in_a_second() -> None:
    queue = Queue()
    for number in range(130):
        queue.add_rate_limited(("default", f"{number:03}"), 0.0)
    assert len(queue.ready(0.005)) == 100
    assert len(queue.ready(1.0)) == 110
    assert len(queue.ready(3.0)) == 130


@pytest.mark.parametrize("seconds", [0.0, 10.0])
def test_the_allowance_is_refilled_all_the_time(seconds: float) -> None:
    queue = Queue()
    for number in range(100):
        queue.add_rate_limited(("default", f"{number:03}"), 0.0)
    queue.ready(0.005)
    queue.add_rate_limited(A, seconds)
    due = queue.next_due()
    assert due == pytest.approx(seconds + (0.1 if seconds == 0.0 else 0.005))
