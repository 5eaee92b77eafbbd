"""What Hypothesis draws is the same in every run, whatever else its process does."""

from importlib import import_module
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings


def drawn() -> list[list[int]]:
    found = []

    @settings(database=None)
    @given(st.lists(st.integers()))
    def draw(each: list[int]) -> None:
        found.append(each)

    draw()
    return found


def test_it_does_not_depend_on_what_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = drawn()
    (tmp_path / "imported_since.py").write_text(f"NUMBERS = {list(range(1000, 2000))}\n")
    monkeypatch.syspath_prepend(tmp_path)
    import_module("imported_since")
    assert drawn() == before
