"""Which fields an object has, as server-side apply counts them: sets of paths, and FieldsV1."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from orasi.cluster.memory.schema import ANYTHING, Schema
from orasi.cluster.memory.values import unchanged

Path = tuple[str, ...]
"""Elements as FieldsV1 writes them: ("f:spec", "f:ports", 'k:{"port":80}', "f:name")."""

EXISTS: Any = object()
"""The value of a path that stands for a container itself, whatever is in it."""


class Member(NamedTuple):
    """A direct part of a container."""

    element: str
    value: Any
    schema: Schema
    is_item: bool  # of a list or a map: that it exists is owned apart from its fields


def members(value: Any, schema: Schema) -> list[Member]:
    """The parts of *value* that are owned one by one; none if it is owned as a whole."""
    if schema.is_atomic(value):
        return []
    if isinstance(value, dict):
        parts = ((name, item, schema.child(name)) for name, item in value.items())
        return [
            Member(f"f:{name}", item, child, not (schema.typed or name in schema.properties))
            for name, item, child in parts
            if child is not None
        ]
    items = schema.items or ANYTHING
    return [Member(schema.item_key(item), item, items, True) for item in value]


def owned_fields(value: Any, schema: Schema) -> list[Path]:
    """Every path of *value* that an Apply owns: of containers only items, and what is in them."""
    found: dict[Path, Any] = {}
    _collect(members(value, schema), (), found, containers=False)
    return list(found)


def _fields(value: Any, schema: Schema, path: Path) -> dict[Path, Any]:
    """What an Update owns that brought *value*, which stands at *path*: containers as well."""
    found: dict[Path, Any] = {}
    parts = [Member(path[-1], value, schema, False)] if path else members(value, schema)
    _collect(parts, path[:-1], found, containers=True)
    return found


def _collect(parts: list[Member], path: Path, found: dict[Path, Any], *, containers: bool) -> None:
    for part in parts:
        below = (*path, part.element)
        if inner := members(part.value, part.schema):
            if containers or part.is_item:
                found[below] = EXISTS
            _collect(inner, below, found, containers=containers)
        elif part.value != [] or part.schema.is_atomic(part.value):
            found[below] = part.value


def differences(old: Any, new: Any, schema: Schema) -> tuple[frozenset[Path], frozenset[Path]]:
    """The paths of *new* with another value than in *old*, and those that only *old* has.

    Containers count, as in an Update.
    """
    changed: set[Path] = set()
    removed: set[Path] = set()
    _compare(old, new, schema, (), changed, removed)
    return frozenset(changed), frozenset(removed)


def _compare(
    old: Any, new: Any, schema: Schema, path: Path, changed: set[Path], removed: set[Path]
) -> None:
    """What is the same is not looked into: mostly that is nearly all."""
    if unchanged(new, old):
        return
    if not (_is_open(old, schema) and _is_open(new, schema)):
        before, after = (_fields(value, schema, path) for value in (old, new))
        changed |= {
            each for each in after if each not in before or not unchanged(before[each], after[each])
        }
        removed.update(before.keys() - after.keys())
        return
    was = {part.element: part for part in members(old, schema)}
    parts = {part.element: part for part in members(new, schema)}
    for element, part in parts.items():
        below = (*path, element)
        if element in was:
            _compare(was[element].value, part.value, part.schema, below, changed, removed)
        else:
            changed.update(_fields(part.value, part.schema, below))
    for element in was.keys() - parts.keys():
        removed.update(_fields(was[element].value, was[element].schema, (*path, element)))


def _is_open(value: Any, schema: Schema) -> bool:
    """Whether *value* has parts, or could have: null and nothing in it are alike."""
    return value is None or (isinstance(value, dict | list) and not schema.is_atomic(value))


def has_path(tree: Mapping[str, Any], path: Path) -> bool:
    """Whether *path* is in the set that *tree* is of."""
    node = tree
    for element in path:
        if element not in node:
            return False
        node = node[element]
    return not node or "." in node


def fields_v1(paths: Iterable[Path]) -> dict[str, Any]:
    """*paths* as a tree; "." marks a path that is in the set and has others below it."""
    tree: dict[str, Any] = {}
    for path in sorted(paths):
        node = tree
        for element in path[:-1]:
            node = _inner(node, element)
        node.setdefault(path[-1], {})
    return tree


def _inner(node: dict[str, Any], element: str) -> dict[str, Any]:
    """The node below; as paths come in order, one with nothing in it is in the set itself."""
    inner: dict[str, Any] | None = node.get(element)
    if inner is None:
        inner = node[element] = {}
    elif not inner:
        inner["."] = {}
    return inner


def paths_of(tree: Mapping[str, Any], path: Path = ()) -> Iterator[Path]:
    """The inverse of `fields_v1`."""
    for element, node in tree.items():
        if element == ".":
            yield path
        elif node:
            yield from paths_of(node, (*path, element))
        else:
            yield (*path, element)
