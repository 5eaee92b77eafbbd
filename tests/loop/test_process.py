"""The loop as a process."""

import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from orasi.cluster.__main__ import main, run
from orasi.cluster.api import Clock
from tests.loop.kubeconfig import kubeconfig
from tests.loop.stage import always, config_map, error, ok, stage


class Passes(Event):
    """Set after some passes instead of by a signal; between two of them a second goes by."""

    def __init__(self, number: int, clock: Clock) -> None:
        super().__init__()
        self._left = number
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.sleep_until(self._clock.now() + 1.0)
        self._left -= 1
        if not self._left:
            self.set()
        return super().wait(timeout)


def test_each_write_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    scene = stage(always(config_map(k="v")))
    run(scene.loop, Passes(3, scene.clock), interval=0.0)
    assert capsys.readouterr().out.splitlines() == [
        "create configmaps default/cm 201",
        "update mirrors/status default/a 200",
    ]


def test_an_error_is_said_once_and_again_only_after_a_success(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad, good = error(500), ok({"resyncAfterSeconds": 1})
    answers = iter([bad, bad, bad, good, bad, bad, bad, bad])
    scene = stage(lambda _: next(answers))
    run(scene.loop, Passes(7, scene.clock), interval=0.0)
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("error")]
    assert len(said) == 2
    assert said[0].startswith("error: Mirror default/a: Sync error: sync hook failed for")


def test_an_api_server_that_is_away_is_said_once_and_a_signal_ends_it_well(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "orasi.cluster", "--interval", "0.01"]
    process = subprocess.Popen(
        [*command, "--kubeconfig", kubeconfig(tmp_path, 9)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first.startswith("error: API server: the API server cannot be reached")
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=10)
    assert (process.returncode, rest) == (0, "")


def test_a_kubeconfig_that_cannot_be_read_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--kubeconfig", str(tmp_path / "none")])
    assert "none" in capsys.readouterr().err
