"""`orasi run -v` and `--step`: what happens in each pass, and stops between passes."""

import re
from pathlib import Path

import pytest

from tests.cli import terminal
from tests.cli.program import run

DOCUMENT = """\
apiVersion: orasi.io/v1alpha1
kind: Document
metadata: {name: good}
spec: {content: hello}
"""
PROMPT = "Enter: the next pass; c: on to the end; q: end here."
CALLED = re.compile(r"  \d+\.\d ms$")
PASSES = [
    [
        "pass 1",
        "       write update Document default/good  200",
        "  0001 call  /hooks/document/sync  Document default/good  200  1 child, resync after 30 s",
        "       write create ConfigMap default/good-document  201",
        "       write update Document/status default/good  200",
        "  0002 call  /hooks/tenant/sync  Namespace default  200  0 attachments",
        "  0003 call  /hooks/tenant/sync  Namespace kube-system  200  0 attachments",
        "  0004 call  /hooks/tenant/sync  Namespace orasi  200  0 attachments",
    ],
    [
        "pass 2",
        "  0005 call  /hooks/document/sync  Document default/good  200  1 child",
        "       write update Document/status default/good  200",
    ],
    ["pass 3", "  0006 call  /hooks/document/sync  Document default/good  200  1 child"],
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "good.yaml"
    path.write_text(DOCUMENT)
    return path


def untimed(lines: list[str]) -> list[str]:
    return [CALLED.sub("", line) for line in lines]


def test_each_call_and_write_comes_before_what_it_has_come_to(file: Path) -> None:
    result = run("run", "-v", file)
    assert (result.returncode, result.stderr) == (0, "")
    first, second, third = PASSES
    assert untimed(result.stdout.splitlines()[1:-5]) == [
        *first,
        "pass 1: Document default/good  Not ready  Publishing: ConfigMap good-document does not "
        "exist yet",
        *second,
        "pass 2: Document default/good  Ready  Published",
        *third,
    ]


def test_a_stop_shows_the_objects_as_they_are_and_goes_on_as_told(file: Path) -> None:
    result = run("run", file, "--step", typed="\nc\n")
    assert (result.returncode, result.stderr) == (0, "")
    stops = [each.splitlines()[-1] for each in result.stdout.split(f"{PROMPT}\n")]
    assert stops == [
        "Stopped after 1 pass and 3 writes: 0 of 1 object is Ready.",
        "Stopped after 2 passes and 4 writes: 1 of 1 object is Ready.",
        "Settled in 3 passes and 4 writes: 1 of 1 object is Ready.",
    ]
    assert "\n\nDocument default/good  Not ready  Publishing\n  Ready=False: " in result.stdout


@pytest.mark.parametrize(
    ("words", "typed", "code", "last"),
    [
        (["--step"], "", 1, "Stopped after 1 pass and 3 writes: 0 of 1 object is Ready."),
        (["--step", "2"], "q\n", 0, "Stopped after 2 passes and 4 writes: 1 of 1 object is Ready."),
        (["--step=3"], "", 0, "Settled in 3 passes and 4 writes: 1 of 1 object is Ready."),
        (["--step", "--watch"], "q", 1, "Stopped after 1 pass and 3 writes: 0 of 1 object is "),
    ],
)
def test_it_ends_where_it_is_told_to_and_says_whether_all_is_ready(
    file: Path, words: list[str], typed: str, code: int, last: str
) -> None:
    """Nothing is new after the third pass, and so there is no stop."""
    result = run("run", file, *words, typed=typed)
    assert (result.returncode, result.stderr) == (code, "")
    assert result.stdout.removesuffix(f"{PROMPT}\n").splitlines()[-1].startswith(last)


def test_on_a_terminal_the_lines_stay_above_the_tree_that_is_drawn_anew(file: Path) -> None:
    code, lines = terminal.run("run", "-v", file, "--step", "2", typed="\n", after=PROMPT)
    first, second, third = PASSES
    ready = ["Document default/good  Ready  Published", "└─ ConfigMap good-document"]
    assert code == 0
    assert untimed(lines[1:]) == [
        *first,
        *second,
        *ready,
        "Stopped after 2 passes and 4 writes: 1 of 1 object is Ready.",
        PROMPT,
        "",
        *third,
        *ready,
        "Settled in 3 passes and 4 writes: 1 of 1 object is Ready.",
        "",
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            ["--step", "examples"],
            "'examples' is no pass: give a number from 1, or none and --step ",
        ),
        (["examples", "--step=0"], "'0' is no pass: "),
        (["examples", "--step", "--kubeconfig=x"], "--step is for the embedded cluster: "),
    ],
)
def test_wrong_usage_is_explained(words: list[str], complaint: str) -> None:
    result = run("run", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert complaint in result.stderr
