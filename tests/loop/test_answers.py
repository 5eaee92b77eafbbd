"""Reading a hook's answer, as strictly as hook version v2 is read."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orasi.cluster.loop.answers import (
    CompositeAnswer,
    HookFailed,
    Reader,
    TooManyRequests,
    composite_answer,
    related_rules,
)
from orasi.cluster.loop.webhook import Answer
from orasi.cluster.values import same
from tests.worlds import JSON

UNREADABLE = "can't unmarshal webhookResponse (version: v2, type: sync): "
REFUSED = "strict validation failed for v2 webhookResponse (type: sync, mode: strict): "


SYNC, CUSTOMIZE = Reader("sync"), Reader("customize")


def answered(body: str, mode: str = "strict") -> CompositeAnswer:
    return composite_answer(Answer(200, {}, body.encode()), Reader("sync", mode=mode))


def complaint(body: str) -> str:
    with pytest.raises(HookFailed) as refused:
        answered(body)
    return str(refused.value)


def test_a_whole_answer() -> None:
    child = '{"apiVersion": "v1", "kind": "ConfigMap", "anything": {"x": 1}}'
    body = (
        f'{{"status": {{"n": 1}}, "children": [{child}], '
        '"resyncAfterSeconds": 0.5, "finalized": true}'
    )
    assert answered(body) == CompositeAnswer(
        {"n": 1},
        [{"apiVersion": "v1", "kind": "ConfigMap", "anything": {"x": 1}}],
        0.5,
        finalized=True,
    )


@pytest.mark.parametrize(
    "body", ["null", "{}", '{"status": null, "children": null, "finalized": null}']
)
def test_what_is_absent_or_null_is_empty(body: str) -> None:
    assert answered(body) == CompositeAnswer()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", UNREADABLE + "unexpected end of JSON input"),
        ("<html>", UNREADABLE + "invalid character '<' looking for beginning of value"),
        ('{"a": ', UNREADABLE + "unexpected end of JSON input"),
        ("{}{}", UNREADABLE + "invalid character '{' after top-level value"),
        ('{"n": NaN}', UNREADABLE + "invalid character 'N' looking for beginning of value"),
        (
            "[]",
            UNREADABLE
            + "json: cannot unmarshal array into Go value of type v2.CompositeHookResponse",
        ),
        (
            '{"children": {}}',
            UNREADABLE + "json: cannot unmarshal object into Go struct field "
            "CompositeHookResponse.children of type []*unstructured.Unstructured",
        ),
        (
            '{"resyncAfterSeconds": "1"}',
            UNREADABLE + "json: cannot unmarshal string into Go struct field "
            "CompositeHookResponse.resyncAfterSeconds of type float64",
        ),
        (
            '{"status": []}',
            UNREADABLE + "json: cannot unmarshal array into Go struct field "
            "CompositeHookResponse.status of type map[string]interface {}",
        ),
        (
            '{"children": [{"apiVersion": "v1"}]}',
            UNREADABLE + "Object 'Kind' is missing in '{\"apiVersion\": \"v1\"}'",
        ),
        ('{"children": [null]}', UNREADABLE + "children[0] is null"),
        ('{"childs": []}', REFUSED + 'unknown field "childs"'),
        ('{"Children": []}', REFUSED + 'unknown field "Children"'),
        ('{"children": [], "children": []}', REFUSED + 'duplicate field "children"'),
        ('{"status": {"a": 1, "a": 2}}', REFUSED + 'duplicate field "status.a"'),
        ('{"a": 1, "b": 2}', REFUSED + '[unknown field "a", unknown field "b"]'),
    ],
)
def test_a_bad_answer(body: str, message: str) -> None:
    assert complaint(body) == message


def test_loose_mode_forgives_unknown_and_double_keys() -> None:
    assert answered('{"childs": [], "status": {}, "status": {"n": 1}}', "loose").status == {"n": 1}


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=3))
@example({"whole": 1.0, "long": 2**70, "small": -0.0, "deep": [{}, {"": "\x7f\u2028é"}]})
def test_blanks_and_escapes_make_no_difference(status: dict[str, Any]) -> None:
    """What is written most plainly is read in another way."""
    answer = {"status": status}
    plain = json.dumps(answer, separators=(",", ":"), ensure_ascii=False)
    assert same(answered(plain).status, answered(json.dumps(answer)).status)


@pytest.mark.parametrize("code", [201, 204, 304, 400, 500])
def test_only_200_is_good(code: int) -> None:
    with pytest.raises(HookFailed, match=f"unsupported status code: {code} body: {{}}"):
        composite_answer(Answer(code, {}, b"{}"), SYNC)


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), ("", 0), ("1.5", 0), ("soon", 0), ("-1", 0)]
)
def test_429_says_when_to_ask_again(header: str, seconds: int) -> None:
    with pytest.raises(TooManyRequests) as asked:
        composite_answer(Answer(429, {"retry-after": header}, b"not even JSON"), SYNC)
    assert asked.value.seconds == seconds


def test_429_with_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    with pytest.raises(TooManyRequests) as asked:
        composite_answer(Answer(429, {"Retry-After": later}, b""), SYNC)
    assert 58 <= asked.value.seconds <= 60


def test_rules_are_checked_to_the_bottom() -> None:
    bad = b'{"relatedResources": [{"resource": "x", "labelSelector": {"matchLabel": {}}}]}'
    with pytest.raises(HookFailed, match=r"relatedResources\[0\]\.labelSelector\.matchLabel"):
        related_rules(Answer(200, {}, bad), CUSTOMIZE)


def test_rules() -> None:
    good = b'{"relatedResources": [{"apiVersion": "v1", "resource": "secrets", "names": ["x"]}]}'
    assert related_rules(Answer(200, {}, good), CUSTOMIZE) == [
        {"apiVersion": "v1", "resource": "secrets", "names": ["x"]}
    ]


@pytest.mark.parametrize("space", ["", " "])  # without and with it are read in two ways
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", 2.0**63),
        ("-9223372036854775808", -(2**63)),
        ("-9223372036854775809", -(2.0**63)),
        ("12345678901234567890", 12345678901234567890.0),
    ],
)
def test_integers_beyond_64_bits_are_floats(text: str, value: float, space: str) -> None:
    status = answered(f'{{"status":{space}{{"n":{text}}}}}').status
    assert same(status, {"n": value})


def test_an_integer_beyond_all_floats_is_refused() -> None:
    digits = "9" * 400
    assert complaint(f'{{"status":{{"n":{digits}}}}}') == (
        f"{UNREADABLE}json: cannot unmarshal number {digits} into Go struct field "
        "CompositeHookResponse.status of type float64"
    )
