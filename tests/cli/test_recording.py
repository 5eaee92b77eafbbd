"""`orasi run --record`: a folder from which each call can be made again."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hooks.app import create_app
from orasi.sources import load
from tests import golden
from tests.cli.program import ROOT, run
from tests.golden import __main__ as recorded

LINE = re.compile(r"  (\d{4}) call  (/\S+)  \w+ (\S+)  (\d+)  .* ms")


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples, by server-side apply: with managed fields."""
    folder = tmp_path_factory.mktemp("runs") / "new" / "run"
    result = run("run", "examples", "--record", folder, "--apply-strategy=server-side-apply")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith(f"\nRecorded in {folder}: each call, and run.log in order.\n")
    return folder


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def test_every_call_of_the_log_has_its_two_files(recording: Path) -> None:
    lines = (recording / "run.log").read_text().splitlines()
    expected, passes = ["run.log"], 0
    for line in lines:
        passes += line.startswith("pass ")
        if called := LINE.fullmatch(line):
            number, path, subject, _ = called.groups()
            words = f"{path.removeprefix('/hooks/')}/{subject}".replace("/", "-")
            name = f"{number}-pass-{passes}-{words}"
            expected += [f"{name}.request.json", f"{name}.response.json"]
    assert "0001-pass-1-configuration-customize-default-flags.request.json" in expected
    assert sorted(path.name for path in recording.iterdir()) == sorted(expected)
    assert "       write patch ConfigMap default/lorem-document  201" in lines


def test_a_recorded_request_gets_the_recorded_answer_from_any_server(recording: Path) -> None:
    client = create_app().test_client()
    for line in (recording / "run.log").read_text().splitlines():
        if called := LINE.fullmatch(line):
            number, path, _, code = called.groups()
            (request,) = recording.glob(f"{number}-*.request.json")
            (response,) = recording.glob(f"{number}-*.response.json")
            answer = client.post(path, data=request.read_bytes())  # as curl -d sends it
            assert read(response) == {
                "code": int(code),
                "headers": {"Content-Type": "application/json"},
                "body": answer.json,
            }


def test_a_recorded_request_becomes_a_golden_case(recording: Path, tmp_path: Path) -> None:
    for request in sorted(recording.glob("*.request.json")):
        body = read(request)
        case = tmp_path / recorded.folder(body) / "case.yaml"
        case.parent.mkdir(exist_ok=True)
        golden.save(case, {"why": "", "request": recorded.short(body)})
        asked = golden.envelope(case)
        assert {key: asked[key] for key in body if key != "controller"} == {
            key: body[key] for key in body if key != "controller"
        }, request.name


def test_no_value_of_a_secret_is_in_it(recording: Path) -> None:
    sources, _ = load([ROOT / "examples"])
    secrets = [each.manifest for each in sources if each.manifest["kind"] == "Secret"]
    assert "change-me" in [value for each in secrets for value in each["stringData"].values()]
    assert [path for path in recording.iterdir() if "change-me" in path.read_text()] == []


def test_what_went_wrong_is_recorded_too(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    result = run(
        "run", "examples/document-lorem.yaml", "--record", folder, ORASI_BODY_LIMIT_BYTES="1024"
    )
    assert result.returncode == 1
    Path(result.stderr.split()[-1]).unlink()  # the server's log
    sentence = "The data value transmitted exceeds the capacity limit."
    name = "0001-pass-1-document-sync-default-lorem"
    assert read(folder / f"{name}.response.json")["code"] == 413
    assert read(folder / f"{name}.response.json")["body"].strip() == sentence
    assert f"Document default/lorem  413  {sentence}  " in (folder / "run.log").read_text()


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "run.log"
    kept.write_text("mine\n")
    result = run("run", "examples", "--record", tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"orasi: {tmp_path}: a run is recorded into a new or empty folder, and this is not\n"
    )
    assert (list(tmp_path.iterdir()), kept.read_text()) == ([kept], "mine\n")
    result = run("run", "examples", "--record", kept)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"orasi: {kept}: a run cannot be recorded there: File exists\n"
