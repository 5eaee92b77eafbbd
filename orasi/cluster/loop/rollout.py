"""One step of a rollout: which revision of a parent has the say over which of its children."""

from collections.abc import Collection, Sequence

from orasi.cluster.api import Manifest
from orasi.cluster.loop.answers import CompositeAnswer
from orasi.cluster.loop.children import kind_of
from orasi.cluster.loop.nested import items
from orasi.cluster.loop.revisions import Child, Kind, Revision, child_of

_CONDITION = "Updated"


def advance(revisions: Sequence[Revision], rolling: Collection[Kind]) -> Manifest:
    """Hands at most one child on to the newest revision, the first of them; tells the condition.

    Metacontroller goes on only if all children of the newest revision are observed and healthy.
    But it looks for them without their namespace and finds none: so it never goes on, and neither
    what they are like nor the statusChecks of a controller matter.
    """
    newest, others = revisions[0], revisions[1:]
    claimed = _claimed(revisions, rolling)
    children = [child_of(each) for each in newest.answer.children]
    for child in children:
        if child[0] in rolling and child not in claimed:
            newest.claim(child)
            claimed[child] = newest
    for child in children:
        (_, kind), name = child
        if child[0] not in rolling or claimed[child] is newest:
            continue
        if newest.claims:
            (_, awaited), names = next(iter(newest.claims.items()))
            return _condition("False", "RolloutWaiting", f"missing child {awaited} {names[0]}")
        newest.claim(child)
        for each in others:
            each.release(child)
        return _condition("False", "RolloutProgressing", f"updating {kind} {name}")
    return _condition("True", "OnLatestRevision", f"latest ControllerRevision: {newest.name}")


def _claimed(revisions: Sequence[Revision], rolling: Collection[Kind]) -> dict[Child, Revision]:
    """The children that the newest revision wants and any has; each of the first that has it.

    A revision forgets a kind of which it has none of these, but not a single name.
    """
    wanted = {child_of(each) for each in revisions[0].answer.children}
    claimed: dict[Child, Revision] = {}
    for revision in revisions:
        kept = {}
        for kind, names in revision.claims.items():
            own = {(kind, name) for name in names} & wanted - claimed.keys()
            if kind in rolling and own:
                claimed |= dict.fromkeys(own, revision)
                kept[kind] = names
        revision.claims = kept
    return claimed


def with_condition(status: Manifest, condition: Manifest) -> Manifest:
    """A condition of this type that the hook answers itself stays as it is. Raises `Misshapen`."""
    conditions = items(status, ("conditions",))
    if any(isinstance(each, dict) and each.get("type") == _CONDITION for each in conditions):
        return status
    return {**status, "conditions": [*conditions, condition]}


def _condition(status: str, reason: str, message: str) -> Manifest:
    return {"type": _CONDITION, "status": status, "reason": reason, "message": message}


def combined(revisions: Sequence[Revision], status: Manifest) -> CompositeAnswer:
    """The newest revision's answer, but for children of others: these are as the others want."""
    answers = [each.answer for each in revisions]
    children = {_key(each): each for each in answers[0].children}
    for revision in revisions[1:]:
        for each in revision.answer.children:
            kind, name = child_of(each)
            if name in revision.claims.get(kind, ()) and _key(each) in children:
                children[_key(each)] = each
    asked = [each.resync_after for each in answers if each.resync_after > 0]
    return CompositeAnswer(
        status=status,
        children=tuple(children.values()),
        resync_after=min(asked, default=0.0),
        finalized=all(each.finalized for each in answers),
    )


def _key(manifest: Manifest) -> tuple[str, Child]:
    return kind_of(manifest)[0], child_of(manifest)
