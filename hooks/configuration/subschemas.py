"""What a JSON Schema consists of: its subschemas, and which of them judge the same value.

Wrong shapes are passed over: the metaschema reports those.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from hooks.model import excerpt
from hooks.paths import Path, shown

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# The keywords that hold subschemas. The first group judges the value itself, the second its parts;
# the last only keeps them.
BESIDE_ONE = ("not", "if", "then", "else")
BESIDE_LISTS = ("allOf", "anyOf", "oneOf")
BESIDE_MAPS = ("dependentSchemas", "dependencies")
BELOW_ONE = (
    *("additionalProperties", "unevaluatedProperties", "propertyNames"),
    *("items", "unevaluatedItems", "contains"),
)
BELOW_LISTS = ("prefixItems",)
BELOW_MAPS = ("properties", "patternProperties")
KEPT_ONE = ("contentSchema",)
KEPT_MAPS = ("$defs", "definitions")

REFERENCES = ("$ref", "$dynamicRef")
ANCHORS = ("$anchor", "$dynamicAnchor")

# Each takes time to compile.
MOST_PATTERNS = 200
LONGEST_PATTERN = 1024
# Of subschemas that judge the same value, one because of the other.
LONGEST_CHAIN = 64

Node = dict[str, Any] | bool


class InvalidSchema(Exception):
    """`str()` is a sentence without its stop."""

    @classmethod
    def at(cls, path: Path, reason: str) -> Self:
        return cls(f"{shown('spec.schema', path)} {reason}")


@dataclass(frozen=True)
class Subschemas:
    """Every subschema by its path, and by identity those that judge the very value it judges."""

    nodes: dict[tuple[str, ...], Node] = field(default_factory=dict)
    beside: dict[int, list[Node]] = field(default_factory=dict)

    def patterns(self) -> Iterator[tuple[Path, str]]:
        for path, node in sorted(self.nodes.items()):
            if isinstance(node, dict):
                if isinstance(node.get("pattern"), str):
                    yield (*path, "pattern"), node["pattern"]
                keyed = node.get("patternProperties")
                for pattern in sorted(keyed) if isinstance(keyed, dict) else ():
                    yield (*path, "patternProperties", pattern), pattern


def held(
    node: dict[str, Any],
    one: tuple[str, ...],
    lists: tuple[str, ...] = (),
    maps: tuple[str, ...] = (),
) -> Iterator[tuple[tuple[str, ...], Node]]:
    """The subschemas under some keywords of *node*, by their paths in it."""
    found: list[tuple[tuple[str, ...], Any]] = [((key,), node[key]) for key in one if key in node]
    for key in lists:
        value = node.get(key)
        items = value if isinstance(value, list) else []
        found += [((key, str(at)), each) for at, each in enumerate(items)]
    for key in maps:
        value = node.get(key)
        members = value if isinstance(value, dict) else {}
        found += [((key, name), each) for name, each in members.items()]
    return ((path, each) for path, each in found if isinstance(each, dict | bool))


def subschemas(schema: dict[str, Any]) -> Subschemas:
    """Raises InvalidSchema for what is none, or could take for ever."""
    found = Subschemas()
    places: list[tuple[tuple[str, ...], Node]] = [((), schema)]
    while places:
        path, node = places.pop()
        found.nodes[path] = node
        if isinstance(node, dict):
            places += (
                ((*path, *below), each)
                for below, each in held(
                    node,
                    (*BESIDE_ONE, *BELOW_ONE, *KEPT_ONE),
                    (*BESIDE_LISTS, *BELOW_LISTS),
                    (*BESIDE_MAPS, *BELOW_MAPS, *KEPT_MAPS),
                )
            )
    refer(found)
    check_patterns(found)
    check_chains(found)
    return found


def refer(found: Subschemas) -> None:
    """Fill in what stands beside. Raises InvalidSchema for what does not point inside."""
    anchors: dict[str, Node] = {}
    nodes = [(path, node) for path, node in sorted(found.nodes.items()) if isinstance(node, dict)]
    for path, node in nodes:
        check_resource(path, node)
        for key in ANCHORS:
            if isinstance(node.get(key), str):
                if node[key] in anchors:
                    raise InvalidSchema.at(
                        (*path, key), f"is {excerpt(node[key])}, as another anchor is"
                    )
                anchors[node[key]] = node
    for path, node in nodes:
        found.beside[id(node)] = [
            *(each for _, each in held(node, BESIDE_ONE, BESIDE_LISTS, BESIDE_MAPS)),
            *(
                target(node[key], (*path, key), found, anchors)
                for key in REFERENCES
                if isinstance(node.get(key), str)
            ),
        ]


def target(reference: str, path: Path, found: Subschemas, anchors: dict[str, Node]) -> Node:
    """What a reference points to. Raises InvalidSchema if that is no subschema."""
    node = resolved(reference, found, anchors)
    if node is None:
        reason = f"is {excerpt(reference)}, and should point to a schema in spec.schema"
        raise InvalidSchema.at(path, f"{reason}, such as #/$defs/port")
    return node


def check_resource(path: Path, node: dict[str, Any]) -> None:
    """Raises InvalidSchema unless all of a schema is one resource of one dialect."""
    if path and "$id" in node:
        raise InvalidSchema.at((*path, "$id"), "is not allowed: only the whole schema may have one")
    if node.get("$schema", DIALECT) != DIALECT:
        raise InvalidSchema.at(
            (*path, "$schema"), f"should be {DIALECT}, and is {excerpt(node['$schema'])}"
        )


def resolved(reference: str, found: Subschemas, anchors: dict[str, Node]) -> Node | None:
    """What a reference points to; None if that is no subschema, or stands outside."""
    if reference == "#":
        return found.nodes[()]
    if reference.startswith("#/") and "%" not in reference:
        steps = reference.split("/")[1:]
        return found.nodes.get(tuple(step.replace("~1", "/").replace("~0", "~") for step in steps))
    return anchors.get(reference[1:]) if reference.startswith("#") else None


def check_patterns(found: Subschemas) -> None:
    patterns = list(found.patterns())
    if len(patterns) > MOST_PATTERNS:
        raise InvalidSchema.at((), f"has {len(patterns)} patterns; {MOST_PATTERNS} are allowed")
    for path, pattern in patterns:
        if len(pattern) > LONGEST_PATTERN:
            reason = f"has {len(pattern)} characters; {LONGEST_PATTERN} are allowed"
            raise InvalidSchema.at(path, reason)


def check_chains(found: Subschemas) -> None:
    """Raises InvalidSchema for subschemas that judge one value for ever, or nearly so."""
    paths = {id(node): path for path, node in found.nodes.items()}
    heights: dict[int, int] = {}  # 0 while on the way

    def height(node: Node, depth: int) -> int:
        if isinstance(node, bool):
            return 1
        if heights.get(id(node)) == 0:
            raise InvalidSchema.at(paths[id(node)], "refers to itself, and comes to no end")
        if id(node) not in heights:
            heights[id(node)] = 0
            below = found.beside[id(node)] if depth <= LONGEST_CHAIN else ()
            heights[id(node)] = 1 + max((height(each, depth + 1) for each in below), default=0)
        if depth + heights[id(node)] > LONGEST_CHAIN:
            reason = f"is one of more than {LONGEST_CHAIN} schemas in a row that judge one value"
            raise InvalidSchema.at(paths[id(node)], reason)
        return heights[id(node)]

    for _, node in sorted(found.nodes.items()):
        height(node, 0)
