"""JSON merge patches (RFC 7386)."""

from collections.abc import Mapping
from typing import Any


def merge_patched(target: Any, patch: Any) -> Any:
    """*target* after a JSON merge patch, sharing with it what did not change.

    Against RFC 7386 the API server takes nulls out of the objects of a list, too.
    """
    if isinstance(patch, list):
        return [item if item is None else merge_patched(None, item) for item in patch]
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patched(result.get(name), value)
    return result
