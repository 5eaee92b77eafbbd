"""What is put down to chance, and what is not."""

from orasi.cluster.api import Manifest
from tests.conformance.chance import without_last_retry


def failing(*last: Manifest) -> Manifest:
    first: Manifest = {"hook": "sync", "object": "default/a", "generation": 1, "at": 2.5}
    return {"calls": [first, *({**first, **each} for each in last)], "warnings": ["failed"]}


def test_the_last_retry_may_be_missing() -> None:
    assert without_last_retry(failing({"at": 5.1})) == failing()


def test_only_a_late_retry_of_the_same_may_be_missing() -> None:
    for last in ({"at": 3.8}, {"at": 5.1, "generation": 2}):
        assert without_last_retry(failing(last)) == failing(last)
