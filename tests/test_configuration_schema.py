"""A Configuration's schema is anybody's: it is judged, and judges, in bounded time and alone."""

import json
import re
import time
from typing import Any

import hypothesis.strategies as st
import jsonschema
import pytest
from hypothesis import given, settings

from hooks.configuration import ConfigurationSpec, refusal
from hooks.configuration.effort import TooMuch
from hooks.configuration.json_schema import Judge
from hooks.configuration.subschemas import DIALECT, InvalidSchema

# What any of these may take, whatever else a slow machine does. Some would take hours.
SECONDS = 5


def refused(values: dict[str, Any], schema: Any, format: str = "json") -> tuple[str, str] | None:  # noqa: A002
    document = {"format": format, "values": values, "schema": schema}
    started = time.perf_counter()
    found = refusal(ConfigurationSpec.model_validate(document))
    assert time.perf_counter() - started < SECONDS
    return found


@pytest.mark.parametrize(
    ("values", "schema"),
    [
        ({}, {}),
        ({"a": 1}, {"$schema": DIALECT, "$id": "https://example.com/a", "type": "object"}),
        (
            {"a": 1},
            {"$defs": {"n": {"type": "integer"}}, "additionalProperties": {"$ref": "#/$defs/n"}},
        ),
        ({"a": 1}, {"$defs": {"a/b~c": {}}, "properties": {"a": {"$ref": "#/$defs/a~1b~0c"}}}),
        ({"a": 1}, {"$defs": {"x": {"$anchor": "n"}}, "properties": {"a": {"$ref": "#n"}}}),
        ({"a": 1}, {"$defs": {"x": {"$dynamicAnchor": "n"}}, "items": {"$dynamicRef": "#n"}}),
        ({"a": 1}, {"definitions": {"x": True}, "properties": {"a": {"$ref": "#/definitions/x"}}}),
        ({"a": {"a": {}}}, {"properties": {"a": {"$ref": "#"}}, "additionalProperties": False}),
        ({"a": {"$ref": "https://example.com"}}, {"const": {"a": {"$ref": "https://example.com"}}}),
        ({"a": "é"}, {"properties": {"a": {"format": "ipv4", "maxLength": 1}}}),
        (
            {"a": 1},
            {"patternProperties": {"^a": {"unknownKeyword": 1}}, "dependencies": {"a": ["a"]}},
        ),
        (
            {"a": [1, "x", 2]},
            {"properties": {"a": {"prefixItems": [{"const": 1}], "contains": {}}}},
        ),
        (
            {"a": 0.3},
            {"properties": {"a": {"multipleOf": 0.1}}, "propertyNames": {"pattern": "^a$"}},
        ),
        ({"a": [1, 2]}, {"properties": {"a": {"uniqueItems": True, "unevaluatedItems": True}}}),
        ({"a": 1}, {"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False}),
    ],
)
def test_sound_values_pass(values: dict[str, Any], schema: dict[str, Any]) -> None:
    assert refused(values, schema) is None


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"properties": {"a": 5}}, "spec.schema.properties.a is not of types"),
        ({"required": "a"}, 'spec.schema.required is not of type "array".'),
        ({"allOf": {}}, 'spec.schema.allOf is not of type "array".'),
        ({"properties": []}, 'spec.schema.properties is not of type "object".'),
        ({"$ref": 5}, 'spec.schema.$ref is not of type "string".'),
        ({"pattern": 5}, 'spec.schema.pattern is not of type "string".'),
        ({"patternProperties": 5}, 'spec.schema.patternProperties is not of type "object".'),
        ({"minimum": float("inf")}, "spec.schema.minimum is a number of more than 64 bits: inf."),
        ({"$ref": "other.json"}, 'spec.schema.$ref is "other.json", and should point to a schema'),
        ({"$ref": "#/examples/0", "examples": [{}]}, 'spec.schema.$ref is "#/examples/0", and'),
        (
            {"$ref": "#/$defs/a%20b", "$defs": {"a b": {}}},
            'spec.schema.$ref is "#/$defs/a%20b", and',
        ),
        ({"items": {"$dynamicRef": "#n"}}, 'spec.schema.items.$dynamicRef is "#n", and should'),
        ({"$defs": {"a": {"$id": "x"}}}, "spec.schema.$defs.a.$id is not allowed: only the whole"),
        (
            {"$defs": {"a": {"$anchor": "x"}}, "$anchor": "x"},
            'spec.schema.$defs.a.$anchor is "x", as',
        ),
        ({"$id": "::"}, "spec.schema: Invalid URI reference '::'"),
        ({"$schema": 5}, "spec.schema.$schema should be https://json-schema.org/draft/2020-12/"),
        ({"pattern": r"(a)\1"}, r'spec.schema.pattern is "(a)\\1", which cannot be used'),
        ({"pattern": "(a{1000}){1000}"}, 'spec.schema.pattern is "(a{1000}){1000}", which cannot'),
        ({"pattern": "a" * 1025}, "spec.schema.pattern has 1025 characters; 1024 are allowed."),
        (
            {"patternProperties": {"[": {}}},
            'spec.schema.patternProperties["["] is "[", which cannot',
        ),
        ({"allOf": [{"pattern": "a"}] * 201}, "spec.schema has 201 patterns; 200 are allowed."),
        (
            {"allOf": [{"pattern": f"(ab{{1,30}}){{1,80}}{each}"} for each in range(9)]},
            'spec.schema.allOf.8.pattern is "(ab{1,30}){1,80}8", and with the patterns before it',
        ),
        ({"description": "x" * 70_000}, "spec.schema takes 70018 bytes, encoded as JSON; 65536"),
        ({"$ref": "#"}, "spec.schema refers to itself, and comes to no end."),
        ({"not": {"$ref": "#/not"}}, "spec.schema.not refers to itself"),
        ({"if": {"then": {"else": {"$ref": "#"}}}}, "spec.schema refers to itself"),
    ],
)
def test_an_invalid_schema_is_named_by_path_and_reason(
    schema: dict[str, Any], message: str
) -> None:
    reason, text = refused({"a": None}, schema, "toml") or ("", "")
    assert reason == "InvalidSchema"
    assert text.startswith(message)


