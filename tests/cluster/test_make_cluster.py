"""`make cluster`, as somebody uses it who does what it says."""

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.cli.program import started
from tests.cluster.engine import ENGINES, missing
from tests.cluster.server import ROOT

PATIENCE = 240.0  # seconds until one that hangs is ended
SHOWN = {"metacontroller": "the real Metacontroller", "embedded": "our embedded loop"}
COUNTED = "kubectl get quota orasi-tenant --namespace=acme --output=jsonpath={.status.used}"
READY = "kubectl wait --for=condition=Ready orasi --all --all-namespaces --timeout=90s"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_examples_become_ready_and_ctrl_c_leaves_nothing(
    kubernetes: Mapping[str, Path], engine: str
) -> None:
    if why := missing(engine):
        pytest.skip(why)
    with started(f"--engine={engine}", module="tests.cluster", patience=PATIENCE) as cluster:
        said = cluster.until("Ctrl-C stops everything.")
        assert f"  engine       {SHOWN[engine]}, dynamic-apply" in said
        folder = next(Path(line.split()[1]) for line in said if line.startswith("  logs "))
        assert folder.is_dir()
        assert processes(folder)
        commands = said[said.index("In another terminal, in this folder:") + 1 : -2]
        typed(kubernetes, [*commands[:-1], READY])
        table = typed(kubernetes, [commands[0], f"{commands[-1]} --all-namespaces"])
        documents = typed(kubernetes, [commands[0], "kubectl get doc"]).splitlines()
        counted = json.loads(typed(kubernetes, [commands[0], COUNTED]))
        cluster.press_control_c()
        assert cluster.end() == (0, "")
    assert len(re.findall(r"^\S+ +(document|pipeline)\.orasi\.io/", table, re.M)) >= 10
    head, *rows = [re.split(r" {2,}", line.strip()) for line in documents]
    assert head == ["NAME", "TITLE", "HIDDEN", "READY", "REASON", "AGE"]
    lorem = ["lorem", "Lorem Ipsum Document", "false", "True", "Published"]
    assert lorem in [row[:-1] for row in rows]
    assert "count/pipelines.orasi.io" in counted  # else a tenant's Pipelines are refused
    assert not folder.exists()
    assert not processes(folder)


def typed(kubernetes: Mapping[str, Path], commands: Sequence[str]) -> str:
    """What *commands* write, in a shell that has kubectl."""
    path = f"{kubernetes['kubectl'].parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(commands)],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def processes(folder: Path) -> list[str]:
    """Those that were started with something in *folder*."""
    lines = [text(each) for each in Path("/proc").glob("[0-9]*/cmdline")]
    return [line for line in lines if str(folder) in line]


def text(file: Path) -> str:
    try:
        return file.read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
