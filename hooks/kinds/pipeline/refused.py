"""How a check of a Pipeline ends when it fails."""

from dataclasses import dataclass

from hooks.conditions import Condition
from hooks.frozen import BUT_PODS

RESOLVED = Condition("Resolved", "True", "Resolved", "Every object that the spec names is usable.")
UNKNOWN = Condition(
    "Configured", "Unknown", "Unresolved", "Not judged until every reference is resolved."
)


@dataclass(unsafe_hash=True)  # not frozen: whoever passes an exception on sets its traceback
class Refused(Exception):
    """The spec asks for what cannot be: why, in a word and in a sentence."""

    reason: str
    message: str

    def condition(self, type_: str) -> Condition:
        return Condition(type_, "False", self.reason, f"{self.message} {BUT_PODS}")

    @property
    def conditions(self) -> tuple[Condition, Condition]:
        """What is true of the references, and of the configuration."""
        return RESOLVED, self.condition("Configured")


@dataclass(unsafe_hash=True)
class Unresolved(Refused):
    """What the spec refers to is not there, or not as it is needed."""

    @property
    def conditions(self) -> tuple[Condition, Condition]:
        return self.condition("Resolved"), UNKNOWN
