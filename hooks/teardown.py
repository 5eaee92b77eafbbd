"""How an object goes: when nobody uses it any more, and stage by stage."""

from dataclasses import replace
from typing import Any

from hooks.composite import Composite, Outcome
from hooks.conditions import Condition, not_ready
from hooks.contract import Manifest, SyncRequest, check_known
from hooks.frozen import frozen
from hooks.metadata import is_leaving
from hooks.progress import held, named
from hooks.references import users

SHOWN_USERS = 5


def torn_down(kind: Composite, request: SyncRequest[Any]) -> Outcome:
    """Ask for the deletion of all children of the first stage that is not gone, and keep the rest.

    Neither the spec matters nor a pause. Only what is observed is kept: whatever else is answered
    would be made anew.
    """
    found = users(request)
    if found:
        check_known(request.children, kind.children)  # what cannot be answered would be deleted
        return leaving(kind, request, "InUse", in_use(found))
    stages = {(child.api_version, child.kind): child.stage for child in kind.children}

    def stage(child: Manifest) -> int:
        return stages.get((child["apiVersion"], child["kind"]), 0)

    now = min(map(stage, request.children), default=0)
    left = [f"{named(child)}{held(child)}" for child in request.children if stage(child) == now]
    message = f"Waiting for the deletion of {'; '.join(left)}." if left else "Nothing is left."
    outcome = leaving(kind, request, "TearingDown", message)
    kept = tuple(child for child in outcome.children if stage(child) > now)
    return replace(outcome, children=kept, finalized=not left)


def leaving(kind: Composite, request: SyncRequest[Any], reason: str, message: str) -> Outcome:
    """Everything as it is, and what the deletion waits for."""
    deleting = Condition("Deleting", "True", reason, message)
    return frozen(request, *kind.standing(request), deleting, not_ready("Deleting", message))


def in_use(users: list[Manifest]) -> str:
    shown = [
        f"{named(user)} (which is being deleted itself)" if is_leaving(user) else named(user)
        for user in users[:SHOWN_USERS]
    ]
    more = f" and {len(users) - len(shown)} more" if len(users) > len(shown) else ""
    return (
        f"In use by {', '.join(shown)}{more}: the deletion goes on when nothing refers to it any "
        "more."
    )
