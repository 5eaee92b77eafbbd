"""How far the cluster is from what is desired, told by the first thing that differs."""

from typing import Any

from hooks.contract import Manifest, SyncRequest, merge_key
from hooks.metadata import is_leaving
from hooks.model import SHOWN_LENGTH, excerpt


def named(manifest: Manifest) -> str:
    """How messages call an object: "ConfigMap web-document"."""
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def obstacle(request: SyncRequest[Any], desired: Manifest) -> tuple[str, str] | None:
    """What keeps *desired* from being observed, and what to do if it lasts; None if nothing."""
    observed = request.children.like(desired)
    kind, name = request.parent.manifest["kind"], request.parent.name
    events = f"If this lasts, the events of `kubectl describe {kind.lower()} {name}` say why"
    if observed is None:
        return (
            f"{named(desired)} does not exist yet.",
            f"{events}; if there are none, an object of that name may belong to somebody else: "
            f"delete it, or rename the {kind}.",
        )
    if is_leaving(observed):
        return f"{named(desired)} is being deleted{held(observed)}.", "It is made again then."
    found = difference(judged(observed), judged(desired, observed))
    if found is None:
        return None
    hint = f"{events}; if there are none, something else keeps changing it."
    if observed.get("immutable") is True and not desired.get("immutable"):
        hint = "Somebody made it immutable: delete it, and it is made again."
    return f"{named(desired)} is not as it should be yet: {found}.", hint


def judged(manifest: Manifest, observed: Manifest | None = None) -> Manifest:
    """What of *manifest* has to be as desired.

    Under server-side apply Metacontroller lets the labels and annotations of a kind that has a
    generation drift, for as long as nothing else changes: nobody waits for that.
    """
    metadata = (observed or manifest)["metadata"]
    return {
        key: value
        for key, value in manifest.items()
        if not (key == "metadata" and "generation" in metadata)
    }


def held(observed: Manifest) -> str:
    """Who holds an object that is being deleted: ", held by finalizer x"; "" if nobody does."""
    finalizers = observed["metadata"].get("finalizers")
    holders = finalizers if is_leaving(observed) and isinstance(finalizers, list) else []
    return f", held by finalizer {', '.join(map(str, holders))}" if holders else ""


def difference(observed: Any, desired: Any, path: str = "") -> str | None:
    """Where *observed* is not what is *desired*; None if all of it is there. More may be."""
    if observed == desired:
        return None
    if isinstance(desired, dict) and isinstance(observed, dict):
        pairs = [(f".{key}", observed.get(key), desired[key]) for key in sorted(desired)]
    elif isinstance(desired, list) and isinstance(observed, list):
        key = merge_key(observed, desired)
        if key is None and len(observed) != len(desired):
            return f"{path} differs"
        found = {item[key]: item for item in observed} if key else dict(enumerate(observed))
        wanted = {item[key]: item for item in desired} if key else dict(enumerate(desired))
        pairs = [(f"[{each}]", found.get(each), wanted[each]) for each in wanted]
    else:
        return f"{path} {contrast(observed, desired)}"
    differences = (difference(o, d, f"{path}{step}".lstrip(".")) for step, o, d in pairs)
    return next((each for each in differences if each is not None), None)


def contrast(observed: Any, desired: Any) -> str:
    """Both values if they are short enough for a sentence."""
    texts = [shown(observed), shown(desired)]
    if any(len(text) > SHOWN_LENGTH for text in texts):
        return "differs"
    return f"is {texts[0]}, and should be {texts[1]}"


def shown(value: Any) -> str:
    return "missing" if value is None else excerpt(value)
