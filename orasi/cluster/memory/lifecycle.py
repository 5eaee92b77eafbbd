"""What one object becomes when it is created, updated, deleted. Pure: old and new are values."""

from functools import partial
from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.memory import decoding, metadata
from orasi.cluster.memory.kinds import Kind, content
from orasi.cluster.memory.problems import (
    invalid,
    refusal,
    undecodable,
)
from orasi.cluster.memory.schema import ANYTHING, Schema
from orasi.cluster.memory.validation import misfits, rule_problems, unreadable
from orasi.cluster.values import ABSENT, same

LONGEST_BASE = 58  # of a generated name, which gets five letters more


def sent(kind: Kind, manifest: Manifest, *, uid: str, now: str) -> Manifest:
    """A new object as it was sent, with all defaults: what its writer owns is of this."""
    refuse_unreadable(kind, content(manifest))
    described = metadata.client_part(manifest.get("metadata", {}))
    if not kind.resource.namespaced:
        described.pop("namespace", None)
    if "generateName" in described and "name" not in described:
        described["name"] = described["generateName"][:LONGEST_BASE] + uid[3:8]
    described |= {"uid": uid, "creationTimestamp": now}
    given = manifest.get("metadata", {}).get("generation")
    if generation := 1 if kind.has_generation else given:  # which nobody else sets
        described["generation"] = generation
    wanted = {name: value for name, value in manifest.items() if name != "status"}
    return kind.normalised(wanted if kind.has_status else manifest, described)


def sent_over(kind: Kind, old: Manifest, manifest: Manifest) -> Manifest:
    """The same of an update: *old* with all that a client may decide taken from *manifest*."""
    known = _unchanged_parts(manifest, old)
    refuse_unreadable(kind, _without(manifest, known))
    before = old["metadata"]
    described = metadata.client_part(manifest["metadata"]) | metadata.server_part(before)
    new = kind.normalised({**manifest, **known}, described, known)
    if kind.has_status:
        new.pop("status", None)
        new |= {"status": old["status"]} if "status" in old else {}
    return {**new, **_unchanged_parts(new, old)}


def _unchanged_parts(manifest: Manifest, old: Manifest) -> Manifest:
    """What of *manifest* is as it was: the very values of *old*.

    These need not be read, filled in, validated or compared again.
    """
    return {
        name: old[name]
        for name, value in content(manifest).items()
        if name in old and same(value, old[name])
    }


def _without(manifest: Manifest, known: Manifest) -> Manifest:
    return {name: value for name, value in content(manifest).items() if name not in known}


def updated(kind: Kind, old: Manifest, sent: Manifest, manifest: Manifest) -> Manifest:
    """What becomes of *manifest*, which was *sent* over *old*."""
    new = kind.prepare(sent, old)
    new["metadata"] = {**new["metadata"]}
    if kind.has_generation and (
        not same(_counted(kind, new), _counted(kind, old))
        or (kind.empty_counts and _has_empty(kind.schema, content(manifest), content(new)))
    ):
        new["metadata"]["generation"] += 1
    return new


def _has_empty(schema: Schema, value: Any, stored: Any) -> bool:
    """Whether a list or a map has nothing in it, which Go keeps apart from none.

    But for what is *stored* with something in it, by default.
    """
    if isinstance(value, list):
        items = schema.items or ANYTHING
        kept = stored or []
        return not (value or stored) or any(map(partial(_has_empty, items), value, kept))
    if isinstance(value, dict):
        kept = stored or {}
        fields = ((schema.child(name), item, kept.get(name)) for name, item in value.items())
        is_bare = not value and schema.additional is not None
        return is_bare or any(child and _has_empty(child, item, was) for child, item, was in fields)
    return False


def with_status(kind: Kind, old: Manifest, manifest: Manifest) -> Manifest:
    """*old* with the status of *manifest* and, of built-in kinds, most of its metadata."""
    refuse_unreadable(kind, _without(manifest, _unchanged_parts(manifest, old)))
    new = {name: value for name, value in old.items() if name != "status"}
    before = old["metadata"]
    described = {**before}
    if kind.built_in:
        described = metadata.client_part(manifest["metadata"]) | metadata.server_part(before)
    for field in kind.kept_by_status:
        described.pop(field, None)
        described |= {field: before[field]} if field in before else {}
    converted: Manifest = kind.convert({**new, "metadata": described})
    return converted | kind.status_of(manifest)


def doomed(kind: Kind, old: Manifest, finalizers: list[str], now: str) -> Manifest:
    """*old* after a request to delete it, while *finalizers* hold it back."""
    described = {**old["metadata"], "finalizers": finalizers}
    if "deletionTimestamp" not in described:
        described |= {"deletionTimestamp": now}
        if old["kind"] != "Namespace":
            described |= {"deletionGracePeriodSeconds": 0}
        if "generation" in described:
            described["generation"] += 1
    if not finalizers:
        del described["finalizers"]
    return kind.prepare({**old, "metadata": described}, old)


def is_released(manifest: Manifest) -> bool:
    """Whether an object that is being deleted has nothing left that holds it back."""
    described = manifest["metadata"]
    is_held = described.get("finalizers") or (
        manifest["kind"] == "Namespace" and manifest["spec"].get("finalizers")
    )
    return "deletionTimestamp" in described and not is_held


UNCHECKED = (
    "some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation"
)


def refuse_unreadable(kind: Kind, sent: Manifest) -> None:
    """Raises the 400 for what does not fit into the Go type of a built-in kind."""
    if not (kind.built_in and kind.is_judged):
        return
    if problem := next(unreadable(kind.schema, sent), None):
        raise undecodable(kind.resource, decoding.explained(kind.schema, sent, problem))


def refuse_invalid(kind: Kind, new: Manifest, old: Manifest | None) -> None:
    """Raises the 422 that names everything that is wrong with *new*."""
    before = ABSENT if old is None else old
    known = kind.knows_finalizers
    found = list(metadata.metadata_problems(kind.name_rule, new, old, knows_finalizers=known))
    if kind.is_judged:
        found += [*misfits(kind.schema, new, before), *kind.judge(new, old)]
    if not any(problem.blocking for problem in found):
        found += rule_problems(kind.schema, new, before)
    elif not kind.built_in:
        found.append(invalid("", None, UNCHECKED))
    if found:
        raise refusal(kind.resource, new["metadata"].get("name", ""), found)


def _counted(kind: Kind, manifest: Manifest) -> dict[str, Any]:
    """What the generation counts the changes of."""
    counted = content(manifest)
    if kind.has_status:
        counted.pop("status", None)
    if kind.annotations_count:
        counted["annotations"] = manifest["metadata"].get("annotations", {})
    return counted
