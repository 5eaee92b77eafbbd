"""What is true of a Document: conditions and facts, judged on what was observed."""

from hooks.conditions import Condition, not_ready, ready
from hooks.contract import Manifest, SyncRequest
from hooks.frozen import UNTIL_MENDED
from hooks.kinds.document.children import KEYS, config_map, identity, sha256_of
from hooks.kinds.document.content import syntax_error
from hooks.kinds.document.model import DocumentSpec
from hooks.progress import named, obstacle
from hooks.publishing import unpublishable


def refusal(request: SyncRequest[DocumentSpec]) -> Condition | None:
    """Why this content cannot be published, or None if it can."""
    spec = request.parent.spec
    error = syntax_error(spec)
    if error:
        return not_ready(
            "InvalidContent",
            f"spec.content cannot be read as {spec.format.upper()}: {error}. {UNTIL_MENDED}",
        )
    return unpublishable(request, "spec.content", config_map(request.parent))


def hidden(request: SyncRequest[DocumentSpec]) -> Condition:
    published = request.children.like(identity(request.parent))
    if published:
        return not_ready("Withdrawing", f"{named(published)} still publishes the content.")
    return ready("Hidden", "Nothing is published, as spec.hidden asks.")


def published(request: SyncRequest[DocumentSpec]) -> Condition:
    desired = config_map(request.parent)
    found = obstacle(request, desired)
    if found:
        return not_ready("Publishing", *found)
    return ready("Published", f"{named(desired)} has the content.")


def facts(request: SyncRequest[DocumentSpec | None]) -> Manifest:
    """The status of what is published now, whatever the spec is."""
    spec = request.parent.spec
    observed = request.children.like(identity(request.parent))
    found: Manifest = {"hidden": spec is not None and spec.hidden and observed is None}
    if observed is None:
        return found
    found["configMap"] = observed["metadata"]["name"]
    content = published_content(observed, spec)
    if content is not None:
        found |= {"contentHash": sha256_of(content), "contentBytes": len(content.encode())}
    return found


def published_content(observed: Manifest, spec: DocumentSpec | None) -> str | None:
    """The text under the key of the spec's format, or of the format that it had before."""
    data = observed.get("data")
    texts = {
        key: text
        for key, text in (data.items() if isinstance(data, dict) else ())
        if key in KEYS.values() and isinstance(text, str)
    }
    key = KEYS[spec.format] if spec else ""
    return texts[key] if key in texts else next((texts[key] for key in sorted(texts)), None)
