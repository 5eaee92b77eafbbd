"""Where the collector comes from, and what is said when it cannot be had."""

import re
import shutil
from pathlib import Path

import pytest

from tests.cluster import programs
from tests.collector.connectors import COLLECTORS


def test_a_prebuilt_one_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prebuilt = tmp_path / "otelcol-contrib"
    monkeypatch.setenv("COLLECTOR_BIN", str(prebuilt))
    with pytest.raises(programs.ProgramsUnavailable, match=r"COLLECTOR_BIN names .* not a file"):
        programs.collector()
    prebuilt.touch()
    assert programs.collector() == prebuilt


def test_each_collector_is_kept_apart() -> None:
    """Two are built from one Go module, and a third with its code."""
    assert len({module.digest() for module in COLLECTORS}) == len(COLLECTORS) == 4
    assert programs.SCRAPING_COLLECTOR.folder == programs.COLLECTOR.folder


def test_the_newest_has_parts_that_are_older_as_is_said() -> None:
    """What newer ones of them need is not to be had."""
    modules = (programs.COLLECTOR.folder, programs.NEWER_COLLECTOR.folder)
    code = "".join(path.read_text() for folder in modules for path in folder.rglob("*.go"))
    pins = (programs.NEWER_COLLECTOR.folder / "go.mod").read_text()
    older = {}
    for path in set(re.findall(r'"(\S*/(?:receiver|processor|exporter|extension)/\S+)"', code)):
        pin = re.search(rf"^\s{re.escape(path)} v(\d+\.\d+)", pins, re.M)
        assert pin is not None, path
        if pin[1] != "0.165":
            older[path.rpartition("/")[2]] = pin[1]
    assert older == {
        "attributesprocessor": "0.161",
        "basicauthextension": "0.158",
        "filterprocessor": "0.161",
        "tailsamplingprocessor": "0.161",
        "transformprocessor": "0.161",
    }


def test_without_go_it_says_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLLECTOR_BIN", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(programs.ProgramsUnavailable, match=r"collector .* needs Go 1\.26 or newer"):
        programs.collector()


@pytest.mark.parametrize(
    ("module", "edited"),
    [
        (programs.COLLECTOR, "collector/main.go"),
        (programs.COLLECTOR, "collector/components/components.go"),
        (programs.NEWER_COLLECTOR, "collector/components/components.go"),
        (programs.NEWER_COLLECTOR, "collector-newer/main.go"),
    ],
)
def test_our_own_code_names_what_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: programs.Module, edited: str
) -> None:
    """Or edited code would go on being tested as it was."""
    before = module.digest()
    shutil.copytree(programs.MODULES, tmp_path / "programs")
    monkeypatch.setattr(programs, "MODULES", tmp_path / "programs")
    assert module.digest() == before
    with (tmp_path / "programs" / edited).open("a") as code:
        code.write("// edited\n")
    assert module.digest() != before
