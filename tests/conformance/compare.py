"""What differs between a recorded step and a played one, by the rules of the recording's README."""

import difflib
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from orasi.cluster.api import Manifest
from tests.conformance.chance import (
    essence,
    raced,
    without_doubled,
    without_last_retry,
    without_late,
)

MORE_OR_LESS = 10.0  # rates of loops agree by their order of magnitude
WARNINGS = ("warnings", "controllerWarnings")  # on parents, and on controllers
GO_VALUE = re.compile(r"(?:Invalid|Duplicate) value: (?=[{])")
ADDRESS = re.compile("0x(?:[0-9a-f]+|…)")
OTHER_TIMEOUT = re.compile(r"net/http: request canceled \(.*\)")
TIMEOUT = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"


def differences(
    recorded: Manifest, played: Manifest, before: Sequence[Manifest] = ()
) -> dict[str, str]:
    """By aspect, each as a diff to read; none if the step agrees.

    *before*: the steps before, recorded and played. After errors expect stray calls of them.
    """
    if recorded["settles"] != played["settles"]:
        return {"settles": diff(*(_outline(step) for step in (recorded, played)))}
    stray = [step for step in before if any(step.get(kind) for kind in WARNINGS)]
    return {
        aspect: text
        for aspect, check in CHECKS.items()
        if (text := check(recorded, played))
        and (not stray or check(_without(recorded, stray), _without(played, stray)))
    }


def _without(step: Manifest, stray: Sequence[Manifest]) -> Manifest:
    """*step* less what went on to fail as it did before."""
    calls = [essence(call) for each in stray for call in each["calls"]]
    writes = [_write(write) for each in stray for write in each["writes"] if write["code"] >= 400]
    told = [each for step in stray for kind in WARNINGS for each in step.get(kind) or ()]
    return {
        **step,
        "calls": [each for each in without_late(step)["calls"] if essence(each) not in calls],
        "writes": [write for write in step["writes"] if _write(write) not in writes],
        **{kind: [each for each in step.get(kind) or () if each not in told] for kind in WARNINGS},
    }


def diff(recorded: Any, played: Any) -> str:
    """The two as YAML, "-" what was recorded and "+" what was played; "" if they are the same."""
    if recorded == played:
        return ""
    before, after = (yaml.safe_dump(one).splitlines() for one in (recorded, played))
    lines = difflib.unified_diff(before, after, "recorded", "played", n=4, lineterm="")
    return "\n".join(lines) or f"- {recorded!r}\n+ {played!r}"


def _outline(step: Manifest) -> Manifest:
    return {
        "settles": step["settles"],
        "calls": [essence(call) for call in step["calls"]][:6],
        "writes": [list(_write(write)) for write in step["writes"]][:12],
    }


def _objects(recorded: Manifest, played: Manifest) -> str:
    """All of it: this is the contract. A loop has no moment at which one could compare."""
    return diff(recorded["objects"], played["objects"]) if recorded["settles"] else ""


def _rates(recorded: Manifest, played: Manifest) -> str:
    return "\n".join(
        f"{rate}: recorded {recorded[rate]}, played {played[rate]}"
        for rate in ("callsPerSecond", "writesPerSecond")
        if rate in recorded
        and not recorded[rate] / MORE_OR_LESS < played[rate] < recorded[rate] * MORE_OR_LESS
    )


def _writes(recorded: Manifest, played: Manifest) -> str:
    """As a set. Of a loop only a part was kept, and its names may be generated."""
    if not recorded["settles"]:
        return diff(
            *(
                sorted({(*_write(write)[:3], write.get("by", "")) for write in step["writes"]})
                for step in (_without_conflicts(recorded), _without_conflicts(played))
            )
        )
    if not _repeats(recorded, "writes"):
        recorded, played = _without_conflicts(recorded), _without_conflicts(played)
    raced = {_write(each)[:4] for each in recorded["writes"] if _is_raced(each, recorded)}
    sides = [
        sorted(
            {
                ("delete", *_write(each)[1:4], "by either")
                if _write(each)[:4] in raced
                else (*_write(each), each.get("by", ""))
                for each in step["writes"]
            }
        )
        for step in (recorded, played)
    ]
    return diff(*([list(map(str, each)) for each in side] for side in sides))


def _is_raced(write: Manifest, step: Manifest) -> bool:
    """Whether Metacontroller and the garbage collector deleted the same, one of them late."""
    return (
        write["verb"] == "delete"
        and len(
            {each.get("by") for each in step["writes"] if _write(each)[:4] == _write(write)[:4]}
        )
        > 1
    )


def _without_conflicts(step: Manifest) -> Manifest:
    """Less the conflicts of writes that were made in the end: when a cache is late is chance."""
    good = {_write(write)[:4] for write in step["writes"] if write["code"] < 300}
    kept = [each for each in step["writes"] if each["code"] != 409 or _write(each)[:4] not in good]
    return {**step, "writes": kept}


