"""Server-side apply: who owns which field (`metadata.managedFields`), and merging by that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.memory import metadata
from orasi.cluster.memory.field_sets import (
    ITSELF,
    NONE,
    Fields,
    applied,
    differences,
    joined,
    less,
    members,
    overlap,
)
from orasi.cluster.memory.kinds import Kind, content
from orasi.cluster.memory.limits import join
from orasi.cluster.memory.problems import not_applicable, refusal, wrong_type
from orasi.cluster.memory.schema import ANYTHING, Schema
from orasi.cluster.memory.validation import unreadable

NAME: Fields = {"f:metadata": {"f:name": {}}}
"""Everybody applies it, and so the metadata are never without an owner."""

METADATA: Fields = {"f:metadata": {}}
"""Every object has them; nobody brought them."""


@dataclass(frozen=True)
class Writer:
    """Whose fields an entry lists."""

    manager: str
    operation: str  # Apply, Update
    api_version: str
    subresource: str = ""


def claimed(kind: Kind, old: Manifest, manifest: Manifest) -> Manifest:
    """*old* with the managedFields of *manifest*: an update may change them, or clear them."""
    given = manifest["metadata"].get("managedFields")
    if given is None or (given == [] and not kind.built_in):
        return old
    if given == old["metadata"].get("managedFields"):
        return old
    fields = [] if given == [{}] else given
    return {**old, "metadata": {**old["metadata"], "managedFields": fields}}


def entries_after(
    kind: Kind,
    old: Manifest | None,
    new: Manifest,
    writer: Writer,
    now: str,
    fields: Fields | None = None,
) -> list[dict[str, Any]]:
    """The managedFields of *new*, which *writer* made out of *old*.

    What the write changed now belongs to its writer alone; an Apply owns just the *fields* of it.
    """
    stored: list[dict[str, Any]] = old["metadata"].get("managedFields", []) if old else []
    if old and not stored:
        if fields is None:
            return []  # Who did not begin with it is not tracked before the first Apply.
        stored = _before_first_apply(kind, old, writer, now)
    changed, removed = _differences(kind, old, new, writer)
    if old and fields is None and not (changed or removed):
        return stored
    before, others = _split(stored, writer, joined(changed, removed))
    owned = before["fieldsV1"] if before else NONE
    mine = joined(less(owned, removed), changed) if fields is None else fields
    if not mine:
        return others
    # Who applies what is there already, in the same order, has come without a time.
    part = partial(managed_part, kind, subresource=writer.subresource)
    time = (before or {}).get("time", "") if old and part(old) == part(new) else now
    return sorted([*others, _entry(writer, mine, time)], key=_order)


def _before_first_apply(
    kind: Kind, old: Manifest, writer: Writer, now: str
) -> list[dict[str, Any]]:
    """All that is there when the first Apply comes, as somebody's who has no name."""
    everybody = Writer("before-first-apply", "Update", writer.api_version)
    found, _ = _differences(kind, None, old, everybody)
    return [_entry(everybody, found, now)] if found else []


def _differences(
    kind: Kind, old: Manifest | None, new: Manifest, writer: Writer
) -> tuple[Fields, Fields]:
    """What a write has changed or brought, and what it has removed."""
    before = managed_part(kind, old or kind.empty, writer.subresource)
    after = managed_part(kind, new, writer.subresource)
    changed, removed = differences(before, after, kind.managed_schema)
    return less(changed, METADATA), less(removed, METADATA)


