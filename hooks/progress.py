"""How far the cluster is from what is desired, told by the first thing that differs."""

from typing import Any

from hooks.contract import Manifest, SyncRequest, merge_key


def named(manifest: Manifest) -> str:
    """How messages call an object: "ConfigMap web-document"."""
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def obstacle(request: SyncRequest[Any], desired: Manifest) -> tuple[str, str] | None:
    """What keeps *desired* from being observed, and what to do if it lasts; None if nothing."""
    observed = request.children.like(desired)
    if observed is None:
        return (
            f"{named(desired)} does not exist yet.",
            "If this lasts, an object of that name may belong to somebody else: delete it, or "
            f"rename the {request.parent.manifest['kind']}.",
        )
    if is_leaving(observed):
        return f"{named(desired)} is being deleted{held(observed)}.", "It is made again then."
    path = difference(observed, desired)
    if path is None:
        return None
    hint = ""
    if observed.get("immutable") is True and not desired.get("immutable"):
        hint = "Somebody made it immutable: delete it, and it is made again."
    return f"{named(desired)} is not as it should be yet: {path} differs.", hint


def is_leaving(observed: Manifest) -> bool:
    return bool(observed["metadata"].get("deletionTimestamp"))


def held(observed: Manifest) -> str:
    """Who holds an object that is being deleted: ", held by finalizer x"; "" if nobody does."""
    finalizers = observed["metadata"].get("finalizers")
    holders = finalizers if is_leaving(observed) and isinstance(finalizers, list) else []
    return f", held by finalizer {', '.join(map(str, holders))}" if holders else ""


def difference(observed: Any, desired: Any, path: str = "") -> str | None:
    """Where *observed* is not what is *desired*; None if all of it is there. More may be."""
    if isinstance(desired, dict) and isinstance(observed, dict):
        pairs = [(f".{key}", observed.get(key), desired[key]) for key in sorted(desired)]
    elif isinstance(desired, list) and isinstance(observed, list):
        key = merge_key(observed, desired)
        if key is None and len(observed) != len(desired):
            return path
        found = {item[key]: item for item in observed} if key else dict(enumerate(observed))
        wanted = {item[key]: item for item in desired} if key else dict(enumerate(desired))
        pairs = [(f"[{each}]", found.get(each), wanted[each]) for each in wanted]
    else:
        return None if observed == desired else path
    differences = (difference(o, d, f"{path}{step}".lstrip(".")) for step, o, d in pairs)
    return next((each for each in differences if each is not None), None)
