"""What is true of a Configuration: conditions and facts, judged on what was observed."""

from hooks.conditions import Condition, not_ready, ready
from hooks.configuration import ConfigurationSpec, refusal
from hooks.contract import Manifest, SyncRequest, last_applied
from hooks.frozen import UNTIL_MENDED
from hooks.kinds.configuration.children import identity, sha256_of
from hooks.progress import named, obstacle


def unsound(spec: ConfigurationSpec) -> Condition | None:
    """Why there is no file to publish, or None if there is one."""
    found = refusal(spec)
    return not_ready(found[0], f"{found[1]} {UNTIL_MENDED}") if found else None


def published(request: SyncRequest[ConfigurationSpec], desired: Manifest) -> Condition:
    found = obstacle(request, desired)
    if found:
        return not_ready("Publishing", *found)
    return ready("Published", f"{named(desired)} has the file.")


def facts(request: SyncRequest[ConfigurationSpec | None]) -> Manifest:
    """The status of what is published now; the keys are those of the spec, if it has any."""
    spec = request.parent.spec
    observed = request.children.like(identity(request.parent))
    found: Manifest = {"keys": len(spec.values)} if spec else {}
    if observed is None:
        return found
    found["configMap"] = observed["metadata"]["name"]
    text = published_file(request, observed)
    return found if text is None else found | {"hash": sha256_of(text)}


def published_file(
    request: SyncRequest[ConfigurationSpec | None], observed: Manifest
) -> str | None:
    """The text under the spec's file name, or under the name that it had before."""
    spec, data = request.parent.spec, observed.get("data")
    ours = last_applied(observed, parent_uid=str(request.parent.metadata.get("uid", "")))
    applied = ours.get("data")
    names = [spec.file_key] if spec else []
    names += sorted(applied) if isinstance(applied, dict) else []
    texts = [data.get(name) for name in names] if isinstance(data, dict) else []
    return next((text for text in texts if isinstance(text, str)), None)
