"""The table of reasons: exactly what objects can say, and what to do about it."""

import hypothesis.strategies as st
import pytest
from flask.testing import FlaskClient
from hypothesis import given

from hooks.composite import Composite
from hooks.contract import sync_request
from hooks.kinds import KINDS
from hooks.kinds.pipeline.checks import CHECKS
from hooks.reasons import CONDITIONS, EVERY_KIND, REASONS
from hooks.reconcile import reconcile
from tests import golden
from tests.test_laws import lived

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.singular)

Entry = tuple[str, str, str]  # type, status and reason of a condition


def listed(kind: Composite) -> list[Entry]:
    return [
        (type_, each.status, each.reason)
        for each in (*EVERY_KIND, *REASONS[kind.kind])
        for type_ in each.types
    ]


@every_kind
def test_the_table_has_exactly_the_reasons_that_golden_cases_reach(kind: Composite) -> None:
    reached = {
        (condition["type"], condition["status"], condition["reason"])
        for path in golden.ROOT.glob(f"{kind.singular}/*.yaml")
        if isinstance(body := golden.load(path)["response"]["body"], dict)
        for condition in body.get("status", {}).get("conditions", ())
    }
    assert sorted(listed(kind)) == sorted(reached)


@every_kind
@given(data=st.data())
def test_whatever_an_object_says_in_its_life_is_in_the_table(
    kind: Composite, client: FlaskClient, data: st.DataObject
) -> None:
    """Golden cases are chosen by people, who do not think of everything."""
    for _, body in lived(kind, client, data):
        answer = reconcile(kind, sync_request(kind.kind, body, declared=kind.children))
        said = {
            (condition["type"], condition["status"], condition["reason"])
            for condition in answer.status["conditions"]
        }
        assert said <= set(listed(kind))


def test_a_pipelines_reasons_stand_in_the_order_of_its_checks() -> None:
    named = list(dict.fromkeys(reason for reason, _ in CHECKS))
    told = [each.reason for each in REASONS["Pipeline"] if each.reason in named]
    assert told == [each for each in named if each in told]
    assert len(told) > 10


def test_every_kind_and_every_condition_has_its_place() -> None:
    assert REASONS.keys() == {kind.kind for kind in KINDS}
    found = {
        type_ for each in (EVERY_KIND, *REASONS.values()) for entry in each for type_ in entry.types
    }
    assert found == CONDITIONS.keys()


@every_kind
def test_meaning_and_remedy_are_sentences(kind: Composite) -> None:
    for each in (*EVERY_KIND, *REASONS[kind.kind]):
        for text in (each.meaning, each.remedy):
            assert text.endswith("."), each
            assert text.startswith("`") or text[0].isupper(), each
            assert text.count("`") % 2 == 0, each
