"""Conditions: what is true of an object, for people and for `kubectl wait`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hooks.contract import Manifest

MESSAGE_LIMIT = 1024


@dataclass(frozen=True)
class Condition:
    """One fact. *reason* is one CamelCase word, *message* a sentence with names and numbers."""

    type: str
    status: str  # "True", "False", "Unknown"
    reason: str
    message: str
    hint: str = ""  # what to do about it, while something is being done about it

    @property
    def is_true(self) -> bool:
        return self.status == "True"

    def because(self, reason: str, prefix: str) -> "Condition":
        """The same fact for another reason, its message after *prefix*; that is its only remedy."""
        return replace(self, reason=reason, message=f"{prefix} {self.message}", hint="")


def ready(reason: str, message: str) -> Condition:
    return Condition("Ready", "True", reason, message)


def not_ready(reason: str, message: str, hint: str = "") -> Condition:
    return Condition("Ready", "False", reason, message, hint)


def merge(
    previous: Iterable[Manifest], current: Iterable[Condition], *, generation: int, as_of: str
) -> list[Manifest]:
    """The conditions to report, in the order of *current*; *previous* are `Parent.conditions`.

    lastTransitionTime moves only when a status flips. If it moved at every call, every answer
    would differ from the stored status, be written, and wake the controller again.
    """
    known: dict[str, tuple[str, str]] = {
        item["type"]: (item["status"], item["lastTransitionTime"]) for item in previous
    }

    def since(condition: Condition) -> str:
        status, time = known.get(condition.type, (condition.status, as_of))
        return time if status == condition.status else max(time, as_of)

    return [
        {
            "type": condition.type,
            "status": condition.status,
            "reason": condition.reason,
            "message": shortened(f"{condition.message} {condition.hint}".rstrip()),
            "lastTransitionTime": since(condition),
            "observedGeneration": generation,
        }
        for condition in current
    ]


def shortened(message: str) -> str:
    return message if len(message) <= MESSAGE_LIMIT else f"{message[: MESSAGE_LIMIT - 1]}…"
