"""What Metacontroller accepts: the answer of a sync or finalize hook, checked before it leaves."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from hooks.contract.json import Manifest, encode
from hooks.contract.projection import DESCRIPTION, IDENTITY
from hooks.contract.request import Child
from hooks.errors import BrokenAnswer

# Bytes of a child as JSON. Metacontroller notes the whole of it down in an annotation, and all
# annotations of an object together may have 256 KiB; the rest is for what it adds, and for what
# others annotate.
LARGEST_CHILD = 200 * 1024


@dataclass(frozen=True)
class SyncResponse:
    """What should exist, and what is true.

    *children* is the whole set: a child that is observed and not listed is deleted.
    """

    status: Manifest
    children: tuple[Manifest, ...] = ()
    finalized: bool = False  # let the parent go; only when no child is observed any more
    resync_after_seconds: int = 0  # be asked again, once, even if nothing happens; 0: no need


def response_body(response: SyncResponse, *, namespace: str, declared: Collection[Child]) -> bytes:
    """The JSON of *response*, the same bytes for the same value.

    *declared* are the children that the controller lists. Raises BrokenAnswer on what
    Metacontroller would take badly: a child of another kind is created once and then forgotten,
    one in another namespace is created and collected in turns, a null ends its whole process.
    """
    check_children(response.children, namespace, declared)
    if has_null(response.status):
        raise BrokenAnswer("A null stands in the status.")
    body: Manifest = {"children": list(response.children), "status": response.status}
    if response.finalized:
        body["finalized"] = True
    if response.resync_after_seconds:
        body["resyncAfterSeconds"] = response.resync_after_seconds
    return written(body, response.children)


def check_children(
    children: Iterable[Manifest], namespace: str, declared: Collection[Child]
) -> None:
    """Raises BrokenAnswer unless each is declared, in *namespace*, well formed and listed once."""
    known = {(child.api_version, child.kind) for child in declared}
    seen = set()
    for child in children:
        identity = (child["apiVersion"], child["kind"], child["metadata"]["name"])
        named = f"{child['kind']} {identity[-1]}"
        if identity[:2] not in known:
            raise BrokenAnswer(f"{child['kind']} of {child['apiVersion']} is not declared.")
        if child["metadata"]["namespace"] != namespace:
            raise BrokenAnswer(f"{named} is in another namespace.")
        if identity in seen:
            raise BrokenAnswer(f"{named} is listed twice.")
        if "status" in child or not child["metadata"].keys() <= {*IDENTITY, *DESCRIPTION}:
            raise BrokenAnswer(f"{named} says what is not ours to say.")
        if not identity[-1] or not all(map(is_text_map, descriptions(child))):
            raise BrokenAnswer(f"{named} has a name, labels or annotations that are no texts.")
        seen.add(identity)


def descriptions(child: Manifest) -> list[Any]:
    return [child["metadata"].get(name, {}) for name in DESCRIPTION]


def is_text_map(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def written(body: Manifest, children: Iterable[Manifest]) -> bytes:
    """The JSON of *body*. Raises BrokenAnswer for a null in one of *children*, a part of it."""
    encoded = encode(body)
    # The word is hardly ever there, and to look into each value takes longer than to write it.
    if b"null" in encoded:
        for child in children:
            if has_null(child):
                raise BrokenAnswer(f"A null stands in {child['kind']} {child['metadata']['name']}.")
    return encoded


def has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(has_null, value.values()))
    if isinstance(value, list):
        return any(map(has_null, value))
    return value is None