def nested(keyword: str, levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(levels):
        schema = {keyword: schema}
    return schema


def test_a_schema_may_be_64_levels_deep() -> None:
    assert refused({}, nested("items", 63)) is None
    reason, text = refused({}, nested("items", 64)) or ("", "")
    assert (reason, text) == ("InvalidSchema", "spec.schema nests deeper than 64 levels.")


def doubling(levels: int) -> dict[str, Any]:
    """Each level judges by the next one twice."""
    definitions: dict[str, Any] = {
        f"a{at}": {"allOf": [{"$ref": f"#/$defs/a{at + 1}"}] * 2} for at in range(levels)
    }
    return {"$defs": {**definitions, f"a{levels}": {"type": "string"}}, "$ref": "#/$defs/a0"}


def chain(length: int) -> dict[str, Any]:
    definitions = {f"a{at}": {"$ref": f"#/$defs/a{at + 1}"} for at in range(length)}
    return {"$defs": {**definitions, f"a{length}": {}}, "$ref": "#/$defs/a0"}


def unevaluated(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"properties": {"a": {"type": "integer"}}}
    for _ in range(levels):
        schema = {"unevaluatedProperties": False, "anyOf": [schema, schema]}
    return schema


DEEP: dict[str, Any] = {}
for _ in range(60):
    DEEP = {"x": DEEP}
ITSELF = {"$ref": "#"}
SLOW = "[01]*1[01]{{{}}}x"

HOSTILE = {
    "doubling": ({}, doubling(25)),
    "more doubling": ({}, doubling(60)),
    "a chain": ({}, chain(2000)),
    "doubling by names": (DEEP, {"properties": {"x": ITSELF}, "patternProperties": {"x": ITSELF}}),
    "doubling of items": (DEEP, {"additionalProperties": {"allOf": [ITSELF, ITSELF]}}),
    "unevaluated": ({"b": 1}, unevaluated(8)),
    "large options": (
        {"a": [{"a": 9999}] * 5000},
        {"properties": {"a": {"items": {"enum": [{"a": at} for at in range(5000)]}}}},
    ),
    "many names": (
        {"a": [{}] * 20_000},
        {"properties": {"a": {"items": {"required": [f"p{at}" for at in range(5000)]}}}},
    ),
    "long quotes": ({"a": [1] * 20_000}, {"properties": {"a": {"items": {"const": "x" * 50_000}}}}),
    "slow patterns": (
        {"a": "01" * 90_000},
        {"properties": {"a": {"allOf": [{"pattern": SLOW.format(at)} for at in range(20, 40)]}}},
    ),
    "slow names": (
        {f"{'01' * 50}{at}": 1 for at in range(2000)},
        {"patternProperties": {SLOW.format(at): {} for at in range(20, 60)}},
    ),
    "many comparisons": (
        {f"k{at}": at for at in range(5000)},
        {"patternProperties": {f"^{at}$": {} for at in range(199)}},
    ),
    "fractions": (
        {"a": [1e308] * 20_000},
        {"properties": {"a": {"items": {"multipleOf": 1e-300}}}},
    ),
    "equal items": (
        {"a": [[[1]] * 9000] * 2},
        {"properties": {"a": {"allOf": [{"uniqueItems": True}] * 200}}},
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_take_too_long_is_not_begun(name: str) -> None:
    reason, text = refused(*HOSTILE[name]) or ("", "")
    assert reason in ("SchemaTooComplex", "InvalidSchema")
    assert len(text) < 300


@pytest.mark.parametrize(
    ("values", "schema"),
    [
        ({"a": "a" * 100_000 + "!"}, {"properties": {"a": {"pattern": "^(a+)+$"}}}),
        ({"a": [1] * 20_000}, {"properties": {"a": {"items": {"type": "string"}}}}),
        ({f"k{at}": at for at in range(9000)}, {"additionalProperties": False}),
        ({"a": "x" * 190_000}, {"properties": {"a": {"maxLength": 9}}}),
        ({}, doubling(14)),
        ({"b": 1}, unevaluated(4)),
    ],
)
def test_what_fails_in_very_many_places_is_told_in_short(
    values: dict[str, Any], schema: dict[str, Any]
) -> None:
    reason, text = refused(values, schema) or ("", "")
    assert reason == "SchemaMismatch"
    assert len(text) < 1000


def test_large_schemas_of_many_values_are_fast() -> None:
    item: dict[str, Any] = {
        "properties": {f"p{at}": {} for at in range(2000)},
        "patternProperties": {f"^x{at}$": {} for at in range(200)},
    }
    schema = {"properties": {"a": {"items": item}}}
    assert refused({"a": [{} for _ in range(20_000)]}, schema) is None


def test_all_failures_are_counted() -> None:
    schema = {"properties": {"a": {"items": {"type": "string"}}}}
    _, text = refused({"a": [1] * 2000}, schema) or ("", "")
    named = len(re.findall(r"spec\.values", text))
    assert text.startswith('spec.values.a[0] is not of type "string", and is 1; spec.values.a[')
    assert text.endswith(f"; and {2000 - named} more.")


def test_long_paths_are_cut_in_the_middle() -> None:
    values: dict[str, Any] = {"the end": None}
    for _ in range(40):
        values = {"much-too-long": values}
    _, text = refused(values, {}, "toml") or ("", "")
    assert text.startswith("spec.values.much-too-long.much-too-long.")
    assert text.endswith('.much-too-long["the end"] is null, which toml cannot say: leave it out.')
    assert len(text) < 300


def test_equal_schemas_get_equal_answers() -> None:
    """Also when only the first failure is told, or the nearest of several."""
    choice = {"anyOf": [{"required": ["x"], "maxProperties": 0}]}
    schema = {"type": "object", "minProperties": 2, "allOf": [choice], **doubling(14)}
    answers = [
        refused(values, other)
        for values in ({"a": 1, "b": 2}, {"b": 2, "a": 1})
        for other in (schema, dict(reversed(schema.items())))
    ]
    assert answers[0] is not None
    assert answers == answers[:1] * 4


NAMES = st.sampled_from(["a", "b", "c"])
LEAVES: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(True, False, {}, {"type": "string"}, {"type": ["integer", "null"]}, {"const": {"a": 1}}),
        *({"enum": [1, "x", {"a": 1}]}, {"minimum": 2}, {"pattern": "^a+$"}, {"required": ["a"]}),
        *({"uniqueItems": True}, {"maxItems": 1}, {"minLength": 1}, {"multipleOf": 2}),
        *({"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}, {"dependentRequired": {"a": ["b"]}}),
    ]
)


def larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    listed, named = (
        st.lists(inner, min_size=1, max_size=2),
        st.dictionaries(NAMES, inner, max_size=2),
    )
    return st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), listed),
            **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), named),
            **dict.fromkeys(("not", "if", "then", "else", "items", "contains"), inner),
            **dict.fromkeys(("additionalProperties", "propertyNames"), inner),
            **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), inner),
        },
    )


