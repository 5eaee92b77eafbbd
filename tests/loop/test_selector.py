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


SHAPE = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
VALUE_SHAPE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
    "'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
PREFIX_SHAPE = (
    "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
    "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. "
    "'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LONG = "x" * 64


@pytest.mark.parametrize(
    ("selector", "complaint"),
    [
        (
            {"matchLabels": {"a/b/c": "x"}},
            f'key: Invalid value: "a/b/c": a valid label key {SHAPE} with an optional DNS '
            "subdomain prefix and '/' (e.g. 'example.com/MyName')",
        ),
        (
            {"matchLabels": {"Bad_Prefix/x": "y"}},
            f'key: Invalid value: "Bad_Prefix/x": {PREFIX_SHAPE}',
        ),
        (
            {"matchLabels": {"/x": "y"}},
            'key: Invalid value: "/x": prefix part must be non-empty',
        ),
        (
            {"matchLabels": {LONG: "y"}},
            f'key: Invalid value: "{LONG}": name part must be no more than 63 bytes',
        ),
        (
            {"matchLabels": {"": "y"}},
            f'key: Invalid value: "": name part must be non-empty; name part {SHAPE}',
        ),
        (
            {"matchLabels": {"k": LONG}},
            f'values[0][k]: Invalid value: "{LONG}": must be no more than 63 bytes',
        ),
        (
            {"matchLabels": {"a b": "x y"}},
            f'[key: Invalid value: "a b": name part {SHAPE}, '
            f'values[0][a b]: Invalid value: "x y": {VALUE_SHAPE}]',
        ),
        (
            requirement("Exists", "x y"),
            '[values: Invalid value: ["x y"]: values set must be empty for exists and does not '
            f'exist, values[0][k]: Invalid value: "x y": {VALUE_SHAPE}]',
        ),
        (
            {"matchExpressions": [{"key": "a/b/", "operator": "In"}]},
            f'[key: Invalid value: "a/b/": a valid label key {SHAPE} with an optional DNS '
            "subdomain prefix and '/' (e.g. 'example.com/MyName'), values: Invalid value: null: "
            "for 'in', 'notin' operators, values set can't be empty]",
        ),
    ],
)
def test_all_that_is_wrong_with_a_requirement_is_said(
    selector: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(InvalidSelector) as refused:
        predicate(selector)
    assert str(refused.value) == complaint


def test_names_of_63_bytes_and_prefixes_are_fine() -> None:
    key, value = f"example.com/{'k' * 63}", "v" * 63
    assert predicate({"matchLabels": {key: value}})({key: value})
