"""Dynamic apply: Metacontroller's own three-way merge, on its copy of what it last applied."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.loop.go_json import json_type, syntax_problem
from orasi.cluster.loop.go_syntax import go_plain
from orasi.cluster.values import from_json, same

LAST_APPLIED = "metacontroller.k8s.io/last-applied-configuration"

# In order of precedence: a list whose items all have one of these is merged item by item.
MERGE_KEYS = ("containerPort", "port", "mountPath", "name", "uid", "ip", "path")

GO_EXPONENTS = 1e21  # from which on Go writes them

# Set by the API server alone: a hook that answers them must not cause a write.
SYSTEM_METADATA = (
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
)


def as_go_writes(value: Any) -> Any:
    """Go writes the number 1.0 as 1, and no exponent below 10²¹. What has none is handed back."""
    return _as_go_writes(value) if _has_whole_floats(value) else value


def _has_whole_floats(value: Any) -> bool:
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return any(type(each) is not str and _has_whole_floats(each) for each in parts)
    return isinstance(value, float) and value.is_integer()


def _as_go_writes(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_go_writes(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_go_writes(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < GO_EXPONENTS:
        return int(Decimal(repr(value)))  # the shortest digits, padded with zeros
    return value


def encoded(value: Any) -> str:
    """JSON with the very bytes that Go's encoder gives, so that annotations and sizes agree."""
    text = json.dumps(
        as_go_writes(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    for character in "<>&\u2028\u2029":
        if character in text:
            text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def with_last_applied(manifest: Manifest, applied: Manifest) -> Manifest:
    """*manifest*, remembering *applied* in its annotation.

    Annotations that are not all strings are lost, as they are in Metacontroller.
    """
    metadata = manifest.get("metadata") or {}
    annotations = {**text_annotations(manifest), LAST_APPLIED: encoded(applied)}
    return {**manifest, "metadata": {**metadata, "annotations": annotations}}


def without_last_applied(manifest: Manifest) -> Manifest:
    """*manifest* without the annotation, should an author have copied it from a live object."""
    if LAST_APPLIED not in text_annotations(manifest):
        return manifest
    kept = {k: v for k, v in text_annotations(manifest).items() if k != LAST_APPLIED}
    return {**manifest, "metadata": {**manifest["metadata"], "annotations": kept}}


def updated(observed: Manifest, desired: Manifest) -> Manifest:
    """*observed* as it has to become; the same value (by `same`) if there is nothing to write.

    Raises ValueError if the annotation on *observed* is no JSON object.
    """
    desired = without_last_applied(desired)
    remembered = text_annotations(observed).get(LAST_APPLIED)
    if remembered == encoded(desired) and holds(observed, desired):
        return observed
    merged: Manifest = merge(observed, _last_applied(remembered), desired)
    metadata = _reverted(merged["metadata"], observed["metadata"], SYSTEM_METADATA)
    merged = _reverted({**merged, "metadata": metadata}, observed, ("status",))
    return with_last_applied(merged, desired)


def _last_applied(remembered: str | None) -> Manifest | None:
    try:
        value = from_json(remembered) if remembered else None
        if value is not None and not isinstance(value, dict):
            raise ValueError(
                f"json: cannot unmarshal {json_type(value)} into Go value of type "
                "map[string]interface {}"
            )
    except ValueError as error:
        why = syntax_problem((remembered or "").encode()) or error
        raise ValueError(f'can\'t unmarshal "{LAST_APPLIED}" annotation: {why}') from error
    return value


def holds(observed: Any, desired: Any) -> bool:
    """Whether the merge would change nothing if *desired* is also what was last applied.

    Mostly that is so. It can be so, too, where False is said: of lists with other items.
    """
    if isinstance(observed, dict) and isinstance(desired, dict):
        return all(key in observed and holds(observed[key], item) for key, item in desired.items())
    are_lists = isinstance(observed, list) and isinstance(desired, list)
    if are_lists and len(observed) == len(desired) and (key := _merge_key((*observed, *desired))):
        names = {go_plain(item[key]) for item in observed}
        return len(names) == len(observed) and all(map(holds, observed, desired))
    return same(observed, desired)


def merge(observed: Any, last_applied: Any, desired: Any) -> Any:
    """The change from *last_applied* to *desired*, made to *observed*; no argument is changed."""
    if isinstance(observed, dict):
        return _merged_objects(observed, _mapping(last_applied), _mapping(desired))
    if isinstance(observed, list):
        last_items = last_applied if isinstance(last_applied, list) else []
        desired_items = desired if isinstance(desired, list) else []
        merge_key = _merge_key((*observed, *last_items, *desired_items))
        if merge_key:
            return _merged_lists(merge_key, observed, last_items, desired_items)
        return desired if isinstance(desired, list) else None
    return desired


def _merged_objects(
    observed: Mapping[str, Any], last_applied: Mapping[str, Any], desired: Mapping[str, Any]
) -> dict[str, Any]:
    kept = {k: v for k, v in observed.items() if k in desired or k not in last_applied}
    changes = {
        key: merge(observed.get(key), last_applied.get(key), value)
        for key, value in desired.items()
    }
    return kept | changes


def _merged_lists(
    merge_key: str, observed: Sequence[Any], last_applied: Sequence[Any], desired: Sequence[Any]
) -> list[Any]:
    def keyed(items: Sequence[Any]) -> dict[str, Any]:
        return {go_plain(item[merge_key]): item for item in items}

    merged = _merged_objects(keyed(observed), keyed(last_applied), keyed(desired))
    # The stored order wins, new items go last.
    stored = [go_plain(item[merge_key]) for item in observed]
    new = keyed(desired).keys() - set(stored)
    appended = [key for key in keyed(desired) if key in new]
    return [merged[key] for key in (*stored, *appended) if key in merged]


def _merge_key(items: Sequence[Any]) -> str:
    if not items or not all(isinstance(item, dict) for item in items):
        return ""
    return next((key for key in MERGE_KEYS if all(key in item for item in items)), "")


def _reverted(changed: Manifest, original: Manifest, fields: Sequence[str]) -> Manifest:
    kept = {key: value for key, value in changed.items() if key not in fields}
    return kept | {key: original[key] for key in fields if key in original}


def text_annotations(manifest: Manifest) -> Mapping[str, str]:
    """Go sees none if one of them is not a text."""
    annotations = _mapping(_mapping(manifest.get("metadata")).get("annotations"))
    return annotations if all(isinstance(v, str) for v in annotations.values()) else {}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
