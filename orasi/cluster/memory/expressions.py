"""Expressions in CEL, with what Kubernetes has beside its standard library as far as modelled."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import cel

_VERB = re.compile(r"%(.?)", re.DOTALL)


def formatted(text: str, values: Sequence[Any]) -> str:
    """`text.format(values)` with %s, %d and %%, of texts, whole numbers, booleans and null.

    Raises ValueError for another verb or value, and if there are not as many of both. As
    `ext/formatting.go` of cel-go, which Kubernetes has from 1.29 on.
    """
    left = list(values)

    def told(found: re.Match[str]) -> str:
        verb = found[1]
        if verb == "%":
            return "%"
        if not left:
            raise ValueError(f"index {len(values)} out of range")
        return _told(verb, left.pop(0))

    result = _VERB.sub(told, text)
    if left:
        raise ValueError(f"too many values for {text!r}: {len(values)}")
    return result


def _told(verb: str, value: Any) -> str:
    match value:
        case bool() if verb == "s":
            return str(value).lower()
        case int() if verb in ("s", "d") and not isinstance(value, bool):
            return str(value)
        case str() if verb == "s":
            return value
        case None if verb == "s":
            return "null"
    raise ValueError(f"%{verb} of {type(value).__name__} is not modelled")


FUNCTIONS: MappingProxyType[str, Callable[..., Any]] = MappingProxyType({"format": formatted})
"""By name; a method's first argument is what it is called on."""


@dataclass(frozen=True)
class Expression:
    """An expression, compiled once for all the values it will be asked of."""

    program: cel.Program
    functions: Mapping[str, Callable[..., Any]]  # that it calls, but for those of CEL itself

    @classmethod
    def parse(cls, text: str) -> "Expression":
        """ValueError if it is not CEL."""
        program = cel.compile(text)
        called = FUNCTIONS.keys() & set(program.functions())
        return cls(program, {name: FUNCTIONS[name] for name in called})

    @property
    def variables(self) -> list[str]:
        return self.program.variables()

    def value(self, names: dict[str, Any]) -> Any:
        """With the values of its variables. It may raise anything."""
        if not self.functions:
            return self.program.execute(names)
        context = cel.Context(names)
        for name, function in self.functions.items():
            context.add_function(name, function)
        return self.program.execute(context)
