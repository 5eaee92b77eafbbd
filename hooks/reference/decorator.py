"""The page of a decorator: what asks for it, what is attached, and what can be wrong."""

from collections.abc import Iterator

from hooks.decorator import Decorator
from hooks.reference.markdown import code, page, prose, table
from hooks.reference.sources import Sources


def decorator_page(decorator: Decorator, sources: Sources) -> str:
    mistakes = sorted(set(complaints(decorator, sources)))
    return page(
        f"# {decorator.kind}",
        prose(decorator.description),
        f"It decorates objects of kind {decorator.object_kind} ({code(decorator.api_version)}), "
        "wherever they come from. It puts no finalizer on them, and their own deletion never waits "
        "for it.",
        "## Labels and annotations",
        table(
            ("Key", "On", "Meaning"),
            (
                (code(each.key), f"the {decorator.object_kind}, as {each.kind}", each.description)
                for each in decorator.settings
            ),
        ),
        'Annotation `orasi.io/paused: "true"` keeps what is attached as it is, edits by hand '
        "included.",
        *(page(f"## {heading}", table(*rows)) for heading, rows in decorator.tables),
        "## Attachments",
        f"What is attached belongs to the {decorator.object_kind}, and goes with it, or when it is "
        "no longer asked for. Edits by hand are put back; what others add stays.",
        table(
            ("Kind", "apiVersion", "Name"),
            (
                (each.kind, code(each.api_version), code(decorator.name))
                for each in decorator.attachments
            ),
        ),
        "## Mistakes",
        told_where(decorator),
        "".join(f"- {prose(each)}\n" for each in mistakes),
    )


def told_where(decorator: Decorator) -> str:
    kept = "A mistake changes nothing: what is attached stays as it is, and nothing new is made."
    if decorator.complaint:
        return (
            f"{kept} Annotation {code(decorator.complaint.key)} of the {decorator.object_kind} "
            f"says what is wrong, such as:"
        )
    shows = code(f"kubectl describe {decorator.object_kind.lower()} NAME")
    return (
        f"{kept} The {decorator.object_kind} is not written on: a Warning event of reason "
        f"`SyncError` on it says what is wrong ({shows}), such as:"
    )


def complaints(decorator: Decorator, sources: Sources) -> Iterator[str]:
    """Every one that a golden case answers."""
    for case in sources.cases.get(decorator.singular, ()):
        response = case.get("response", {})  # a new case has none yet
        body = response.get("body")
        if response.get("code") == 422:
            yield str(body).strip()
        elif isinstance(body, dict) and decorator.complaint:
            said = body["annotations"].get(decorator.complaint.key)
            yield from [said] if said else []
