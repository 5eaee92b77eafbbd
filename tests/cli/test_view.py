"""What people read, from states that are made up."""

import pytest
from rich.text import Text

from orasi import view
from orasi.applying import Name
from orasi.state import Item, Note, Phase, Round


def document(name: str, phase: Phase = Phase.READY, reason: str = "Published") -> Item:
    missing = Note("Ready=False", f"ConfigMap {name}-document does not exist yet. Rename it.")
    return Item(
        Name("Document", "default", name),
        phase,
        reason,
        (missing,) if phase is Phase.WAITING else (),
        (Name("ConfigMap", "default", f"{name}-document"),) if phase is Phase.READY else (),
    )


LOREM = document("lorem")
HIDDEN = Item(Name("Document", "default", "hidden-doc"), Phase.READY, "Hidden")
WAITING = document("recipe", Phase.WAITING, "Publishing")
REFUSED = document("Bad", Phase.REFUSED, "Invalid")
GONE = document("old", Phase.GONE, "")


def text(lines: list[Text]) -> str:
    return "\n".join(line.plain for line in lines)


def test_the_tree_shows_children_and_why_an_object_is_not_ready() -> None:
    both = Item(WAITING.name, WAITING.phase, WAITING.reason, WAITING.notes, LOREM.children)
    assert text(view.tree([LOREM, HIDDEN, both, REFUSED], view.DRAWN)) == (
        "Document default/lorem       Ready      Published\n"
        "└─ ConfigMap lorem-document\n"
        "Document default/hidden-doc  Ready      Hidden\n"
        "Document default/recipe      Not ready  Publishing\n"
        "├─ Ready=False: ConfigMap recipe-document does not exist yet. Rename it.\n"
        "└─ ConfigMap lorem-document\n"
        "Document default/Bad         Refused    Invalid"
    )


def test_what_is_met_stands_behind_the_reason() -> None:
    met = Item(WAITING.name, WAITING.phase, "Unavailable", WAITING.notes, (), ("Resolved", "Sound"))
    assert text(view.tree([met], view.DRAWN)).splitlines()[0] == (
        "Document default/recipe  Not ready  Unavailable (Resolved, Sound)"
    )


def test_a_piped_tree_is_plain_ascii() -> None:
    plain = text(view.tree([LOREM, WAITING], view.PLAIN))
    assert plain.isascii()
    assert plain.splitlines()[1] == "  ConfigMap lorem-document"


@pytest.mark.parametrize(
    ("item", "colour"),
    [(LOREM, "green"), (WAITING, "yellow"), (REFUSED, "red"), (GONE, "dim")],
)
def test_the_phase_alone_is_coloured(item: Item, colour: str) -> None:
    (title, *_) = view.tree([item], view.DRAWN)
    (span,) = title.spans
    assert (title.plain[span.start : span.end].strip(), span.style) == (item.phase.value, colour)


def test_more_than_fits_is_summed_up_and_what_is_not_ready_is_kept() -> None:
    many = [document(f"doc-{number:04}") for number in range(10_000)]
    lines = view.fitting([*many, WAITING], 8)
    assert text(lines) == (
        "Document default/doc-0000  Ready      Published\n"
        "└─ ConfigMap doc-0000-document\n"
        "Document default/doc-0001  Ready      Published\n"
        "└─ ConfigMap doc-0001-document\n"
        "Document default/recipe    Not ready  Publishing\n"
        "└─ Ready=False: ConfigMap recipe-document does not exist yet. Rename it.\n"
        "… and 9,998 more objects: 9,998 Ready"
    )


def test_a_pass_is_told_in_one_line_for_each_object() -> None:
    assert view.progress(1, WAITING).plain == (
        "pass 1: Document default/recipe  Not ready  Publishing: "
        "ConfigMap recipe-document does not exist yet"
    )
    assert view.progress(2, LOREM).plain == "pass 2: Document default/lorem  Ready  Published"
    assert view.progress(3, GONE).plain == "pass 3: Document default/old  Gone"


@pytest.mark.parametrize(
    ("work", "items", "sentence"),
    [
        (
            Round(3, 12, settled=True),
            [LOREM, HIDDEN],
            "Settled in 3 passes and 12 writes: 2 of 2 objects are Ready.",
        ),
        (
            Round(1, 1, settled=True),
            [LOREM, WAITING, REFUSED, GONE],
            "Settled in 1 pass and 1 write: 1 of 3 objects is Ready; 1 refused.",
        ),
        (
            Round(14, 2),
            [document("lorem", Phase.FAILED, "SyncError")],
            "Not settled after 14 passes and 2 writes: 0 of 1 object is Ready; 1 failed.",
        ),
        (
            Round(2, 4, stopped=True),
            [LOREM, WAITING],
            "Stopped after 2 passes and 4 writes: 1 of 2 objects is Ready.",
        ),
        (
            Round(1, 0, settled=True),
            [],
            "Settled in 1 pass and 0 writes: 0 of 0 objects are Ready.",
        ),
    ],
)
def test_the_last_line(work: Round, items: list[Item], sentence: str) -> None:
    assert view.summary(work, items).plain == sentence


def test_the_header_counts_what_was_loaded() -> None:
    found = view.loaded(["Document", "Namespace", "Document", "ConfigMap"], "examples")
    assert found == "1 ConfigMap, 2 Documents and 1 Namespace from examples"
    assert view.header("1.2.3", "an embedded cluster", "dynamic-apply", "nothing").plain == (
        "orasi 1.2.3 on an embedded cluster, dynamic-apply: nothing"
    )