def _split(
    entries: Iterable[dict[str, Any]], writer: Writer, lost: Fields
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The entry of *writer*, if there is one, and those of others without what they have *lost*."""
    mine, others = None, []
    for entry in entries:
        if _writer(entry) == writer:
            mine = entry
        elif not overlap(entry["fieldsV1"], lost):
            others.append(entry)
        elif rest := less(entry["fieldsV1"], lost):
            others.append({**entry, "fieldsV1": rest})
    return mine, others


def _writer(entry: Mapping[str, Any]) -> Writer:
    return Writer(
        entry["manager"], entry["operation"], entry["apiVersion"], entry.get("subresource", "")
    )


def _order(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    return entry["operation"], entry.get("time", ""), entry["manager"]


def _entry(writer: Writer, fields: Fields, time: str) -> dict[str, Any]:
    entry = {
        "manager": writer.manager,
        "operation": writer.operation,
        "apiVersion": writer.api_version,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }
    optional = {"time": time, "subresource": writer.subresource}
    return entry | {name: value for name, value in optional.items() if value}


def managed_part(kind: Kind, manifest: Manifest, subresource: str = "") -> Manifest:
    """The fields that a writer of *subresource* can own at all."""
    described = manifest.get("metadata", {})
    names = metadata.SCHEMA.properties
    own = {name: described[name] for name in names if name in described}
    part = content(manifest) | ({"metadata": own} if own else {})
    if kind.has_status and not subresource:
        part.pop("status", None)
    return part


def applied_fields(kind: Kind, manifest: Manifest) -> Fields:
    return applied(managed_part(kind, manifest), kind.managed_schema)


def applied_over(
    live: Manifest, manifest: Manifest, kind: Kind, writer: Writer, fields: Fields
) -> Manifest:
    """*live* after *writer* applied *manifest*, that is, the *fields* of it.

    What it applied earlier and leaves out now is removed, unless somebody else owns it too.
    """
    schema = kind.managed_schema
    before, others = NONE, fields
    for entry in live["metadata"].get("managedFields", []):
        if _writer(entry) == writer:
            before = entry["fieldsV1"]
        else:
            others = joined(others, entry["fieldsV1"])
    result = merged(managed_part(kind, live), managed_part(kind, manifest), schema)
    if less(before, fields):
        lost: list[str] = []
        result = without(result, schema, before, joined(NAME, others), lost)
        missed = [path for path in lost if path != "metadata"]  # which keeps the name
        if missed and not kind.built_in:
            problems = [wrong_type(path, "null", "object") for path in missed]
            raise refusal(kind.resource, live["metadata"]["name"], problems)
    described = {name: live["metadata"].get(name) for name in ("name", "namespace")}
    return {**result, "metadata": {**described, **(result.get("metadata") or {})}}


def merged(live: Any, applied: Any, schema: Schema) -> Any:
    """*live* with the fields of *applied* put over it, keyed lists item by item."""
    if type(live) is not type(applied) or schema.is_atomic(applied):
        return applied
    if isinstance(applied, dict):
        put = {
            name: merged(live[name], item, schema.child(name) or ANYTHING) if name in live else item
            for name, item in applied.items()
        }
        return {**live, **put}
    return _merged_list(live, applied, schema)


def _merged_list(live: list[Any], applied: list[Any], schema: Schema) -> list[Any]:
    """In the order of *applied*; what only *live* has stays before the next item that both have.

    Go walks both at once, in just this way. Of items of *live* with the same key none is merged.
    """
    items = schema.items or ANYTHING
    keys = [schema.item_key(item) for item in live]
    mine = {schema.item_key(item): item for item in applied}
    theirs = {
        key: item if keys.count(key) == 1 else None for key, item in zip(keys, live, strict=True)
    }
    shared = [key for key in mine if key in theirs]
    result, place = [], 0
    for key, item in mine.items():
        while place < len(keys) and not (shared and keys[place] == shared[0]):
            place += 1
            if keys[place - 1] not in mine:
                result.append(live[place - 1])
            elif not shared:
                break
        result.append(merged(theirs[key], item, items) if key in theirs else item)
        if shared and shared[0] == key:
            place += keys[place : place + 1] == [key]
            shared.pop(0)
    return result + [
        item for key, item in zip(keys[place:], live[place:], strict=True) if key not in mine
    ]


def without(
    value: Any, schema: Schema, before: Fields, now: Fields, lost: list[str], path: str = ""
) -> Any:
    """*value* less what was owned *before* and is not owned *now*.

    Who owns a field of a struct owns its parents as well, but for items of lists and of maps: such
    an item goes as a whole with its owner, whatever somebody else may have put into it.
    What has *lost* all that was in it is null, as Go leaves it: where nothing may be so is said.
    """
    parts = members(value, schema)
    if not parts:
        return value
    rest = []
    for element, item, child, is_item in parts:
        was, still = before.get(element), now.get(element)
        if _is_owned(still, is_item=is_item) or not _is_owned(was, is_item=is_item):
            name = element.removeprefix("f:")
            place = join(path, name)
            remaining = without(item, child, was or NONE, still or NONE, lost, place)
            if item and not remaining and isinstance(value, dict):
                remaining = None
                lost += [] if schema.typed or child.keeps_null else [place]
            rest.append((name, remaining))
    return dict(rest) if isinstance(value, dict) else [item for _, item in rest]


def _is_owned(fields: Fields | None, *, is_item: bool) -> bool:
    return fields is not None and (not is_item or not fields or ITSELF in fields)


def check_applicable(kind: Kind, manifest: Manifest) -> None:
    """Raises what server-side apply answers to fields that the schema does not have."""
    resource, described = kind.resource, manifest["metadata"]
    place = "/".join(filter(None, (described.get("namespace"), described["name"])))
    version = resource.api_version if resource.group else f"/{resource.api_version}"
    shown = f"({place}; {version}, Kind={resource.kind})"
    problems = [
        *metadata.DECLARED.untyped(described, ".metadata"),
        *kind.schema.untyped(content(manifest)),
    ]
    if not problems:
        problems += kind.managed_schema.repeated(managed_part(kind, manifest))
    if problems:
        said = problems[0] if len(problems) == 1 else "\n  ".join(["errors:", *problems])
        raise not_applicable(f"failed to create typed patch object {shown}: {said}")
    unread = [*unreadable(metadata.DECLARED, described, "metadata")]
    if kind.built_in:
        unread += unreadable(kind.schema, content(manifest))
    for problem in unread:
        told = str(problem).removeprefix("<nil>: ")
        why = f"unable to convert unstructured object to {version}, Kind={resource.kind}: {told}"
        raise not_applicable(f"failed to convert new object {shown} to proper version: {why}")
