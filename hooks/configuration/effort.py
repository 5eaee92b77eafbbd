"""What it takes to judge values by a schema, before anybody does.

A few lines of schema can ask for more steps than there is time, and a judgement cannot be stopped.
So the steps are counted first, where each schema and value are looked at once, however often the
one would judge the other.
"""

from collections.abc import Iterator
from typing import Any

from hooks.configuration.subschemas import Node, Subschemas

# About 0.3 microseconds each, at most. 200 KiB of usual values take some ten thousand.
MOST_STEPS = 500_000
# Comparisons of a schema with a value while counting, of about two microseconds each. A Pipeline
# may use sixteen Configurations, and they are judged in each of its calls.
MOST_COUNTED = 50_000
# Levels of schemas and values together: each takes room on a stack.
DEEPEST = 250
# A long text is compared, copied or quoted in so many characters a step.
STRIDE = 32
# Dividing floats exactly takes up to 40 microseconds.
DIVISION = 200
# To find out what is evaluated, all subschemas beside are judged again, and theirs in turn.
UNEVALUATED = ("unevaluatedProperties", "unevaluatedItems")
AGAIN = 4

Steps = tuple[int, int]
"""All of them, and those of them that could each end with a failure to tell."""


class TooMuch(Exception):
    """`str()` says of what."""


class Effort:
    """Counts steps. *patterns* says how many each character of a text takes, by pattern."""

    def __init__(self, schemas: Subschemas, patterns: dict[str, int]) -> None:
        self._schemas = schemas
        self._patterns = patterns
        self._known: dict[tuple[int, int], Steps] = {}
        self._weights: dict[int, int] = {}
        self._extents: dict[int, int] = {}
        self._names: dict[int, int] = {}
        self._counted = 0
        self.deepest = 0  # levels at which a failure can stand

    def of(self, node: Node, value: Any, depth: int = 0) -> Steps:
        """Steps in which *node* judges *value*. Raises TooMuch."""
        self._counted += 1
        if isinstance(node, bool):
            return 1, 1
        pair = id(node), id(value)
        if pair in self._known:
            return self._known[pair]
        if depth > DEEPEST:
            raise TooMuch(f"together they nest deeper than {DEEPEST} levels")
        if self._counted > MOST_COUNTED:
            raise TooMuch(f"that takes more than {MOST_COUNTED} comparisons")
        self.deepest = max(self.deepest, depth)
        failures = self._weight(node)
        steps = failures + self._own(node, value)
        again = AGAIN if any(key in node for key in UNEVALUATED) else 1
        for each in self._schemas.beside[id(node)]:
            more, tellable = self.of(each, value, depth + 1)
            steps, failures = steps + again * more, failures + again * tellable
        for each, part in below(node, value):
            more, tellable = self.of(each, part, depth + 1)
            steps, failures = steps + more, failures + tellable
        if steps > MOST_STEPS:
            raise TooMuch(f"that takes more than {MOST_STEPS} steps")
        self._known[pair] = steps, failures
        return steps, failures

    def _weight(self, node: dict[str, Any]) -> int:
        """What *node* takes by itself, whatever the value; failures quote these keywords."""
        if id(node) not in self._weights:
            quoted = [node[key] for key in ("const", "dependentRequired", "not") if key in node]
            names, options = node.get("required", ()), node.get("enum", ())
            compared = [each for each in options if isinstance(each, dict | list)]
            long = sum(len(each) // STRIDE for each in options if isinstance(each, str))
            extents = sum(map(extent, (*quoted, *names, *compared)))
            self._weights[id(node)] = 1 + extents + long + len(node.get("pattern", "")) // STRIDE
        return self._weights[id(node)]

    def _own(self, node: dict[str, Any], value: Any) -> int:
        if isinstance(value, str):
            pattern = node.get("pattern")
            return len(value) * self._patterns[pattern] if pattern else len(value) // STRIDE
        if isinstance(value, dict):
            each = self._name_steps(node)
            closed = node.get("additionalProperties") is False or "unevaluatedProperties" in node
            if each or closed:
                return sum(len(key) * each + len(key) // STRIDE + 1 for key in value)
        if isinstance(value, list) and node.get("uniqueItems"):
            if id(value) not in self._extents:
                self._extents[id(value)] = extent(value)
            return self._extents[id(value)]
        if "multipleOf" in node and isinstance(value, int | float):
            exact = isinstance(value, int) and isinstance(node["multipleOf"], int)
            return 0 if exact else DIVISION
        return 0

    def _name_steps(self, node: dict[str, Any]) -> int:
        """Steps that each character of a name takes."""
        if "patternProperties" not in node:
            return 0
        if id(node) not in self._names:
            patterns = node["patternProperties"]
            self._names[id(node)] = sum(self._patterns[pattern] for pattern in patterns)
        return self._names[id(node)]


def below(node: dict[str, Any], value: Any) -> Iterator[tuple[Node, Any]]:
    """The subschemas that judge parts of *value*, and the parts; rather too many than too few."""
    if isinstance(value, dict) and value:
        named = node.get("properties", {})
        few, many = (named, value) if len(named) < len(value) else (value, named)
        yield from ((named[name], value[name]) for name in few if name in many)
        keyed = node.get("patternProperties", {}).values()
        yield from ((each, part) for each in keyed for part in value.values())
        if "additionalProperties" in node:
            other = node["additionalProperties"]
            yield from ((other, part) for name, part in value.items() if name not in named)
        if "unevaluatedProperties" in node:
            yield from ((node["unevaluatedProperties"], part) for part in value.values())
        if "propertyNames" in node:
            yield from ((node["propertyNames"], name) for name in value)
    elif isinstance(value, list):
        first = node.get("prefixItems", [])
        yield from zip(first, value, strict=False)
        if "items" in node:
            yield from ((node["items"], item) for item in value[len(first) :])
        for key in ("unevaluatedItems", "contains"):
            if key in node:
                yield from ((node[key], item) for item in value)


def extent(value: Any) -> int:
    """How many values are in *value*, itself included; long texts count for more."""
    if isinstance(value, dict):
        return 1 + sum(len(key) // STRIDE + extent(each) for key, each in value.items())
    if isinstance(value, list):
        return 1 + sum(map(extent, value))
    return 1 + (len(value) // STRIDE if isinstance(value, str) else 0)
