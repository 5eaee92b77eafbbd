"""Whether a ConfigMap that publishes a text of its author can be written at all."""

from typing import Any

from hooks.characters import inapplicable
from hooks.conditions import Condition, not_ready
from hooks.contract import LARGEST_CHILD, Manifest, SyncRequest, encoded_size
from hooks.frozen import UNTIL_MENDED


def unpublishable(request: SyncRequest[Any], field: str, desired: Manifest) -> Condition | None:
    """Why *desired*, which is made of *field*, cannot be written, or None if it can."""
    size = encoded_size(desired)
    if size > LARGEST_CHILD:
        return not_ready(
            "ContentTooLarge",
            f"{field} makes a ConfigMap of {size} bytes, encoded as JSON; "
            f"{LARGEST_CHILD} are allowed. {UNTIL_MENDED}",
        )
    characters = inapplicable({"spec": request.parent.manifest["spec"]}, [desired])
    return not_ready("InvalidCharacter", f"{characters} {UNTIL_MENDED}") if characters else None