SCHEMAS = st.recursive(LEAVES, larger, max_leaves=8)
ROOTS = st.builds(
    lambda root, a, b: {**(root if isinstance(root, dict) else {}), "$defs": {"a": a, "b": b}},
    SCHEMAS,
    SCHEMAS,
    SCHEMAS,
)
VALUES = st.dictionaries(
    NAMES,
    st.recursive(
        st.sampled_from([None, True, 0, 1, 2, 1.5, "", "a", "aa", "x"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=3,
)


@given(ROOTS, VALUES)
@settings(max_examples=600)
def test_it_judges_as_another_program_does(schema: dict[str, Any], values: dict[str, Any]) -> None:
    try:
        judge = Judge(schema)
    except InvalidSchema:  # it refers to itself
        return
    other = jsonschema.Draft202012Validator(schema)
    failures = judge.failures(values)
    assert (failures == []) == other.is_valid(values)
    assert failures == judge.failures(json.loads(json.dumps(values)))


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), larger), VALUES
)
@settings(max_examples=300)
def test_no_schema_is_an_exception(schema: Any, values: dict[str, Any]) -> None:
    if not isinstance(schema, dict):
        schema = {"allOf": schema}
    found = refusal(
        ConfigurationSpec.model_validate({"format": "json", "values": values, "schema": schema})
    )
    assert found is None or found[0] in ("InvalidSchema", "SchemaMismatch", "SchemaTooComplex")


def test_schemas_and_values_together_may_be_250_levels_deep() -> None:
    """Each level takes room on a stack that nobody can extend."""
    in_a_row: dict[str, Any] = {"$ref": "#"}
    for _ in range(5):
        in_a_row = {"allOf": [in_a_row]}
    with pytest.raises(TooMuch, match="together they nest deeper than 250 levels"):
        Judge({"properties": {"x": in_a_row}}).failures(DEEP)
