"""What the embedded cluster does not do as the real one does, and why that is not worth mending."""

from collections.abc import Callable
from dataclasses import dataclass

from orasi.cluster.api import Manifest


@dataclass(frozen=True)
class Deviation:
    """One line of the table: all that differs in the scenarios that it is about."""

    why: str
    concerns: Callable[[Manifest], bool]  # of a recording
    aspects: frozenset[str]  # of `compare.differences`, and "starts"
    says: str  # what the embedded cluster says of it


def _kills_metacontroller(recording: Manifest) -> bool:
    return any(step.get("metacontrollerDied") for step in recording["steps"])


def _is_of_another_version(recording: Manifest) -> bool:
    return bool(recording["scenario"]["name"] == "child-other-api-version")


DEVIATIONS = (
    Deviation(
        "A null among the children, or no status where there are rolling updates, kills "
        "Metacontroller, and with it all controllers. It is an error of the hook, and said to be "
        "one.",
        _kills_metacontroller,
        frozenset({"calls", "warnings"}),
        r"webhookResponse .*: children\[\d+\] is null|no status, where there are rolling updates",
    ),
    Deviation(
        "A kind is served in one version, that in which it is stored: autoscaling/v1 is as unknown "
        "as any other, so its child is not created and deleted in turns, but an error. No kind "
        "that people use here has a second version.",
        _is_of_another_version,
        frozenset({"settles"}),
        r"can't find kind HorizontalPodAutoscaler in apiVersion autoscaling/v1",
    ),
)


def deviation(recording: Manifest) -> Deviation | None:
    found = [each for each in DEVIATIONS if each.concerns(recording)]
    assert len(found) <= 1
    return found[0] if found else None
