"""Rolling updates: children are moved to the latest state of their parent one by one.

As Metacontroller 4.17 does it. Below a parent in a namespace it looks for observed children by a
name that they do not have there, finds none, and stops after the first.
"""

from collections.abc import Mapping, Sequence

from orasi.cluster.api import Manifest
from orasi.cluster.loop.answers import CompositeAnswer
from orasi.cluster.loop.definition import GroupKind, Rolling
from orasi.cluster.loop.merge import same, updated
from orasi.cluster.loop.revisions import Revision, group_kind, relative_name

_Claimed = dict[tuple[GroupKind, str], Revision]
_Observed = Mapping[GroupKind, Mapping[str, Manifest]]
CONDITION = "Updated"


class NoStatus(Exception):
    """The hook gave none, and the condition would have to be in it: that ends Metacontroller."""


class _Waiting(Exception):
    """A child of the latest revision is not as it should be. `str()` says why."""


def rolled(
    revisions: Sequence[Revision], observed: _Observed, rules: Mapping[GroupKind, Rolling]
) -> CompositeAnswer:
    """What is wanted of all *revisions* together, of which the first is the latest.

    Changes what they claim. Raises `NoStatus`.
    """
    latest = revisions[0]
    if latest.answer.status is None:
        raise NoStatus
    claimed = _claimed(revisions, rules)
    _settle_claims(latest, claimed, observed, rules)
    condition = _move_one(revisions, claimed, observed, rules)
    kept = remaining(revisions)
    resyncs = [each.answer.resync_after for each in kept if each.answer.resync_after > 0]
    return CompositeAnswer(
        status=_with_condition(latest.answer.status, condition),
        children=_children(kept),
        resync_after=min(resyncs, default=0.0),
        finalized=all(each.answer.finalized for each in kept),
    )


def remaining(revisions: Sequence[Revision]) -> list[Revision]:
    """The latest one, and those that children still follow."""
    return [revisions[0], *filter(_has_children, revisions[1:])]


def _has_children(revision: Revision) -> bool:
    return any(revision.claims.values())


def _claimed(revisions: Sequence[Revision], rules: Mapping[GroupKind, Rolling]) -> _Claimed:
    """Which revision has which child. A kind whose children are all gone is forgotten."""
    claimed: _Claimed = {}
    for revision in revisions:
        kept = {}
        for kind, names in revision.claims.items():
            own = [
                name
                for name in names
                if kind in rules
                and name in revisions[0].desired.get(kind, {})
                and (kind, name) not in claimed
            ]
            claimed |= dict.fromkeys([(kind, name) for name in own], revision)
            if own:
                kept[kind] = names
        revision.claims = kept
    return claimed


def _settle_claims(
    latest: Revision, claimed: _Claimed, observed: _Observed, rules: Mapping[GroupKind, Rolling]
) -> None:
    """The latest one gets what is new, and what is already as it wants it."""
    for kind in sorted(latest.desired.keys() & rules.keys()):
        for name, child in sorted(latest.desired[kind].items()):
            owner = claimed.get((kind, name))
            if owner is latest:
                continue
            if owner is not None:
                found = observed.get(kind, {}).get(name)
                if found is None or not _is_updated(found, child):
                    continue
                owner.release(kind, name)
            latest.claim(kind, name)
            claimed[kind, name] = latest


def _move_one(
    revisions: Sequence[Revision],
    claimed: _Claimed,
    observed: _Observed,
    rules: Mapping[GroupKind, Rolling],
) -> Manifest:
    """Move the next child to the latest revision if those that are there are well."""
    latest = revisions[0]
    for child in latest.answer.children:
        kind, name = group_kind(child), child["metadata"]["name"]
        if kind not in rules or claimed.get((kind, name)) is latest:
            continue
        try:
            _check(latest, observed, rules)
        except _Waiting as why:
            return _condition("False", "RolloutWaiting", str(why))
        latest.claim(kind, name)
        for other in revisions[1:]:
            other.release(kind, name)
        return _condition("False", "RolloutProgressing", f"updating {kind[1]} {name}")
    name = latest.manifest["metadata"]["name"]
    return _condition("True", "OnLatestRevision", f"latest ControllerRevision: {name}")


def _check(latest: Revision, observed: _Observed, rules: Mapping[GroupKind, Rolling]) -> None:
    """Raises `_Waiting`."""
    for kind, names in latest.claims.items():
        if kind not in rules:
            continue
        for name in names:
            described = f"child {kind[1]} {name}"
            child = observed.get(kind, {}).get(name)
            if child is None:
                raise _Waiting(f"missing {described}")
            if not _is_updated(child, latest.desired.get(kind, {}).get(name, {})):
                raise _Waiting(f"{described} is not updated yet")
            generation = (child.get("status") or {}).get("observedGeneration") or 0
            if rules[kind].in_place and 0 < generation < child["metadata"].get("generation", 0):
                raise _Waiting(
                    f"{described} with RollingInPlace update strategy hasn't observed latest spec"
                )
            if problem := _problem(child, rules[kind].checks):
                raise _Waiting(f"{described} failed status check: {problem}")


def _problem(child: Manifest, checks: Sequence[Manifest]) -> str:
    conditions = {
        each.get("type"): each for each in (child.get("status") or {}).get("conditions") or ()
    }
    for check in checks:
        name = f'"{check["type"]}"'
        found = conditions.get(check["type"])
        if found is None:
            return f"required condition type missing: {name}"
        for field in ("status", "reason"):
            given, wanted = found.get(field, ""), check.get(field)
            if wanted is not None and given != wanted:
                return f'{name} condition {field} is "{given}" (want "{wanted}")'
    return ""


def _is_updated(child: Manifest, desired: Manifest) -> bool:
    try:
        return same(child, updated(child, desired))
    except ValueError:
        return False


def _children(revisions: Sequence[Revision]) -> list[Manifest]:
    """Those of the latest one, but for what others still claim."""
    latest = revisions[0]
    wanted = {kind: dict(children) for kind, children in latest.desired.items()}
    for revision in revisions[1:]:
        for kind, names in revision.claims.items():
            for name in names:
                child = revision.desired.get(kind, {}).get(name)
                if child is not None and name in wanted.get(kind, {}):
                    wanted[kind][relative_name(latest.parent, child)] = child
    return [child for children in wanted.values() for child in children.values()]


def _condition(status: str, reason: str, message: str) -> Manifest:
    return {"type": CONDITION, "status": status, "reason": reason, "message": message}


def _with_condition(status: Manifest, condition: Manifest) -> Manifest:
    conditions = list(status.get("conditions") or ())
    for index, each in enumerate(conditions):
        if isinstance(each, dict) and each.get("type") == condition["type"]:
            conditions[index] = condition
            break
    else:
        conditions.append(condition)
    return {**status, "conditions": conditions}
