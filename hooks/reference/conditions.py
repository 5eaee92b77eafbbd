"""The page of all conditions: from a reason to what has to be done."""

from collections.abc import Iterable

from hooks.composite import Composite
from hooks.reasons import CONDITIONS, EVERY_KIND, REASONS, Reason
from hooks.reference.markdown import anchor, code, link, page, prose, table

INTRODUCTION = """\
Every object says in `status.conditions` how it stands. `Ready` sums up, and its reason is one of
the words below.

    kubectl get orasi --all-namespaces     # READY and REASON of everything
    kubectl describe KIND NAME             # the message: which object, field and number; events
    kubectl wait --for=condition=Ready KIND/NAME

The first thing that stands in the way is reported, so mending it may bring up the next. If the
`observedGeneration` of a condition stays behind `metadata.generation`, the hook server has not
answered since the last edit, and the events say why. If an object hangs in deletion because there
is no hook server any more, [break the glass](../../README.md#onto-a-cluster).
"""
HEADER = ("Reason", "Conditions", "What it means", "What to do")


def conditions_page(kinds: Iterable[Composite]) -> str:
    names = [kind.kind for kind in kinds]
    return page(
        "# Conditions",
        INTRODUCTION,
        table(
            ("Condition", "What it says"),
            ([code(type_), prose(text)] for type_, text in CONDITIONS.items()),
        ),
        f"The reasons: {', '.join(map(to_heading, ('Every kind', *names)))}.",
        "## Every kind",
        reasons(EVERY_KIND),
        *(part for name in names for part in (f"## {name}", own(name))),
    )


def to_heading(heading: str) -> str:
    return link(heading, f"#{anchor(heading)}")


def own(kind: str) -> str:
    shared = ", ".join(code(each.reason) for each in EVERY_KIND if "Ready" in each.types)
    return page(
        reasons(REASONS.get(kind, ())),
        f"And what objects of {link('every kind', '#every-kind')} can have: {shared}.",
    )


def reasons(found: tuple[Reason, ...]) -> str:
    return table(
        HEADER,
        (
            [
                code(each.reason),
                "<br>".join(code(f"{type_}={each.status}") for type_ in each.types),
                prose(each.meaning),
                prose(each.remedy),
            ]
            for each in found
        ),
    )
