"""An observed child, projected onto the fields that were last applied.

Answering it changes nothing: edits by hand survive, and nothing is claimed that was not ours.
What was applied stands in Metacontroller's annotation, or under server-side apply in the entry of
managedFields that owns the parent's owner reference.
"""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic_core import from_json

from hooks.contract.json import Manifest

LAST_APPLIED = "metacontroller.k8s.io/last-applied-configuration"

# By these, in this order, Metacontroller's dynamic apply merges lists of objects.
MERGE_KEYS = ("containerPort", "port", "mountPath", "name", "uid", "ip", "path")

IDENTITY = ("name", "namespace")
NOT_OURS = ("ownerReferences", "managedFields", "uid", "resourceVersion", "generation")


def last_applied(child: Manifest, *, parent_uid: str) -> Manifest:
    """The part of *child* that was last applied for the parent, with its present values.

    Only its identity where nothing is known to have been applied.
    """
    noted = annotated(child)
    fields = applied_fields(child, parent_uid)
    if noted is not None:
        ours = merged(child, noted)
    else:
        ours = {} if fields is None else owned(child, fields)
    metadata = ours.get("metadata", {})
    kept = {key: value for key, value in metadata.items() if key not in NOT_OURS}
    identity = {key: child["metadata"][key] for key in IDENTITY if key in child["metadata"]}
    return {key: value for key, value in ours.items() if key != "status"} | {
        "apiVersion": child["apiVersion"],
        "kind": child["kind"],
        "metadata": kept | identity,
    }


def annotated(child: Manifest) -> Manifest | None:
    """What Metacontroller's dynamic apply noted down, or None if nothing readable."""
    annotations = child["metadata"].get("annotations")
    text = annotations.get(LAST_APPLIED) if isinstance(annotations, dict) else None
    try:
        applied = from_json(text, allow_inf_nan=False) if isinstance(text, str) else None
    except ValueError:
        return None
    return applied if isinstance(applied, dict) else None


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


def distinct(values: Iterable[Any]) -> bool:
    listed = list(values)
    return all(isinstance(value, str | int) for value in listed) and len(set(listed)) == len(listed)


def applied_fields(child: Manifest, parent_uid: str) -> Manifest | None:
    """The fields that whoever applied our owner reference applied, as FieldsV1, or None."""
    reference = f'k:{{"uid":"{parent_uid}"}}'
    entries = child["metadata"].get("managedFields")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("operation") == "Apply":
            fields = subfields(entry, "fieldsV1")
            if reference in subfields(fields, "f:metadata", "f:ownerReferences"):
                return fields
    return None


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
