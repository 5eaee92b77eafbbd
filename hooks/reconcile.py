"""The way of every call, the same for every kind: finalize, validate, sync, and when to freeze."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from hooks.composite import Composite, Outcome
from hooks.conditions import Condition, merge, not_ready
from hooks.contract import Parent, SyncRequest, SyncResponse
from hooks.frozen import UNTIL_MENDED, frozen
from hooks.metadata import PAUSED
from hooks.model import problems
from hooks.teardown import torn_down

RESYNC_SECONDS = 30


def reconcile(kind: Composite, request: SyncRequest[Any]) -> SyncResponse:
    """The answer to a sync or finalize call about a parent of *kind*."""
    request, invalid = validated(kind, request)
    if request.finalizing:
        outcome = torn_down(kind, request)
    elif request.parent.annotations.get(PAUSED) == "true":
        outcome = paused(request, synced(kind, request, invalid))
    else:
        outcome = synced(kind, request, invalid)
        outcome = replace(outcome, conditions=(*outcome.conditions, *mistaken_pause(request)))
    conditions = merge(
        request.parent.conditions,
        outcome.conditions,
        generation=request.parent.generation,
        as_of=request.as_of,
    )
    return SyncResponse(
        status={**kind.facts(request), "conditions": conditions},
        children=outcome.children,
        finalized=outcome.finalized,
        resync_after_seconds=RESYNC_SECONDS if lacks_children(request, outcome) else 0,
    )


def validated(
    kind: Composite, request: SyncRequest[Any]
) -> tuple[SyncRequest[Any], Condition | None]:
    """*request* with the spec as the kind's model, or None and what is wrong with it.

    The API server refuses such a spec, but one that is stored may come from an older schema.
    """
    spec, invalid = None, None
    try:
        spec = kind.spec.model_validate(request.parent.spec)
    except ValidationError as error:
        invalid = not_ready("InvalidSpec", f"{problems(error)} {UNTIL_MENDED}")
    return replace(request, parent=Parent(request.parent.manifest, spec)), invalid


def synced(kind: Composite, request: SyncRequest[Any], invalid: Condition | None) -> Outcome:
    return frozen(request, *kind.standing(request), invalid) if invalid else kind.sync(request)


def lacks_children(request: SyncRequest[Any], outcome: Outcome) -> bool:
    """Whether a desired child is not observed.

    Mostly it is about to be created. But if its name is taken by a foreign object, nothing would
    wake us when that one goes.
    """
    return any(request.children.like(child) is None for child in outcome.children)


def paused(request: SyncRequest[Any], outcome: Outcome) -> Outcome:
    """Frozen by the annotation; what is true is still judged, so that the wait can be seen."""
    judged = tuple(
        condition.because("Paused", "Left as it is while paused:")
        if waits(condition)
        else condition
        for condition in outcome.conditions
    )
    reason = Condition(
        "Paused",
        "True",
        "Requested",
        f'Annotation {PAUSED} is "true": nothing is created, changed or deleted. '
        "Remove it to go on.",
    )
    return frozen(request, *judged, reason)


def mistaken_pause(request: SyncRequest[Any]) -> Iterator[Condition]:
    """Somebody who means to pause must not believe that it worked."""
    value = request.parent.annotations.get(PAUSED, "false")
    if value != "false":
        yield Condition(
            "Paused",
            "False",
            "UnknownValue",
            f'Annotation {PAUSED} is "{value}", which does not pause; only "true" does.',
        )


def waits(condition: Condition) -> bool:
    return condition.type == "Ready" and not condition.is_true
