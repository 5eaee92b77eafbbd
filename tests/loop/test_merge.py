"""Dynamic apply's three-way merge."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orasi.cluster.loop.go_syntax import go_plain
from orasi.cluster.loop.merge import (
    LAST_APPLIED,
    encoded,
    holds,
    merge,
    updated,
    with_last_applied,
)
from orasi.cluster.values import same


@pytest.mark.parametrize(
    ("observed", "last_applied", "desired", "merged"),
    [
        pytest.param({"a": 1}, {}, {"b": 2}, {"a": 1, "b": 2}, id="foreign fields stay"),
        pytest.param({"a": 1}, {"a": 1}, {}, {}, id="what we no longer want goes"),
        pytest.param({"a": {"x": 1}}, {}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}, id="deep"),
        pytest.param([1, 2], [1], [3], [3], id="lists of scalars are replaced"),
        pytest.param([{"a": 1}], [], [{"a": 2}], [{"a": 2}], id="lists without a key too"),
        pytest.param(
            [{"name": "x", "by": "them"}, {"name": "y"}],
            [{"name": "y"}],
            [{"name": "z"}, {"name": "x", "v": 1}],
            [{"name": "x", "by": "them", "v": 1}, {"name": "z"}],
            id="lists with a key are merged, the stored order wins",
        ),
        pytest.param(
            [{"port": 80, "by": "them"}],
            [],
            [{"port": 80.0, "v": 1}, {"port": True}],
            [{"port": 80.0, "by": "them", "v": 1}, {"port": True}],
            id="a key that is a float is that of the integer",
        ),
        pytest.param(
            [{"port": "true", "by": "them"}, {"port": "1e+06"}, {"port": "<nil>"}],
            [],
            [{"port": True}, {"port": 1e6}, {"port": None}],
            [{"port": True, "by": "them"}, {"port": 1e6}, {"port": None}],
            id="keys are the same if Go prints them alike",
        ),
        pytest.param(
            [{"name": "u", "port": 53, "nodePort": 1}],
            [],
            [{"name": "v", "port": 53}],
            [{"name": "v", "port": 53, "nodePort": 1}],
            id="port comes before name",
        ),
        pytest.param(
            [{"name": "x"}], [], [{"other": 1}], [{"other": 1}], id="each item must have the key"
        ),
        pytest.param(
            {"a": {"x": 1}}, {"a": {"x": 1}}, {"a": None}, {"a": {}}, id="null keeps a map"
        ),
        pytest.param({"a": 1}, {}, {"a": None}, {"a": None}, id="null replaces a scalar"),
        pytest.param([{"name": "x"}], [{"name": "x"}], [], [], id="nothing is left"),
    ],
)
def test_merge(observed: Any, last_applied: Any, desired: Any, merged: Any) -> None:
    assert merge(observed, last_applied, desired) == merged


def test_no_argument_is_changed() -> None:
    observed = {"l": [{"name": "x", "v": 1}], "m": {"k": 1}}
    desired = {"l": [{"name": "x", "v": 2}], "m": {"k": 2}}
    merge(observed, {}, desired)
    assert observed == {"l": [{"name": "x", "v": 1}], "m": {"k": 1}}


def test_what_the_server_sets_is_never_touched() -> None:
    observed = with_last_applied(
        {"metadata": {"name": "a", "resourceVersion": "5", "uid": "u"}, "status": {"n": 1}}, {}
    )
    merged = updated(
        observed,
        {"metadata": {"name": "a", "resourceVersion": "4", "generation": 9}, "status": {"n": 2}},
    )
    assert merged["metadata"]["resourceVersion"] == "5"
    assert "generation" not in merged["metadata"]
    assert merged["status"] == {"n": 1}


def test_an_update_with_nothing_new_is_the_same_value() -> None:
    desired = {"metadata": {"name": "a"}, "data": {"k": "v"}}
    observed = with_last_applied({**desired, "kind": "ConfigMap"}, desired)
    assert same(updated(observed, desired), observed)


SCALARS = st.none() | st.booleans() | st.sampled_from([0, 1, 1.0, "1", ""])
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "port", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def more_of(wanted: Any) -> st.SearchStrategy[Any]:
    """What may have come of *wanted*, often with further fields and sometimes with other values."""
    if isinstance(wanted, dict):
        parts = {key: more_of(value) for key, value in wanted.items()}
        others = {key: VALUES for key in ("b", "port") if key not in parts}
        return st.fixed_dictionaries(parts, optional=others)
    if isinstance(wanted, list):
        return st.tuples(*map(more_of, wanted)).map(list)
    return st.just(wanted) | SCALARS


@given(st.data(), VALUES)
def test_what_holds_the_merge_does_not_change(data: st.DataObject, wanted: Any) -> None:
    observed = data.draw(more_of(wanted) | VALUES)
    if holds(observed, wanted):
        assert same(merge(observed, wanted, wanted), observed)


def test_what_was_only_completed_holds() -> None:
    wanted = {"spec": {"ports": [{"port": 1}, {"port": 2}], "args": ["a"]}}
    observed = {"spec": {"ports": [{"port": 1, "x": 0}, {"port": 2}], "args": ["a"], "y": 0}}
    assert holds(observed, wanted)
    assert not holds(observed, {"spec": {"args": ["b"]}})


def test_annotations_that_are_not_strings_are_lost() -> None:
    written = with_last_applied({"metadata": {"annotations": {"n": 1, "s": "x"}}}, {})
    assert list(written["metadata"]["annotations"]) == [LAST_APPLIED]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "unexpected end of JSON input"),
        ("no JSON", "invalid character 'o' in literal null (expecting 'u')"),
        ("[1]", "json: cannot unmarshal array into Go value of type map[string]interface {}"),
    ],
)
def test_an_annotation_that_is_no_json_object_is_an_error(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"annotation: {why}")):
        updated({"metadata": {"annotations": {LAST_APPLIED: text}}}, {"metadata": {}})


@pytest.mark.parametrize(("left", "right"), [(1, 1.0), (1, True), ({"a": [0]}, {"a": [False]})])
def test_values_of_different_types_are_not_the_same(left: Any, right: Any) -> None:
    assert not same(left, right)


def test_json_is_written_as_go_writes_it() -> None:
    value = {"b": "<&>\u2028é", "a": [1.0, 0.5, None, True]}
    assert encoded(value) == '{"a":[1,0.5,null,true],"b":"\\u003c\\u0026\\u003e\\u2028é"}'


def test_what_go_prints_of_other_keys() -> None:
    values = [80.0, 123456.0, 1e6, 2.1e21, 0.0001, 1e-5, 1.5, {"b": 1.0, "a": ["x", 3]}]
    printed = ["80", "123456", "1e+06", "2.1e+21", "0.0001", "1e-05", "1.5", "map[a:[x 3] b:1]"]
    assert list(map(go_plain, values)) == printed


def test_what_was_last_applied_is_read_as_go_reads_it() -> None:
    """The item was there as it is remembered, a float, and so is taken away."""
    large, kept = {"port": 12345678901234567890}, {"port": 1}
    observed = with_last_applied(
        {"metadata": {}, "ports": [{"port": 12345678901234567000.0}, kept]},
        {"ports": [large, kept]},
    )
    assert updated(observed, {"metadata": {}, "ports": [kept]})["ports"] == [kept]
