"""Where the collector comes from, and what is said when it cannot be had."""

import shutil
from pathlib import Path

import pytest

from tests.cluster import programs


def test_a_prebuilt_one_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prebuilt = tmp_path / "otelcol-contrib"
    monkeypatch.setenv("COLLECTOR_BIN", str(prebuilt))
    with pytest.raises(programs.ProgramsUnavailable, match=r"COLLECTOR_BIN names .* not a file"):
        programs.collector()
    prebuilt.touch()
    assert programs.collector() == prebuilt


def test_each_collector_is_kept_apart() -> None:
    """Two are built from one Go module."""
    modules = (programs.COLLECTOR, programs.SCRAPING_COLLECTOR, programs.OLDER_COLLECTOR)
    assert len({module.digest() for module in modules}) == 3
    assert programs.SCRAPING_COLLECTOR.folder == programs.COLLECTOR.folder


def test_without_go_it_says_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLLECTOR_BIN", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(programs.ProgramsUnavailable, match=r"collector .* needs Go 1\.26 or newer"):
        programs.collector()


@pytest.mark.parametrize("edited", ["main.go", "components/components.go"])
def test_our_own_code_names_what_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: str
) -> None:
    """Or edited code would go on being tested as it was."""
    before = programs.COLLECTOR.digest()
    shutil.copytree(programs.COLLECTOR.folder, tmp_path / "collector")
    monkeypatch.setattr(programs, "MODULES", tmp_path)
    assert programs.COLLECTOR.digest() == before
    with (tmp_path / "collector" / edited).open("a") as code:
        code.write("// edited\n")
    assert programs.COLLECTOR.digest() != before
