"""What Metacontroller accepts: the answer of a sync or finalize hook, checked before it leaves."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from hooks.contract.json import Manifest, encode
from hooks.errors import BrokenAnswer


@dataclass(frozen=True)
class SyncResponse:
    """What should exist, and what is true.

    *children* is the whole set: a child that is observed and not listed is deleted.
    """

    status: Manifest
    children: tuple[Manifest, ...] = ()
    finalized: bool = False  # let the parent go; only when no child is observed any more
    resync_after_seconds: int = 0  # be asked again, once, even if nothing happens; 0: no need


def response_body(
    response: SyncResponse, *, namespace: str, declared: Collection[tuple[str, str]]
) -> bytes:
    """The JSON of *response*, the same bytes for the same value.

    *declared* are the (apiVersion, kind) that the controller lists. Raises BrokenAnswer on what
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
    return encode(body)


def check_children(
    children: Iterable[Manifest], namespace: str, declared: Collection[tuple[str, str]]
) -> None:
    """Raises BrokenAnswer unless each is declared, in *namespace*, without null, listed once."""
    names = set()
    for child in children:
        metadata = child["metadata"]
        identity = (child["apiVersion"], child["kind"])
        if identity not in declared:
            raise BrokenAnswer(f"{child['kind']} of {child['apiVersion']} is not declared.")
        if metadata["namespace"] != namespace:
            raise BrokenAnswer(f"{child['kind']} {metadata['name']} is in another namespace.")
        if (*identity, metadata["name"]) in names:
            raise BrokenAnswer(f"{child['kind']} {metadata['name']} is listed twice.")
        if has_null(child):
            raise BrokenAnswer(f"A null stands in {child['kind']} {metadata['name']}.")
        names.add((*identity, metadata["name"]))


def has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(has_null(item) for item in value.values())
    if isinstance(value, list):
        return any(has_null(item) for item in value)
    return value is None
