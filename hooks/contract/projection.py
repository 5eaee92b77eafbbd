"""An observed child, projected onto the fields that were last applied.

Answering it changes nothing: edits by hand survive, and nothing is claimed that was not ours. What
was applied stands in Metacontroller's annotation under dynamic apply, and in managedFields under
server-side apply. Which of the two is in force no request says, and after a switch both are there,
so both count: a field too few would be deleted.
"""

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

from pydantic_core import from_json

from hooks.contract.json import Manifest

LAST_APPLIED = "metacontroller.k8s.io/last-applied-configuration"

# By these, in this order, Metacontroller's dynamic apply merges lists of objects.
MERGE_KEYS = ("containerPort", "port", "mountPath", "name", "uid", "ip", "path")

# Metacontroller's generated selector, on every child.
SELECTOR_LABEL = "controller-uid"

# All that a hook ever says in a child's metadata; owner references, for one, are Metacontroller's.
IDENTITY = ("name", "namespace")
DESCRIPTION = ("labels", "annotations")


def last_applied(child: Manifest, *, parent_uid: str) -> Manifest:
    """The part of *child* that was last applied for the parent, with its present values.

    Only its identity where nothing is known to have been applied.
    """
    noted = annotated(child)
    by_note = {} if noted is None else merged(child, noted)
    fields = applied_fields(child, parent_uid, or_anybodys=noted is None)
    by_fields = owned(child, fields) if fields else {}
    ours = united(child, by_note, by_fields)
    metadata = {key: child["metadata"][key] for key in IDENTITY if key in child["metadata"]}
    for name in DESCRIPTION:
        texts = dict(ours.get("metadata", {}).get(name) or {})
        texts.pop(LAST_APPLIED, None)  # answered, it would be noted down within itself
        metadata |= {name: texts} if texts else {}
    rest = {key: value for key, value in ours.items() if key not in ("metadata", "status")}
    identity = {"apiVersion": child["apiVersion"], "kind": child["kind"], "metadata": metadata}
    return {**without_nulls(rest), **identity}


def without_nulls(value: Any) -> Any:
    """*value* as it may be sent; a null in it would be refused, or taken for a deletion."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    return value


def annotated(child: Manifest) -> Manifest | None:
    """What Metacontroller's dynamic apply noted down, or None if nothing readable."""
    text = (child["metadata"].get("annotations") or {}).get(LAST_APPLIED, "")
    try:
        applied = from_json(text, allow_inf_nan=False)
    except ValueError:
        return None
    is_object = isinstance(applied, dict) and isinstance(applied.get("metadata", {}), dict)
    return applied if is_object else None


def merged(value: Any, applied: Any) -> Any:
    """*value* without what dynamic apply would leave alone, were *applied* desired again."""
    if isinstance(value, dict) and isinstance(applied, dict):
        return {key: merged(value[key], applied[key]) for key in applied if key in value}
    if isinstance(value, list) and isinstance(applied, list):
        key = merge_key(value, applied)
        if key is None:
            return value  # dynamic apply replaces such a list as a whole
        wanted = {item[key]: item for item in applied}
        return [merged(item, wanted[item[key]]) for item in value if item[key] in wanted]
    return value


def merge_key(*lists: list[Any]) -> str | None:
    """The key by which dynamic apply would merge these lists, or None if it replaces them."""
    items = [item for each in lists for item in each]
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    key = next((key for key in MERGE_KEYS if all(key in item for item in items)), None)
    return key if key and all(distinct(item[key] for item in each) for each in lists) else None


def united(value: Any, left: Any, right: Any) -> Any:
    """What is in either of two parts of *value*: *left* dynamic apply's, *right* by fields."""
    if isinstance(value, dict) and isinstance(left, dict) and isinstance(right, dict):
        shared = {key: united(value[key], left[key], right[key]) for key in left if key in right}
        return left | right | shared
    if isinstance(value, list) and isinstance(left, list) and isinstance(right, list):
        key = merge_key(value, left, right)
        if key is None:
            return left  # of such a list dynamic apply's part is all of it
        parts = [{item[key]: item for item in part} for part in (left, right)]
        return [
            united(item, parts[0].get(item[key], {}), parts[1].get(item[key], {}))
            for item in value
            if item[key] in parts[0] or item[key] in parts[1]
        ]
    return left


def distinct(values: Iterable[Any]) -> bool:
    listed = list(values)
    return all(isinstance(value, str | int) for value in listed) and len(set(listed)) == len(listed)


def applied_fields(child: Manifest, parent_uid: str, *, or_anybodys: bool) -> Manifest:
    """The fields that Metacontroller has applied, as FieldsV1; {} if none.

    Its entries are those that hold our mark. If somebody took the mark away, *or_anybodys*
    applied fields count: one of ours left out would be deleted.
    """
    entries = child["metadata"].get("managedFields")
    applied = [
        subfields(entry, "fieldsV1")
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and entry.get("operation") == "Apply"
    ]
    ours = [fields for fields in applied if marks(fields, parent_uid)]
    return reduce(joined, ours or (applied if or_anybodys else []), {})


def marks(fields: Manifest, parent_uid: str) -> bool:
    """Whether these fields hold what Metacontroller puts on each child of the parent."""
    metadata = subfields(fields, "f:metadata")
    reference = f'k:{{"uid":"{parent_uid}"}}'
    return reference in subfields(
        metadata, "f:ownerReferences"
    ) or f"f:{SELECTOR_LABEL}" in subfields(metadata, "f:labels")


def joined(left: Manifest, right: Manifest) -> Manifest:
    """The fields that are in either."""
    both = {key: joined(left[key], right[key]) for key in left if key in right}
    return left | right | both


def subfields(fields: Any, *path: str) -> Manifest:
    for key in path:
        fields = fields.get(key) if isinstance(fields, dict) else None
    return fields if isinstance(fields, dict) else {}


def owned(value: Any, fields: Manifest) -> Any:
    """The part of *value* that FieldsV1 names.

    "f:<field>" is a member of a map, "k:<keys>" an item of a list by its keys, "v:<value>" an item
    of a set, "." the thing itself. What names nothing inside it is owned as a whole.
    """
    if isinstance(value, dict) and fields:
        return {
            key: owned(item, subfields(fields, f"f:{key}"))
            for key, item in value.items()
            if f"f:{key}" in fields
        }
    if isinstance(value, list) and fields:
        selectors = [(selector(key), subfields(fields, key)) for key in fields]
        return [owned(item, named) for item in value for ours, named in selectors if ours(item)]
    return value


def selector(key: str) -> Callable[[Any], bool]:
    """Whether a list's item is the one that a key of FieldsV1 stands for."""
    try:
        wanted = from_json(key[2:]) if key.startswith(("k:", "v:")) else None
    except ValueError:
        wanted = None
    if wanted is None:
        return lambda _: False
    if key.startswith("k:") and isinstance(wanted, dict):
        return lambda item: isinstance(item, dict) and wanted.items() <= item.items()
    return lambda item: bool(item == wanted)
