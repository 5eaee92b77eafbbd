"""Label selectors."""

from typing import Any

import pytest

from orasi.cluster.selector import InvalidSelector, predicate


def requirement(operator: str, *values: str) -> dict[str, Any]:
    return {"matchExpressions": [{"key": "k", "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("selector", "labels", "accepted"),
    [
        (None, {}, True),
        ({}, {"any": "thing"}, True),
        ({"matchLabels": {"k": "v"}}, {"k": "v", "more": "x"}, True),
        ({"matchLabels": {"k": "v"}}, {"k": "w"}, False),
        (requirement("In", "a", "b"), {"k": "b"}, True),
        (requirement("In", "a", "b"), {}, False),
        (requirement("NotIn", "a"), {"k": "b"}, True),
        (requirement("NotIn", "a"), {}, True),
        (requirement("NotIn", "a"), {"k": "a"}, False),
        (requirement("Exists"), {"k": ""}, True),
        (requirement("Exists"), {}, False),
        (requirement("DoesNotExist"), {}, True),
        (requirement("DoesNotExist"), {"k": "v"}, False),
        ({"matchLabels": {"x": "y"}, **requirement("Exists")}, {"k": "v"}, False),
    ],
)
def test_what_a_selector_accepts(
    selector: dict[str, Any] | None, labels: dict[str, str], accepted: bool
) -> None:
    assert predicate(selector)(labels) is accepted


@pytest.mark.parametrize(
    "selector", [requirement("Like", "v"), requirement("In"), requirement("Exists", "v")]
)
def test_what_makes_no_sense_is_refused(selector: dict[str, Any]) -> None:
    with pytest.raises(InvalidSelector):
        predicate(selector)
