"""Server-side apply: who owns which field (`metadata.managedFields`), and merging by that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.memory import metadata
from orasi.cluster.memory.field_sets import (
    Path,
    differences,
    fields_v1,
    has_path,
    members,
    owned_fields,
    paths_of,
)
from orasi.cluster.memory.kinds import Kind, content
from orasi.cluster.memory.problems import as_json, not_applicable
from orasi.cluster.memory.schema import ANYTHING, Schema


@dataclass(frozen=True)
class Writer:
    """Whose fields an entry lists."""

    manager: str
    operation: str  # Apply, Update
    api_version: str
    subresource: str = ""


def entries_after(
    kind: Kind,
    old: Manifest | None,
    new: Manifest,
    writer: Writer,
    now: str,
    applied: frozenset[Path] | None = None,
) -> list[dict[str, Any]]:
    """The managedFields of *new*, which *writer* made out of *old*.

    What the write changed now belongs to its writer alone; an Apply owns just what it *applied*.
    """
    stored: list[dict[str, Any]] = old["metadata"].get("managedFields", []) if old else []
    if old and not stored:
        if applied is None:
            return []  # Who did not begin with it is not tracked before the first Apply.
        stored = _before_first_apply(kind, old, writer)
    changed, removed = _differences(kind, old, new, writer)
    if old and applied is None and not (changed or removed):
        return stored
    before, others = _split(stored, writer, changed | removed)
    mine = (_owned(before) - removed) | changed if applied is None else applied
    if not mine:
        return others
    same = before is not None and mine == _owned(before)
    fields = before["fieldsV1"] if before and same else fields_v1(mine)
    time = before["time"] if before and same and not (changed or removed) else now
    return sorted([*others, _entry(writer, fields, time)], key=_order)


def _before_first_apply(kind: Kind, old: Manifest, writer: Writer) -> list[dict[str, Any]]:
    """All that is there when the first Apply comes, as somebody's who has no name and no time."""
    everybody = Writer("before-first-apply", "Update", writer.api_version)
    found, _ = _differences(kind, None, old, everybody)
    entry = _entry(everybody, fields_v1(found), "")
    return [{name: value for name, value in entry.items() if name != "time"}] if found else []


def _differences(
    kind: Kind, old: Manifest | None, new: Manifest, writer: Writer
) -> tuple[frozenset[Path], frozenset[Path]]:
    """What a write has changed or brought, and what it has removed."""
    before = managed_part(kind, old or kind.empty, writer.subresource)
    after = managed_part(kind, new, writer.subresource)
    changed, removed = differences(before, after, kind.managed_schema)
    metadata_itself = {("f:metadata",)}  # Every object has it; nobody brought it.
    return changed - metadata_itself, removed - metadata_itself


