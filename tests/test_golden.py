"""Every golden case, as Metacontroller would ask it. `pytest --update` rewrites the answers."""

import copy
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hooks.decorators import DECORATORS
from hooks.kinds import KINDS
from tests import golden


@pytest.mark.parametrize("path", golden.cases(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_answer_is_the_golden_one(
    path: Path, client: FlaskClient, request: pytest.FixtureRequest
) -> None:
    case = golden.load(path)
    hook = case["request"].get("hook", "sync")
    answer = client.post(f"/hooks/{path.parent.name}/{hook}", json=golden.envelope(path))
    body = answer.json if answer.is_json else answer.text
    response = golden.short({"code": answer.status_code, "body": body}, path)
    if request.config.getoption("--update"):
        golden.save(path, case | {"response": response})
    assert response == case.get("response")


@pytest.mark.parametrize("path", golden.cases(), ids=lambda path: path.stem)
def test_every_case_says_why_it_exists(path: Path) -> None:
    case = copy.copy(golden.load(path))
    assert list(case) == ["why", "request", "response"]
    assert case["why"].endswith(".")
    # Anything else is a bug, or no matter of a kind; a decorator refuses by 422.
    assert case["response"]["code"] in ((200, 400, 422) if golden.decorator(path) else (200, 400))


def test_every_kind_and_decorator_has_golden_cases() -> None:
    names = [*(kind.singular for kind in KINDS), *(each.singular for each in DECORATORS)]
    assert {path.parent.name for path in golden.cases()} == set(names)