def _write(write: Manifest) -> tuple[Any, ...]:
    return (
        write["verb"],
        write["resource"],
        write.get("subresource", ""),
        write["name"],
        write["code"],
        write.get("dryRun", False),
    )


def _order(recorded: Manifest, played: Manifest) -> str:
    """Of kinds, and of deletions and creations, in writes that came after the same call."""
    contradictions = _precedences(recorded) & {(b, a) for a, b in _precedences(played)}
    return "\n".join(
        f"recorded: {' '.join(before)} before {' '.join(after)}"
        for before, after in sorted(contradictions)
    )


def _precedences(step: Manifest) -> set[tuple[Any, Any]]:
    found = set()
    ours = [write for write in step["writes"] if "by" not in write]
    for _, group in itertools.groupby(ours, lambda write: write["afterCall"]):
        kinds = list(
            dict.fromkeys(
                tuple(filter(None, (each["verb"], each["resource"], each.get("subresource"))))
                for each in group
            )
        )
        found |= set(itertools.combinations(kinds, 2))
    return {(a, b) for a, b in found if (b, a) not in found}


def _calls(recorded: Manifest, played: Manifest) -> str:
    """All of them where two runs agreed; else the first, the last, which hooks at all."""
    if _repeats(recorded, "calls") and recorded["settles"]:
        return _all_calls(recorded, played)
    told, made = (_current(step["calls"]) for step in (recorded, played))
    about = (lambda calls: sorted({(call["hook"], call["object"]) for call in calls}),)
    whole = (*about, *(ENDS if recorded["settles"] else ENDS[:1]))
    for view in whole:
        if text := diff(view(told), view(made)):
            return text
    return ""


def _all_calls(recorded: Manifest, played: Manifest) -> str:
    """One by one, and so their number, but for what is decided by chance."""
    if "callsTotal" in recorded:
        return _first_calls(recorded, played)
    recorded, played = without_last_retry(recorded), without_last_retry(played)
    told, least, made = (
        [essence(call) for call in _current(step["calls"])]
        for step in (recorded, without_doubled(recorded), played)
    )
    if _without_conflicts(recorded) != recorded:  # users wrote meanwhile
        told, made = ([each for each, _ in itertools.groupby(calls)] for calls in (told, made))
    return "" if made == least else diff(told, made)


def _first_calls(recorded: Manifest, played: Manifest) -> str:
    """Of the others only the number is known."""
    kept, count = len(recorded["calls"]), len(played["calls"])
    if not count <= recorded["callsTotal"] <= count + len(raced(played)):
        return f"recorded {recorded['callsTotal']} calls, played {count}"
    return diff(*([essence(call) for call in step["calls"][:kept]] for step in (recorded, played)))


ENDS: tuple[Callable[[Sequence[Manifest]], Any], ...] = (
    lambda calls: [essence(call) for call in calls[:1]],
    lambda calls: [essence(call) for call in calls[-1:]],
)


def _current(calls: Sequence[Manifest]) -> list[Manifest]:
    """Less those about an older generation: retries of the last step that came before its end."""
    newest: dict[str, int] = {}
    for call in calls:
        newest[call["object"]] = max(newest.get(call["object"], 0), call["generation"] or 0)
    return [call for call in calls if (call["generation"] or 0) == newest[call["object"]]]


def _warnings(recorded: Manifest, played: Manifest) -> str:
    return "\n".join(
        filter(
            None,
            (diff(_told(recorded, kind), _told(played, kind)) for kind in WARNINGS),
        )
    )


def _told(step: Manifest, kind: str) -> list[Manifest]:
    found = [
        {**warning, "message": message(warning["message"])} for warning in step.get(kind) or ()
    ]
    return sorted(found, key=str)


def message(text: str) -> str:
    """*text* without Go's own structs, which it prints whole; timeouts and addresses are alike."""
    text = ADDRESS.sub("0x…", OTHER_TIMEOUT.sub(TIMEOUT, text))
    shown, at = "", 0
    for found in GO_VALUE.finditer(text):
        if found.end() >= at:
            _, length = json.JSONDecoder().raw_decode(text[found.end() :])
            shown += text[at : found.end()] + "{…}"
            at = found.end() + length
    return shown + text[at:]


def _repeats(step: Manifest, aspect: str) -> bool:
    return bool((step.get("repeats") or {}).get(aspect, True))


CHECKS: Mapping[str, Callable[[Manifest, Manifest], str]] = {
    "objects": _objects,
    "rates": _rates,
    "writes": _writes,
    "order": _order,
    "calls": _calls,
    "warnings": _warnings,
}


def report(steps: Iterable[tuple[Manifest, dict[str, str]]]) -> Iterator[str]:
    """What a failing test says."""
    for step, found in steps:
        for aspect, text in found.items():
            yield f"step {step['step']} ({step['what']}): {aspect}\n{text}\n"
