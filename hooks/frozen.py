"""Frozen is how nothing is ever lost.

The observed children are answered as they were last applied, so that edits by hand survive and
what was deleted by hand stays deleted.
"""

from typing import Any

from hooks.composite import Outcome
from hooks.conditions import Condition
from hooks.contract import Manifest, Observed, Parent, SyncRequest, last_applied

UNTIL_MENDED = "Nothing is changed until this is mended."
BUT_PODS = "But for the number of pods, nothing is changed until this is mended."


def frozen(request: SyncRequest[Any], *conditions: Condition) -> Outcome:
    """Change nothing, and say why in *conditions*."""
    return Outcome(as_applied(request.children, request.parent), conditions)


def as_applied(observed: Observed, owner: Parent[Any]) -> tuple[Manifest, ...]:
    """What is *observed* of what was made for *owner*: to answer it changes nothing."""
    uid = str(owner.metadata.get("uid", ""))
    return tuple(last_applied(each, parent_uid=uid) for each in observed)
