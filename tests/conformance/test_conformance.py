"""Every recording of the real Metacontroller is reproduced, but for the table of deviations."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from orasi.cluster.api import Manifest
from tests.conformance.compare import differences, report
from tests.conformance.deviations import DEVIATIONS, deviation
from tests.conformance.player import Player
from tests.conformance.revisions import recognisable

ROOT = Path(__file__).parents[1] / "data" / "conformance"
FILES = sorted(ROOT.glob("*/*.json"))


def loaded(path: Path) -> Manifest:
    recording: Manifest = json.loads(path.read_text())
    return recording


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_recording_is_reproduced(path: Path) -> None:
    recording = loaded(path)
    player = Player(recording["scenario"], recording["applyStrategy"])
    found: list[tuple[Manifest, dict[str, str]]] = []
    before: Any = ()
    played = recognisable(player.play())
    for told, seen in zip(recognisable(recording["steps"]), played, strict=True):
        found.append((told, differences(told, seen, before)))
        before = (*before, told, seen)[-4:]  # two steps: retries are up to five seconds apart
    if player.controller_started != recording["controllerStarted"]:
        says = f"recorded {recording['controllerStarted']}, played {player.controller_started}"
        found.append(({"step": 0, "what": "the controller starts"}, {"starts": says}))
    allowed = deviation(recording)
    aspects = {aspect for _, texts in found for aspect in texts}
    if allowed is None:
        assert not aspects, "\n" + "\n".join(report(found))
    else:
        assert aspects, "this agrees now: take it out of the table of deviations"
        assert aspects <= allowed.aspects, "\n" + "\n".join(report(found))
        said = [each for step in played for each in step["warnings"]]
        assert any(re.search(allowed.says, each["message"]) for each in said), said


def test_both_strategies_were_recorded_of_each_scenario() -> None:
    names = [{path.name for path in (ROOT / each).iterdir()} for each in STRATEGIES]
    assert names[0] == names[1]
    assert len(FILES) == 2 * len(names[0]) > 0


@pytest.mark.parametrize("line", DEVIATIONS, ids=lambda line: line.says)
def test_no_line_of_the_table_is_for_nothing(line: Any) -> None:
    assert any(line.concerns(loaded(path)) for path in FILES)


STRATEGIES = ("dynamic-apply", "server-side-apply")
