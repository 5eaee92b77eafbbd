"""Frozen is how nothing is ever lost.

The observed children are answered as they were last applied, so that edits by hand survive and
what was deleted by hand stays deleted.
"""

from typing import Any

from hooks.composite import Outcome
from hooks.conditions import Condition
from hooks.contract import SyncRequest, last_applied

UNTIL_MENDED = "Nothing is changed until this is mended."
BUT_PODS = "But for the number of pods, nothing is changed until this is mended."


def frozen(request: SyncRequest[Any], *conditions: Condition) -> Outcome:
    """Change nothing, and say why in *conditions*."""
    uid = str(request.parent.metadata.get("uid", ""))
    return Outcome(
        tuple(last_applied(child, parent_uid=uid) for child in request.children), conditions
    )
