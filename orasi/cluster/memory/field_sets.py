"""Which fields an object has, as server-side apply counts them, in the form of FieldsV1.

A set of fields is a tree: `{"f:spec": {"f:ports": {".": {}, 'k:{"port":80}': {…}}}}`. What has
nothing below it is in the set, and of what has, that which has a "." below it. Sets are values:
none is ever changed.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.memory.schema import ANYTHING, Schema
from orasi.cluster.values import same

Fields = Mapping[str, Any]

NONE: Fields = {}
ITSELF = "."
_ALONE: Fields = {ITSELF: {}}


Member = tuple[str, Any, Schema, bool]
"""A direct part of a container: element, value, schema, and whether it is an item of a list or a
map, of which it is owned apart from its fields that it exists. A plain tuple, since one is made of
each field of each object: one of a class of its own takes several times as long."""


def members(value: Any, schema: Schema) -> list[Member]:
    """The parts of *value* that are owned one by one; none if it is owned as a whole."""
    if schema.is_atomic(value):
        return []
    if isinstance(value, dict):
        return [
            (_field(name), item, child, not (schema.typed or name in schema.properties))
            for name, item in value.items()
            if (child := schema.child(name)) is not None
        ]
    items = schema.items or ANYTHING
    return [(schema.item_key(item), item, items, True) for item in value]


@lru_cache(maxsize=4096)  # The same few names come all the time, and are one text then.
def _field(name: str) -> str:
    return f"f:{name}"


def applied(value: Any, schema: Schema) -> Fields:
    """What an Apply of *value* owns: of containers only items, and what is in any."""
    return _below(value, schema, containers=False)


def differences(old: Any, new: Any, schema: Schema) -> tuple[Fields, Fields]:
    """What an Update has changed or brought, containers as well, and what it has removed."""
    before, after = (("", value, schema, False) for value in (old, new))
    changed, removed = _compared(before, after)
    return changed or NONE, removed or NONE


def _compared(old: Member, new: Member) -> tuple[Fields | None, Fields | None]:
    """What is the same is not looked into: mostly that is nearly all."""
    (_, was, schema, _), (_, value, new_schema, _) = old, new
    if same(value, was):
        return None, None
    if not (_is_open(was, schema) and _is_open(value, new_schema)):
        before, after = (_owned(each, containers=True) for each in (old, new))
        return after, before if before is None or after is None else _less(before, after)
    if isinstance(was, dict) and isinstance(value, dict):
        was, value = _differing(was, value)
    there, parts = _distinct(members(was, schema)), _distinct(members(value, new_schema))
    changed: dict[str, Any] = {}
    removed: dict[str, Any] = {}
    for element, part in parts.items():
        if element in there:
            changed[element], removed[element] = _compared(there[element], part)
        else:
            changed[element] = _owned(part, containers=True)
    for element in there.keys() - parts.keys():
        removed[element] = _owned(there[element], containers=True)
    return _some(changed), _some(removed)


def _differing(old: Manifest, new: Manifest) -> tuple[Manifest, Manifest]:
    """Both without the fields that are the same in both."""
    changed = {
        name: item for name, item in new.items() if not (name in old and same(item, old[name]))
    }
    return {name: old[name] for name in old if name in changed or name not in new}, changed


def _is_open(value: Any, schema: Schema) -> bool:
    """Whether it has parts, or could have: null and nothing in it are alike."""
    return value is None or (isinstance(value, dict | list) and not schema.is_atomic(value))


def _owned(part: Member, *, containers: bool) -> Fields | None:
    """What is owned of *part*, it included if it is an item or *containers* are."""
    _, value, schema, is_item = part
    if not value or schema.is_atomic(value):
        is_empty_list = value == [] and not schema.is_atomic([])
        return None if is_empty_list and not containers else NONE
    below = _below(value, schema, containers=containers)
    if containers or is_item:
        return {ITSELF: {}, **below} if below else NONE
    return below or None


def _below(value: Any, schema: Schema, *, containers: bool) -> Fields:
    """What is owned in *value*, which is not owned as a whole."""
    parts = members(value, schema)
    if isinstance(value, list):
        parts = [*_distinct(parts).values()]
    found = {}
    for part in parts:
        # Most are texts, which are owned as they are.
        node = NONE if type(part[1]) is str else _owned(part, containers=containers)
        if node is not None:
            found[part[0]] = node
    return found


def _distinct(parts: list[Member]) -> dict[str, Member]:
    """*parts* by their elements. Items with the same key are one, which is owned as a whole."""
    found: dict[str, Member] = {}
    for element, value, schema, is_item in parts:
        if twin := found.get(element):
            value, schema = [twin[1], value], ANYTHING
        found[element] = element, value, schema, is_item
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
