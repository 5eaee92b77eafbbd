"""What is true of a Document: conditions and facts, judged on what was observed."""

from typing import Any

from hooks.conditions import Condition, not_ready, ready
from hooks.contract import Manifest, SyncRequest, encoded_size
from hooks.kinds.document.children import KEYS, config_map, identity, sha256_of
from hooks.kinds.document.content import syntax_error
from hooks.kinds.document.model import DocumentSpec
from hooks.reconcile import UNTIL_MENDED

# Metacontroller notes the whole child down in an annotation, and all annotations of an object
# together may have 256 KiB; the rest is for what it adds, and for what others annotate.
LARGEST = 200 * 1024


def refusal(request: SyncRequest[DocumentSpec]) -> Condition | None:
    """Why this content cannot be published, or None if it can."""
    spec = request.parent.spec
    error = syntax_error(spec)
    if error:
        return not_ready(
            "InvalidContent",
            f"spec.content is not {spec.format.upper()}: {error}. {UNTIL_MENDED}",
        )
    size = encoded_size(config_map(request.parent))
    if size > LARGEST:
        return not_ready(
            "ContentTooLarge",
            f"spec.content makes a ConfigMap of {size} bytes, encoded as JSON; "
            f"{LARGEST} are allowed. {UNTIL_MENDED}",
        )
    return None


def hidden(request: SyncRequest[DocumentSpec]) -> Condition:
    if request.children.like(identity(request.parent)):
        return not_ready("Withdrawing", f"{child(request)} still publishes the content.")
    return ready("Hidden", "Nothing is published, as spec.hidden asks.")


def published(request: SyncRequest[DocumentSpec]) -> Condition:
    desired = config_map(request.parent)
    observed = request.children.like(desired)
    if observed is None:
        return not_ready(
            "Publishing",
            f"{child(request)} does not exist yet. If this lasts, an object of that name may "
            "belong to somebody else: delete it, or rename the Document.",
        )
    if observed["metadata"].get("deletionTimestamp"):
        return not_ready(
            "Publishing", f"{child(request)} is being deleted, and is made again then."
        )
    if not covers(observed, desired):
        return not_ready(
            "Publishing", f"{child(request)} does not have this content yet{why(observed)}."
        )
    return ready("Published", f"{child(request)} has the content.")


def facts(request: SyncRequest[Any]) -> Manifest:
    """The status of what is published now, whatever the spec is."""
    observed = request.children.like(identity(request.parent))
    spec = request.parent.spec
    wanted = spec.get("hidden") is True if isinstance(spec, dict) else False
    found: Manifest = {"hidden": wanted and observed is None}
    if observed is None:
        return found
    found["configMap"] = observed["metadata"]["name"]
    content = published_content(observed, spec)
    if content is not None:
        found |= {"contentHash": sha256_of(content), "contentBytes": len(content.encode())}
    return found


def why(observed: Manifest) -> str:
    if observed.get("immutable") is True:
        return ": somebody made it immutable, so delete it, and it is made again"
    return ""


def published_content(observed: Manifest, spec: Any) -> str | None:
    """The text under the key of the spec's format, or of the format that it had before."""
    data = observed.get("data")
    texts = {
        key: text
        for key, text in (data.items() if isinstance(data, dict) else ())
        if key in KEYS.values() and isinstance(text, str)
    }
    chosen = spec.get("format", "markdown") if isinstance(spec, dict) else None
    key = KEYS.get(chosen) if isinstance(chosen, str) else None
    return texts[key] if key in texts else next((texts[key] for key in sorted(texts)), None)


def covers(observed: Any, desired: Any) -> bool:
    """Whether all that is desired is observed; more may be there."""
    if isinstance(desired, dict):
        return isinstance(observed, dict) and all(
            covers(observed.get(key), value) for key, value in desired.items()
        )
    return bool(observed == desired)


def child(request: SyncRequest[Any]) -> str:
    return f"ConfigMap {request.parent.name}-document"