def _split(
    entries: Iterable[dict[str, Any]], writer: Writer, lost: frozenset[Path]
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The entry of *writer*, if there is one, and those of others without what they have *lost*."""
    mine, others = None, []
    for entry in entries:
        if _writer(entry) == writer:
            mine = entry
        elif not any(has_path(entry["fieldsV1"], path) for path in lost):
            others.append(entry)
        elif rest := _owned(entry) - lost:
            others.append({**entry, "fieldsV1": fields_v1(rest)})
    return mine, others


def _owned(entry: Mapping[str, Any] | None) -> frozenset[Path]:
    return frozenset(paths_of(entry["fieldsV1"])) if entry else frozenset()


def _writer(entry: Mapping[str, Any]) -> Writer:
    return Writer(
        entry["manager"], entry["operation"], entry["apiVersion"], entry.get("subresource", "")
    )


def _owners(entries: Iterable[Mapping[str, Any]]) -> dict[Writer, frozenset[Path]]:
    return {_writer(entry): _owned(entry) for entry in entries}


def _order(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    return entry["operation"], entry.get("time", ""), entry["manager"]


def _entry(writer: Writer, fields: dict[str, Any], time: str) -> dict[str, Any]:
    entry = {
        "manager": writer.manager,
        "operation": writer.operation,
        "apiVersion": writer.api_version,
        "time": time,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }
    return {**entry, "subresource": writer.subresource} if writer.subresource else entry


def managed_part(kind: Kind, manifest: Manifest, subresource: str = "") -> Manifest:
    """The fields that a writer of *subresource* can own at all."""
    described = manifest.get("metadata", {})
    names = metadata.SCHEMA.properties
    own = {name: described[name] for name in names if described.get(name) is not None}
    part = content(manifest) | ({"metadata": own} if own else {})
    if kind.has_status and not subresource:
        part.pop("status", None)
    return part


def applied_fields(kind: Kind, manifest: Manifest) -> frozenset[Path]:
    return frozenset(owned_fields(managed_part(kind, manifest), kind.managed_schema))


def applied_over(
    live: Manifest, manifest: Manifest, kind: Kind, writer: Writer, fields: frozenset[Path]
) -> Manifest:
    """*live* after *writer* applied *manifest*, that is, the *fields* of it.

    What it applied earlier and leaves out now is removed, unless somebody else owns it too.
    """
    schema = kind.managed_schema
    owners = _owners(live["metadata"].get("managedFields", []))
    before = owners.get(writer, frozenset())
    result = merged(managed_part(kind, live), managed_part(kind, manifest), schema)
    if before - fields:
        others = (owned for owner, owned in owners.items() if owner != writer)
        result = without(result, schema, before, fields.union(*others))
    described = {name: live["metadata"].get(name) for name in ("name", "namespace")}
    return {**result, "metadata": {**described, **result.get("metadata", {})}}


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
    """In the order of *applied*; an item that only *live* has keeps its place before the next."""
    theirs = {schema.item_key(item): item for item in live}
    mine = {schema.item_key(item): item for item in applied}
    items = schema.items or ANYTHING
    both = {key: merged(theirs[key], mine[key], items) for key in mine if key in theirs}
    waiting = list(mine)
    order: dict[str, None] = {}
    for key in (*theirs, *mine):
        while key in waiting:
            order[waiting.pop(0)] = None
        order[key] = None
    return [{**theirs, **mine, **both}[key] for key in order]


def without(value: Any, schema: Schema, before: frozenset[Path], now: frozenset[Path]) -> Any:
    """*value* less what was owned *before* and is not owned *now*.

    Who owns a field of a struct owns its parents as well, but for items of lists and of maps: such
    an item goes as a whole with its owner, whatever somebody else may have put into it.
    """
    return _without(value, schema, _with_parents(before), _with_parents(now), ())


Owned = tuple[frozenset[Path], frozenset[Path]]
"""Paths, and their parents."""


def _with_parents(paths: frozenset[Path]) -> Owned:
    return paths, frozenset(path[:length] for path in paths for length in range(1, len(path)))


def _is_owned(path: Path, owned: Owned, *, is_item: bool) -> bool:
    paths, parents = owned
    return path in paths or (not is_item and path in parents)


def _without(value: Any, schema: Schema, before: Owned, now: Owned, path: Path) -> Any:
    parts = members(value, schema)
    if not parts:
        return value
    rest = []
    for part in parts:
        below = (*path, part.element)
        was, still = (_is_owned(below, owned, is_item=part.is_item) for owned in (before, now))
        if still or not was:
            remaining = _without(part.value, part.schema, before, now, below)
            rest.append((part.element.removeprefix("f:"), remaining))
    return dict(rest) if isinstance(value, dict) else [item for _, item in rest]


def check_applicable(kind: Kind, manifest: Manifest) -> None:
    """Raises what server-side apply answers to fields that the schema does not have."""
    resource, described = kind.resource, manifest["metadata"]
    wrong = [
        (field, f"expected {shape}", value) for field, shape, value in metadata.misshapen(described)
    ]
    wrong += [
        (f"{field}.{key}", "expected string", value)
        for field in ("annotations", "labels")
        if not wrong
        for key, value in (described.get(field) or {}).items()
        if not isinstance(value, str)
    ]
    problems = [
        f".metadata.{field}: {expected}, got &value.valueUnstructured{{Value:{as_json(value)}}}"
        for field, expected, value in wrong
    ]
    unknown = kind.schema.undeclared(content(manifest))
    problems += [f"{path}: field not declared in schema" for path in unknown]
    problems += kind.managed_schema.repeated(managed_part(kind, manifest))
    if problems:
        place = "/".join(filter(None, (described.get("namespace"), described["name"])))
        version = resource.api_version if resource.group else f"/{resource.api_version}"
        raise not_applicable(
            f"failed to create typed patch object ({place}; {version}, Kind={resource.kind}): "
            + ", ".join(problems)
        )
