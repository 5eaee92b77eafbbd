"""What people read, from the state alone: lines of text, coloured where colours say something."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.text import Text

from orasi.state import Item, Phase, Round

STYLES = {
    Phase.READY: "green",
    Phase.WAITING: "yellow",
    Phase.DELETING: "yellow",
    Phase.FAILED: "red",
    Phase.REFUSED: "red",
    Phase.GONE: "dim",
}


@dataclass(frozen=True)
class Branches:
    """What stands before the lines below an object."""

    middle: str
    last: str


DRAWN = Branches("├─ ", "└─ ")
PLAIN = Branches("  ", "  ")  # survives every pipe, encoding and grep


def header(version: str, cluster: str, apply_strategy: str, loaded: str) -> Text:
    return Text(f"orasi {version} on {cluster}, {apply_strategy}: {loaded}", style="bold")


def loaded(kinds: Iterable[str], places: str) -> str:
    """`3 Documents and 1 Namespace from examples`."""
    counts = Counter(kinds)
    parts = [plural(counts[kind], kind) for kind in sorted(counts)]
    return f"{joined(parts)} from {places}"


def progress(done: int, item: Item) -> Text:
    """What a pass did to one object, in one line: of a message the first sentence must do."""
    line = Text(f"pass {done}: {item.name}  ").append_text(phase(item, 0))
    if item.notes and item.phase is not Phase.READY:
        first = item.notes[0].message.partition(". ")[0]
        line.append(f": {first.removesuffix('.')}")
    return line


def tree(items: Sequence[Item], branches: Branches) -> list[Text]:
    """Each object with the conditions it meets; below it why it is not ready, and its children."""
    widths = (
        max((len(str(item.name)) for item in items), default=0),
        max((len(item.phase.value) for item in items), default=0),
    )
    return [line for item in items for line in object_lines(item, widths, branches)]


def object_lines(item: Item, widths: tuple[int, int], branches: Branches) -> list[Text]:
    title = Text(f"{item.name!s:{widths[0]}}  ").append_text(phase(item, widths[1]))
    if item.met:
        title.append(f" ({', '.join(item.met)})", "dim")
    style = STYLES[Phase.WAITING if item.phase is Phase.READY else item.phase]
    below = [
        *(Text(f"{note.title}: {note.message}", style) for note in item.notes),
        *(Text(f"{child.kind} {child.name}") for child in item.children),
    ]
    starts = [*[branches.middle] * (len(below) - 1), branches.last][: len(below)]
    return [title, *(Text(a).append_text(b) for a, b in zip(starts, below, strict=True))]


def fitting(items: Sequence[Item], height: int) -> list[Text]:
    """The tree in at most *height* lines: what is not ready comes first into it.

    A last line sums up what did not fit.
    """
    room = height - 1
    shown = set()
    for each in sorted(items, key=lambda item: item.phase is Phase.READY):
        room -= 1 + len(each.notes) + len(each.children)
        if room < 0:
            break
        shown.add(each.name)
    lines = tree([item for item in items if item.name in shown], DRAWN)
    hidden = [item for item in items if item.name not in shown]
    if hidden:
        counts = Counter(item.phase for item in hidden)
        sums = joined([f"{counts[phase]:,} {phase.value}" for phase in Phase if counts[phase]])
        lines.append(Text(f"… and {plural(len(hidden), 'more object')}: {sums}", "dim"))
    return lines


def phase(item: Item, width: int) -> Text:
    """`Ready  Published`: the phase in its colour, and the reason for it."""
    word = item.phase.value
    reason = item.reason if item.reason != word else ""
    text = Text.assemble((f"{word:{width}}", STYLES[item.phase]), f"  {reason}")
    text.rstrip()
    return text


def counting(work: Round, items: Sequence[Item]) -> Text:
    """The line below the live tree while passes go on."""
    return Text(f"pass {work.passes + 1}: {ready_of(items)}")


def summary(work: Round, items: Sequence[Item]) -> Text:
    """The last line: whether all is at rest, and whether that is where it should be."""
    effort = f"{plural(work.passes, 'pass', 'passes')} and {plural(work.writes, 'write')}"
    start = (
        "Settled in" if work.settled else f"{'Stopped' if work.stopped else 'Not settled'} after"
    )
    counts = Counter(item.phase for item in items)
    good = (work.settled or work.stopped) and counts[Phase.READY] == expected(items)
    bad = (Phase.REFUSED, Phase.FAILED)
    end = "".join(f"; {counts[each]:,} {each.value.lower()}" for each in bad if counts[each])
    return Text(
        f"{start} {effort}: {ready_of(items)}{end}.", "bold green" if good else "bold yellow"
    )


def ready_of(items: Sequence[Item]) -> str:
    ready = sum(item.phase is Phase.READY for item in items)
    total = expected(items)
    return f"{ready:,} of {plural(total, 'object')} {'is' if 1 in (ready, total) else 'are'} Ready"


def expected(items: Sequence[Item]) -> int:
    """How many objects are there to become ready; those that were removed are not."""
    return sum(item.phase not in (Phase.GONE, Phase.DELETING) for item in items)


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def joined(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
