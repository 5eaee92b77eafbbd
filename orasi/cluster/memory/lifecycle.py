"""What one object becomes when it is created, updated, deleted. Pure: old and new are values."""

from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.memory import metadata
from orasi.cluster.memory.kinds import Kind, content
from orasi.cluster.memory.problems import invalid, refusal, undecodable
from orasi.cluster.memory.validation import duplicates, misfits, rule_problems
from orasi.cluster.memory.values import ABSENT, unchanged

LONGEST_BASE = 58  # of a generated name, which gets five letters more


def created(kind: Kind, manifest: Manifest, *, uid: str, now: str) -> Manifest:
    """The new object as the server would store it, but for managedFields and resourceVersion."""
    described = metadata.client_part(manifest.get("metadata", {}))
    if not kind.resource.namespaced:
        described.pop("namespace", None)
    if "generateName" in described and "name" not in described:
        described["name"] = described["generateName"][:LONGEST_BASE] + uid[3:8]
    described |= {"uid": uid, "creationTimestamp": now}
    if kind.has_generation:
        described["generation"] = 1
    wanted = {name: value for name, value in manifest.items() if name != "status"}
    new = kind.normalised(wanted if kind.has_status else manifest, described)
    return kind.prepare(new, None)


def updated(kind: Kind, old: Manifest, manifest: Manifest) -> Manifest:
    """*old* with all that a client may decide taken from *manifest*."""
    before = old["metadata"]
    described = metadata.client_part(manifest["metadata"]) | metadata.server_part(before)
    new = kind.normalised(manifest, described)
    if kind.has_status:
        new.pop("status", None)
        new |= {"status": old["status"]} if "status" in old else {}
    new = kind.prepare(new, old)
    if kind.has_generation and not unchanged(_counted(kind, new), _counted(kind, old)):
        new["metadata"]["generation"] = before["generation"] + 1
    return new


def with_status(kind: Kind, old: Manifest, manifest: Manifest) -> Manifest:
    """*old* with the status of *manifest* and, but for some annotations, nothing else of it."""
    new = {name: value for name, value in old.items() if name != "status"}
    new["metadata"] = {**old["metadata"]}
    if kind.annotated_by_status:
        new["metadata"].pop("annotations", None)
        if annotations := metadata.client_part(manifest["metadata"]).get("annotations"):
            new["metadata"]["annotations"] = annotations
    return new | kind.status_of(manifest)


def doomed(kind: Kind, old: Manifest, finalizers: list[str], now: str) -> Manifest:
    """*old* after a request to delete it, while *finalizers* hold it back."""
    described = {**old["metadata"], "finalizers": finalizers}
    if "deletionTimestamp" not in described:
        described |= {"deletionTimestamp": now, "deletionGracePeriodSeconds": 0}
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


def refuse_invalid(kind: Kind, new: Manifest, old: Manifest | None) -> None:
    """Raises the 422 that names everything that is wrong with *new*."""
    before = ABSENT if old is None else old
    unfit = list(misfits(kind.schema, new, before))
    if unfit and kind.built_in:  # Not even decodable into its Go type.
        raise undecodable(kind.resource, unfit[0].detail or str(unfit[0]))
    if not kind.built_in:  # Which of its lists must have no double is for each of those to say.
        unfit += duplicates(kind.schema, new, before)
    found = [*metadata.metadata_problems(kind.name_rule, new, old), *unfit, *kind.judge(new, old)]
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
