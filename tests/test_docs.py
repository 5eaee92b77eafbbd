"""The README says what is true now."""

import re
from pathlib import Path

import pytest

from hooks.composite import Composite
from hooks.kinds import KINDS
from hooks.settings import Settings
from tests import golden
from tests.cli.program import run

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def rows(header: str, after: str = "") -> list[list[str]]:
    """The cells of the first table *after* a text whose header line starts so."""
    rest = README[README.index(after) :]
    table = rest[rest.index(f"| {header} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in table]


def test_the_output_shown_is_that_of_the_program() -> None:
    done = run("run", "examples")
    assert done.returncode == 0
    assert "".join(f"    {line}".rstrip() + "\n" for line in done.stdout.splitlines()) in README


def test_every_setting_is_in_the_table() -> None:
    assert rows("variable") == [
        [
            f"ORASI_{name.upper()}",
            "" if field.default is None else str(field.default),
            str(field.description),
        ]
        for name, field in Settings.model_fields.items()
    ]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.singular)
def test_every_reason_is_in_the_table_and_reached_by_a_golden_case(kind: Composite) -> None:
    reached = {
        (condition["reason"], condition["status"])
        for path in golden.ROOT.glob(f"{kind.singular}/*.yaml")
        if isinstance(body := golden.load(path)["response"]["body"], dict)
        for condition in body.get("status", {}).get("conditions", ())
        if condition["type"] == "Ready"
    }
    table = rows("reason", after=f"## {kind.kind}s")
    assert {(reason, status) for reason, status, _ in table} == reached


def test_every_path_that_is_named_exists() -> None:
    for text in (README, (ROOT / "CONTRIBUTING.md").read_text()):
        for path in re.findall(r"\]\(([\w./]+)\)|`((?:tests|hooks|orasi|docs)/[\w./]+)`", text):
            assert (ROOT / "".join(path)).exists(), path
