"""Runs that stay, and how runs are ended from outside."""

import signal
import sys
import time
from pathlib import Path

import pytest

from tests.cli.program import PATIENCE, started

DOCUMENT = """\
apiVersion: orasi.io/v1alpha1
kind: Document
metadata: {name: NAME}
spec: {content: hello}
"""
WATCHING = "Watching for changes"


def document(name: str) -> str:
    return DOCUMENT.replace("NAME", name)


def test_edits_new_files_and_removed_objects_are_picked_up(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yml"
    one.write_text(document("one"))
    with started("run", "--watch", tmp_path) as running:
        running.until(WATCHING)

        one.write_text(document("one").replace("hello", "hello, hidden: true"))
        assert running.until("Settled") == [
            "",
            f"Changed: {one}",
            "pass 1: Document default/one  Not ready  Withdrawing: ConfigMap one-document still "
            "publishes the content",
            "pass 2: Document default/one  Ready  Hidden",
            "",
            "Document default/one  Ready  Hidden",
            "",
            "Settled in 3 passes and 3 writes: 1 of 1 object is Ready.",
        ]

        # Only what is new is shown, as in a new file that takes the place of nothing.
        (tmp_path / "saving").write_text(document("two"))
        (tmp_path / "saving").rename(two)
        assert running.until("Settled")[-4:] == [
            "Document default/two  Ready  Published",
            "  ConfigMap two-document",
            "",
            "Settled in 3 passes and 4 writes: 2 of 2 objects are Ready.",
        ]

        two.unlink()
        assert running.until("Settled")[-3:] == [
            "Document default/two  Gone",
            "",
            "Settled in 3 passes and 3 writes: 1 of 1 object is Ready.",
        ]

        running.press_control_c()
        assert running.end() == (0, "")
        assert running.leaves_nothing


def test_a_file_that_is_broken_meanwhile_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(document("one"))
    with started("run", "--watch", file) as running:
        running.until(WATCHING)
        file.write_text("kind: [\n")
        running.until("Changed")
        file.write_text(document("one"))
        lines = running.until("Settled")
        assert lines[-1] == "Settled in 1 pass and 0 writes: 1 of 1 object is Ready."
        running.signal(signal.SIGTERM)
        code, errors = running.end()
        assert code == 0
        assert errors == f"orasi: {file}:2:1: this is no YAML: did not find expected node content\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_leaves_nothing(number: signal.Signals) -> None:
    with started("run", "examples") as running:
        running.until("orasi ")  # the hook server has just been started, and is not ready
        running.signal(number)
        assert running.end() == (128 + number, "")
        assert running.leaves_nothing


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the child of who is killed")
def test_a_run_that_is_killed_leaves_no_server() -> None:
    with started("run", "examples", "--watch") as running:
        running.until(WATCHING)
        running.signal(signal.SIGKILL)
        assert running.end() == (-signal.SIGKILL, "")
        deadline = time.monotonic() + PATIENCE
        while not running.leaves_nothing:
            assert time.monotonic() < deadline
            time.sleep(0.05)
