"""Rules across the fields of a model, each told twice: to the API server in CEL, and to Python.

In CEL only what the standard library has, so that every cluster judges alike; what a message tells
is put into it by `format`, which Kubernetes has since 1.29.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_snake


@dataclass(frozen=True)
class Rule:
    """*cel* is for the API server, *holds* for a validated model: they must always agree.

    *given* is a text of CEL, a clause of what breaks the rule: the API server just says "object".
    """

    cel: str
    message: str
    holds: Callable[[Any], bool]
    given: str = ""

    @property
    def schema(self) -> dict[str, str]:
        """What `x-kubernetes-validations` has of it."""
        told = {"rule": self.cel, "message": self.message}
        if self.given:
            message = self.message.replace("%", "%%")
            # Joined by `+`, a number would cost too much: its text is taken for endless.
            told["messageExpression"] = f"'{message}, and %s'.format([{self.given}])"
        return told


def transition(cel: str, message: str, given: str = "") -> Rule:
    """What an edit may not change; only the API server knows both versions."""
    return Rule(cel, message, lambda _: True, given)


def exactly_one_of(*fields: str) -> Rule:
    """Of these fields, as JSON names them, one must be set and no other."""
    each = ", ".join(f"has(self.{field})" for field in fields)
    found = " + ".join(f"(has(self.{field}) ? ' {field}' : '')" for field in fields)
    return Rule(
        f"[{each}].filter(given, given).size() == 1",
        f"exactly one of {listed(fields)} must be set",
        lambda model: len(set_fields(model, fields)) == 1,
        given=f"([{each}].exists(given, given) ? 'there are' + {found} : 'there is none')",
    )


def at_least_one_of(*fields: str) -> Rule:
    """Of these fields, as JSON names them, at least one must be set."""
    return Rule(
        " || ".join(f"has(self.{field})" for field in fields),
        f"at least one of {listed(fields)} must be set",
        lambda model: len(set_fields(model, fields)) > 0,
    )


def value(cel: str) -> str:
    """A clause of the one text that breaks a rule."""
    return f"""'is "' + {cel} + '"'"""


def enumerated(field: str) -> str:
    """A clause of the field on which a rule depends, as JSON names it."""
    return f"'{field} is ' + (has(self.{field}) ? self.{field} : 'not set')"


def numbers(*fields: str) -> str:
    """A clause of numbers that do not go together, each of which is set, as JSON names them."""
    told = ", ".join(f"{field} is %d" for field in fields)
    return f"'{told}'.format([{', '.join(f'self.{field}' for field in fields)}])"


def set_fields(model: Any, fields: tuple[str, ...]) -> list[str]:
    return [field for field in fields if getattr(model, to_snake(field)) is not None]


def listed(fields: tuple[str, ...]) -> str:
    return f"{', '.join(fields[:-1])} and {fields[-1]}"
