"""The gate: which calls are answered now, told by the version of who calls."""

import pytest

from hooks.errors import HookError, MalformedRequest, TryLater, WrongVersion
from hooks.gate import MOST_STRANGERS, Gate
from hooks.settings import Settings


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Told:
    """A gate of version 2.0.0, and its clock."""

    def __init__(self) -> None:
        self.time = Time()
        self.gate = Gate("2.0.0", Settings(), self.time)

    def refusal(self, version: str) -> HookError | None:
        return self.gate.refusal(version)

    def kind(self, version: str) -> type[HookError | None]:
        return type(self.refusal(version))


@pytest.fixture
def told() -> Told:
    return Told()


def test_another_version_waits_and_then_is_told_what_to_do(told: Told) -> None:
    """While an upgrade is rolled out only one of two versions answers; both never alternate.

    The wait begins with the other version's first call: the server may be the old one.
    """
    waiting = told.refusal("3.0.0")
    assert isinstance(waiting, TryLater)
    assert waiting.seconds >= 1
    told.time.now += 299
    assert told.kind("3.0.0") is TryLater
    told.time.now += 1
    assert told.kind("3.0.0") is WrongVersion
    assert str(told.refusal("3.0.0")).startswith(
        "The controllers are of version 3.0.0, this hook server is of version 2.0.0: run `kubectl "
    )
    told.time.now += 1000
    assert [told.kind(each) for each in ("3.0.0", "1.0.0")] == [WrongVersion, TryLater]
    assert told.refusal("2.0.0") is None
    told.time.now += 1_000_000
    assert told.kind("3.0.0") is TryLater


def test_each_of_two_other_versions_has_waited_for_itself(told: Told) -> None:
    for _ in range(31):
        kinds = [told.kind(each) for each in ("1.0.0", "3.0.0")]
        told.time.now += 10
    assert kinds == [WrongVersion, WrongVersion]


def test_strangers_without_number_are_forgotten(told: Told) -> None:
    told.refusal("1.0.0")
    told.time.now += 300
    for each in range(MOST_STRANGERS):
        told.refusal(f"9.0.{each}")
    assert told.kind("1.0.0") is TryLater


@pytest.mark.parametrize("version", ["", "1\n2", "1.0 ", "v" * 65, "ä"])
def test_what_is_no_version_is_refused_without_being_repeated(told: Told, version: str) -> None:
    refusal = told.refusal(version)
    assert isinstance(refusal, MalformedRequest)
    assert str(refusal) == (
        "version in the URL is none: letters, digits and .+- are allowed, up to 64 of them."
    )
