"""ObjectMeta: what a client may set, what only the server does, and which values are valid."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.memory import decoding, openapi
from orasi.cluster.memory.names import key_problems, name_problems
from orasi.cluster.memory.problems import (
    Problem,
    as_json,
    forbidden_field,
    invalid,
    required,
    too_long,
    undecodable,
)
from orasi.cluster.memory.schema import Schema
from orasi.cluster.memory.validation import unreadable
from orasi.cluster.names import OBJECT_NAMES, VALUE, NameRule

SERVER_FIELDS = (
    "uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds",
)  # fmt: skip
MAX_ANNOTATIONS_BYTES = 262_144
STANDARD_FINALIZERS = ("foregroundDeletion", "kubernetes", "orphan")

MANAGED = ("annotations", "finalizers", "generateName", "labels", "ownerReferences")
SCHEMA = openapi.part("meta.v1.ObjectMeta", MANAGED)
"""The part of the metadata that field managers own."""

DECLARED = openapi.struct("meta.v1.ObjectMeta")
WHOLE = Schema(properties={"metadata": DECLARED})


def client_part(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What a client may decide, in new containers; empty values are as good as none.

    Of references to the same owner the first counts.
    """
    chosen = {name: metadata[name] for name in ("name", "namespace") if metadata.get(name)}
    normalised: dict[str, Any] = SCHEMA.normalised(dict(metadata))
    owners: dict[Any, Manifest] = {}
    for each in normalised.get("ownerReferences") or ():
        owners.setdefault(each.get("uid"), each)
    normalised["ownerReferences"] = [*owners.values()]
    return chosen | {name: value for name, value in normalised.items() if value}


def server_part(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What an update carries over from the stored object, whatever the client sent."""
    return {name: metadata[name] for name in SERVER_FIELDS if name in metadata}


def metadata_problems(
    name_rule: str, new: Manifest, old: Manifest | None, *, knows_finalizers: bool
) -> Iterator[Problem]:
    metadata = new["metadata"]
    if old is not None:
        yield from _finalizer_problems(metadata, old["metadata"])
    else:
        yield from _first_problems(OBJECT_NAMES[name_rule], metadata)
    for key, value in metadata.get("labels", {}).items():
        yield from key_problems("metadata.labels", key)
        yield from name_problems(VALUE, "metadata.labels", value)
    annotations = metadata.get("annotations", {})
    for key in annotations:
        yield from key_problems("metadata.annotations", key.lower())
    size = sum(len(key.encode()) + len(text.encode()) for key, text in annotations.items())
    if size > MAX_ANNOTATIONS_BYTES:
        yield too_long("metadata.annotations", MAX_ANNOTATIONS_BYTES)
    for index, finalizer in enumerate(metadata.get("finalizers", ())):
        yield from key_problems("metadata.finalizers", finalizer)
        if knows_finalizers:
            yield from unknown_finalizer(f"metadata.finalizers[{index}]", finalizer)
    yield from _owner_problems(metadata.get("ownerReferences", []))


def unknown_finalizer(path: str, name: str) -> Iterator[Problem]:
    if "/" not in name and name not in STANDARD_FINALIZERS:
        detail = "name is neither a standard finalizer name nor is it fully qualified"
        yield invalid(path, name, detail)


def _first_problems(rule: NameRule, metadata: Mapping[str, Any]) -> Iterator[Problem]:
    """Of what is not looked at again."""
    if start := metadata.get("generateName"):
        at = "metadata.generateName"
        yield from name_problems(rule, at, re.sub("(?<=.)-$", "a", start), shown=start)
    if name := metadata.get("name"):
        yield from name_problems(rule, "metadata.name", name)
    else:
        yield required("metadata.name", "name or generateName is required")
    generation = metadata.get("generation", 0)
    if generation < 0:
        yield invalid("metadata.generation", generation, "must be greater than or equal to 0")


def _finalizer_problems(new: Mapping[str, Any], old: Mapping[str, Any]) -> Iterator[Problem]:
    added = sorted({*new.get("finalizers", [])} - {*old.get("finalizers", [])})
    if "deletionTimestamp" in old and added:
        names = ", ".join(as_json(name) for name in added)
        detail = (
            "no new finalizers can be added if the object is being deleted, "
            f"found new finalizers []string{{{names}}}"
        )
        yield forbidden_field("metadata.finalizers", detail)


def _owner_problems(owners: list[dict[str, Any]]) -> Iterator[Problem]:
    for owner in owners:
        for name in ("apiVersion", "kind", "name", "uid"):
            if not owner.get(name):
                path = f"metadata.ownerReferences.{name}"
                what = "version " if name == "apiVersion" else ""
                yield invalid(path, owner.get(name, ""), f"{what}must not be empty")
    controllers = [one for one in owners if one.get("controller")]
    if len(controllers) > 1:
        names = [f"{one.get('kind')}/{one.get('name')}" for one in controllers]
        detail = (
            "Only one reference can have Controller set to true. "
            f'Found "true" in references for {" and ".join(names[:2])}'
        )
        yield invalid("metadata.ownerReferences", owners, detail)


def check_types(
    resource: Resource, manifest: Manifest, known: Mapping[str, Any], *, built_in: bool
) -> None:
    """A 400 for what could not even be decoded: another kind, metadata of another shape.

    Most of it is *known*: it was read, and is stored, and is sent again as it is.
    """
    for field, expected in (("apiVersion", resource.api_version), ("kind", resource.kind)):
        if manifest.get(field) != expected:
            raise undecodable(resource, f"its {field} is {manifest.get(field)}")
    described = manifest.get("metadata", {})
    if isinstance(described, dict):
        described = {name: each for name, each in described.items() if each is not known.get(name)}
    # Of custom kinds, the metadata is decoded alone.
    schema, value = (WHOLE, {"metadata": described}) if built_in else (DECLARED, described)
    for problem in unreadable(schema, value):
        raise undecodable(resource, decoding.explained(schema, value, problem))
