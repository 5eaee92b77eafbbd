"""Which fields an object has, as server-side apply counts them, in the form of FieldsV1.

A set of fields is a tree: `{"f:spec": {"f:ports": {".": {}, 'k:{"port":80}': {…}}}}`. What has
nothing below it is in the set, and of what has, that which has a "." below it. Sets are values:
none is ever changed.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from orasi.cluster.memory.schema import ANYTHING, Schema
from orasi.cluster.values import same

Fields = Mapping[str, Any]

NONE: Fields = {}
ITSELF = "."
_ALONE: Fields = {ITSELF: {}}


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
            Member(_field(name), item, child, not (schema.typed or name in schema.properties))
            for name, item, child in parts
            if child is not None
        ]
    items = schema.items or ANYTHING
    return [Member(schema.item_key(item), item, items, True) for item in value]


@lru_cache(maxsize=4096)  # The same few names come all the time, and are one text then.
def _field(name: str) -> str:
    return f"f:{name}"


def applied(value: Any, schema: Schema) -> Fields:
    """What an Apply of *value* owns: of containers only items, and what is in any."""
    return _below(value, schema, containers=False)


def differences(old: Any, new: Any, schema: Schema) -> tuple[Fields, Fields]:
    """What an Update has changed or brought, containers as well, and what it has removed."""
    before, after = (Member("", value, schema, False) for value in (old, new))
    changed, removed = _compared(before, after)
    return changed or NONE, removed or NONE


def _compared(old: Member, new: Member) -> tuple[Fields | None, Fields | None]:
    """What is the same is not looked into: mostly that is nearly all."""
    if same(new.value, old.value):
        return None, None
    if not (_is_open(old) and _is_open(new)):
        before, after = (_owned(each, containers=True) for each in (old, new))
        return after, before if before is None or after is None else _less(before, after)
    was, parts = (_distinct(members(each.value, each.schema)) for each in (old, new))
    changed: dict[str, Any] = {}
    removed: dict[str, Any] = {}
    for element, part in parts.items():
        if element in was:
            changed[element], removed[element] = _compared(was[element], part)
        else:
            changed[element] = _owned(part, containers=True)
    for element in was.keys() - parts.keys():
        removed[element] = _owned(was[element], containers=True)
    return _some(changed), _some(removed)


def _is_open(part: Member) -> bool:
    """Whether it has parts, or could have: null and nothing in it are alike."""
    value = part.value
    return value is None or (isinstance(value, dict | list) and not part.schema.is_atomic(value))


def _owned(part: Member, *, containers: bool) -> Fields | None:
    """What is owned of *part*, it included if it is an item or *containers* are."""
    value, schema = part.value, part.schema
    if schema.is_atomic(value) or not value:
        is_empty_list = value == [] and not schema.is_atomic([])
        return None if is_empty_list and not containers else NONE
    below = _below(value, schema, containers=containers)
    if containers or part.is_item:
        return {ITSELF: {}, **below} if below else NONE
    return below or None


def _below(value: Any, schema: Schema, *, containers: bool) -> Fields:
    """What is owned in *value*, which is not owned as a whole."""
    parts = members(value, schema)
    if isinstance(value, list):
        parts = [*_distinct(parts).values()]
    found = {}
    for part in parts:
        if (node := _owned(part, containers=containers)) is not None:
            found[part.element] = node
    return found


def _distinct(parts: list[Member]) -> dict[str, Member]:
    """*parts* by their elements. Items with the same key are one, which is owned as a whole."""
    found: dict[str, Member] = {}
    for part in parts:
        twin = found.get(part.element)
        found[part.element] = (
            part._replace(value=[twin.value, part.value], schema=ANYTHING) if twin else part
        )
    return found


def _some(found: Mapping[str, Fields | None]) -> Fields | None:
    """Without those of which there is nothing; None if that is all."""
    return {element: node for element, node in found.items() if node is not None} or None


def joined(some: Fields, others: Fields) -> Fields:
    """What is in either."""
    return _joined(some, others) if some and others else some or others


def less(some: Fields, others: Fields) -> Fields:
    """What is in *some* and not in *others*."""
    return (_less(some, others) or NONE) if some and others else some


def overlap(some: Fields, others: Fields) -> bool:
    """Whether anything is in both."""
    return bool(some and others) and _overlap(some, others)


# Below the root a tree with nothing in it is no empty set, but the field itself.


def _open(node: Fields) -> Fields:
    return node or _ALONE


def _joined(some: Fields, others: Fields) -> Fields:
    if not some and not others:
        return NONE
    both = {**_open(some)}
    for element, node in _open(others).items():
        both[element] = _joined(both[element], node) if element in both else node
    return both


def _less(some: Fields, others: Fields) -> Fields | None:
    there = _open(others)
    rest = {}
    for element, node in _open(some).items():
        if element not in there:
            rest[element] = node
        elif element != ITSELF and (left := _less(node, there[element])) is not None:
            rest[element] = left
    if rest == _ALONE:
        return NONE
    return rest or None


def _overlap(some: Fields, others: Fields) -> bool:
    there = _open(others)
    return any(
        element in there and (element == ITSELF or _overlap(node, there[element]))
        for element, node in _open(some).items()
    )
