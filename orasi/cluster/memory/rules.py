"""Validation rules of a CRD (`x-kubernetes-validations`), written in CEL."""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orasi.cluster.memory.expressions import Expression
from orasi.cluster.memory.problems import (
    OMITTED,
    Problem,
    duplicate,
    forbidden_field,
    invalid,
    required,
)
from orasi.cluster.values import ABSENT

# Before a bracket, blanks and comments included, is no field but what is done with one.
_SELF = re.compile(r"\b(?:self|oldSelf)\b((?:\.\w+\b(?!\s*(?:\(|//)))*)")

MOST_HELD, LONGEST_HELD = 1024, 256  # texts, and characters of one

Fields = Mapping[str, "Fields"]
"""The fields of a map that somebody looks at, and of each again; none: at the whole."""


def _fields_of_self(text: str) -> Fields:
    """The fields that *text* names."""
    return _fields({tuple(found.split(".")[1:]) for found in _SELF.findall(text)})


def _fields(paths: set[tuple[str, ...]]) -> Fields:
    if () in paths:
        return {}
    return {
        name: _fields({path[1:] for path in paths if path[0] == name})
        for name in sorted({path[0] for path in paths})
    }


def _seen(fields: Fields, value: Any) -> Any:
    """The *fields* of *value*: the whole would be converted for CEL each time."""
    if not fields or not isinstance(value, dict):
        return value
    return {name: _seen(fields[name], value[name]) for name in fields if name in value}


@dataclass(frozen=True)
class Rule:
    """One rule, compiled once for all the objects it will judge."""

    text: str
    expression: Expression
    message: str = ""
    told: Expression | None = None  # what says more than the message, where it can
    reason: str = "FieldValueInvalid"
    field_path: str = ""
    fields: Fields = field(default_factory=dict)  # that it looks at
    is_transition: bool = False  # compares with what was, and so judges updates only
    held: set[str] = field(default_factory=set, compare=False, repr=False)  # what it held of lately

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "Rule":
        """ValueError if it is not CEL."""
        message = document.get("messageExpression")
        expression = Expression.parse(document["rule"])
        return cls(
            text=document["rule"].strip(),
            expression=expression,
            message=document.get("message", "").strip(),
            told=Expression.parse(message) if message else None,
            reason=document.get("reason", cls.reason),
            field_path=document.get("fieldPath", ""),
            fields=_fields_of_self(document["rule"]),
            is_transition="oldSelf" in expression.variables,
        )

    def problem(self, path: str, value: Any, old: Any, type_name: str) -> Problem | None:
        """What the rule has against *value*, which was *old* (or `ABSENT`) before this write."""
        if self.is_transition and old is ABSENT:
            return None
        names = {"self": value} if old is ABSENT else {"self": value, "oldSelf": old}
        try:
            holds = self._holds(names)
        except Exception as error:  # Whatever it raises is a verdict on the object, as in Go.
            cause = f"no such key: {error.args[0]}" if isinstance(error, KeyError) else error
            return invalid(path, type_name, f"{cause} evaluating rule: {self.message or self.text}")
        return None if holds is True else self._failure(path, value, names)

    def _holds(self, names: dict[str, Any]) -> Any:
        """Most writes change nothing of what a rule looks at: it is not asked again."""
        looked_at = names if self.is_transition else {"self": names["self"]}
        seen = {name: _seen(self.fields, each) for name, each in looked_at.items()}
        text = repr(seen)  # in which 1, 1.0 and true differ
        if text in self.held:
            return True
        holds = self.expression.value(seen)
        if holds is True and len(text) <= LONGEST_HELD:
            if len(self.held) >= MOST_HELD:
                self.held.clear()
            self.held.add(text)
        return holds

    def _failure(self, path: str, value: Any, names: dict[str, Any]) -> Problem:
        path += self.field_path if path else self.field_path.removeprefix(".")
        detail = self._explanation(names)
        shown = OMITTED if isinstance(value, dict | list) else value
        match self.reason:
            case "FieldValueRequired":
                return required(path, detail)
            case "FieldValueForbidden":
                return forbidden_field(path, detail)
            case "FieldValueDuplicate":
                return duplicate(path, shown)
            case _:
                return invalid(path, shown, detail)

    def _explanation(self, names: dict[str, Any]) -> str:
        text = ""
        if self.told:
            # What fails tells nothing, and what is of several lines is as good as that.
            with contextlib.suppress(Exception):
                text = str(self.told.value(names)).strip()
        if text and "\n" not in text:
            return text
        return self.message or f"failed rule: {self.text}"
