"""Custom kinds: what their schema keeps, fills in and refuses."""

from typing import Any

import pytest

from orasi.cluster.api import ApiError, VirtualClock
from orasi.cluster.memory import Memory
from tests.memory.documents import (
    CONFIG_MAPS,
    DEFINITIONS,
    DOCUMENTS,
    SCHEMA,
    SPEC,
    config_map,
    definition,
    document,
)

UNCHECKED = (
    ", <nil>: Invalid value: null: some validation rules were not checked because the object was "
    "invalid; correct the existing errors to complete validation]"
)


def test_a_kind_is_served_from_the_moment_its_definition_is_created() -> None:
    cluster = Memory(VirtualClock())
    with pytest.raises(ApiError, match="the server could not find the requested resource"):
        cluster.list(DOCUMENTS)
    created = cluster.create(DEFINITIONS, definition(SCHEMA))
    conditions = {one["type"]: one["status"] for one in created["status"]["conditions"]}
    assert conditions == {"NamesAccepted": "True", "Established": "True"}
    assert DOCUMENTS in cluster.resources()
    assert cluster.list(DOCUMENTS) == ()


@pytest.mark.parametrize(
    ("spec", "stored"),
    [
        ({"unknown": 1}, {}),
        ({"values": {"a": None, "b": [{"c": 2.0}]}}, {"values": {"a": None, "b": [{"c": 2}]}}),
        ({"values": {"a": 6.600350881010327e16}}, {"values": {"a": 66003508810103270}}),
        ({"values": {"a": 2**70}}, {"values": {"a": 2.0**70}}),
        ({"title": None, "code": None, "hidden": None}, {"title": None}),
        ({"flows": [{"name": "a", "x": 1}]}, {"flows": [{"name": "a", "to": "lake"}]}),
        ({"port": "http"}, {"port": "http"}),
    ],
)
def test_unknown_fields_and_stray_nulls_are_dropped_and_defaults_filled_in(
    memory: Memory, spec: dict[str, Any], stored: dict[str, Any]
) -> None:
    created = memory.create(DOCUMENTS, document(content="Hi", **spec))
    assert created["spec"] == {"content": "Hi", "hidden": False, **stored}


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"content": None}, f"[spec.content: Required value{UNCHECKED}"),
        (
            {"hidden": "yes"},
            '[spec.hidden: Invalid value: "string": spec.hidden in body must be of type boolean: '
            f'"string"{UNCHECKED}',
        ),
        (
            {"format": "html"},
            '[spec.format: Unsupported value: "html": supported values: "text", "markdown"'
            f"{UNCHECKED}",
        ),
        (
            {"content": "x" * 21},
            f"[spec.content: Too long: may not be more than 20 bytes{UNCHECKED}",
        ),
        (
            {"content": ""},
            'spec.content: Invalid value: "": spec.content in body should be at least 1 chars long',
        ),
        (
            {"code": "a\n"},
            "spec.code: Invalid value: \"a\\n\": spec.code in body should match '^[a-z]+$'",
        ),
        (
            {"size": 10},
            "spec.size: Invalid value: 10: spec.size in body should be less than or equal to 9",
        ),
        (
            {"tags": ["a", "b", "c", "d"]},
            f"[spec.tags: Too many: 4: must have at most 3 items{UNCHECKED}",
        ),
        ({"tags": ["a", "b", "a"]}, 'spec.tags[2]: Duplicate value: "a"'),
        (
            {"flows": [{"name": "a"}, {"name": "a", "to": "sea"}]},
            'spec.flows[1]: Duplicate value: {"name":"a"}',
        ),
        (
            {"since": "yesterday"},
            '[spec.since: Invalid value: "yesterday": spec.since in body must be of type '
            f'date-time: "yesterday"{UNCHECKED}',
        ),
        (
            {"target": {"file": "a", "url": "b"}},
            '<nil>: Invalid value: "": "spec.target" must validate one and only one schema '
            "(oneOf). Found 2 valid alternatives",
        ),
        ({"title": "Hi"}, "spec.title: Invalid value: title repeats the content Hi"),
    ],
)
def test_a_refusal_names_the_field_and_what_is_allowed(
    memory: Memory, spec: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ApiError) as refused:
        memory.create(DOCUMENTS, document(**{"content": "Hi", **spec}))
    message = f'Document.test.orasi.io "lorem" is invalid: {complaint}'
    assert (refused.value.code, str(refused.value)) == (422, message)


def test_rules_at_the_root_judge_the_name(memory: Memory) -> None:
    with pytest.raises(ApiError) as refused:
        memory.create(DOCUMENTS, document("lorem-ipsum", content="Hi"))
    assert str(refused.value) == (
        'Document.test.orasi.io "lorem-ipsum" is invalid: '
        "<nil>: Invalid value: metadata.name: at most 10"
    )


def test_transition_rules_compare_items_of_one_key(memory: Memory) -> None:
    flows = [{"name": "a", "to": "x"}, {"name": "b", "to": "y"}]
    memory.create(DOCUMENTS, document(content="Hi", flows=flows))
    added = [{"name": "c", "to": "z"}, *reversed(flows)]
    memory.patch(DOCUMENTS, "default", "lorem", {"spec": {"flows": added}})
    moved = [{"name": "a", "to": "x"}, {"name": "b", "to": "elsewhere"}]
    with pytest.raises(ApiError) as refused:
        memory.patch(DOCUMENTS, "default", "lorem", {"spec": {"flows": moved}})
    assert str(refused.value) == (
        'Document.test.orasi.io "lorem" is invalid: '
        'spec.flows[1].to: Invalid value: "elsewhere": to is immutable'
    )


def test_what_was_stored_before_the_schema_became_stricter_may_stay(memory: Memory) -> None:
    memory.create(DOCUMENTS, document(content="Hi", code="abc"))
    code = {"type": "string", "maxLength": 2}
    spec = {**SPEC, "properties": {**SPEC["properties"], "code": code}}
    stricter = definition({**SCHEMA, "properties": {**SCHEMA["properties"], "spec": spec}})
    memory.patch(DEFINITIONS, "", "documents.test.orasi.io", {"spec": stricter["spec"]})
    memory.patch(DOCUMENTS, "default", "lorem", {"metadata": {"finalizers": ["orasi.io/wait"]}})
    with pytest.raises(ApiError, match=r"spec\.code: Too long"):
        memory.patch(DOCUMENTS, "default", "lorem", {"spec": {"code": "abcd"}})


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"rule": "self.spec.size > 1"}, '<nil>: Invalid value: "object": no such key: size'),
        ({"rule": "self.spec.content == 'Ho'"}, "failed rule: self.spec.content == 'Ho'"),
        (
            {"rule": "false", "reason": "FieldValueForbidden", "fieldPath": ".spec.size"},
            "spec.size: Forbidden: failed rule: false",
        ),
        (
            {"rule": "false", "message": "no", "messageExpression": "self.spec.title"},
            "<nil>: Invalid value: no",
        ),
        *(
            ({"rule": "false", "message": "no", "messageExpression": told}, "Invalid value: no")
            for told in ("'several\\nlines'", "' '")
        ),
    ],
)
def test_a_rule_that_fails_is_reported_as_it_asks(rule: dict[str, str], message: str) -> None:
    cluster = Memory(VirtualClock())
    cluster.create(DEFINITIONS, definition({**SCHEMA, "x-kubernetes-validations": [rule]}))
    with pytest.raises(ApiError) as refused:
        cluster.create(DOCUMENTS, document(content="Hi"))
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x-kubernetes-validations": [{"rule": "self."}]}, "Failed to parse expression"),
        ({"properties": {"spec": {"type": "string", "pattern": "("}}}, "error parsing regexp"),
    ],
)
def test_a_definition_that_does_not_compile_is_refused(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ApiError, match=message):
        Memory(VirtualClock()).create(DEFINITIONS, definition({**SCHEMA, **change}))


def test_a_definition_is_named_after_its_kind() -> None:
    misnamed = definition(SCHEMA)
    misnamed["metadata"] = {"name": "texts.test.orasi.io"}
    with pytest.raises(ApiError, match=r"must be spec\.names\.plural"):
        Memory(VirtualClock()).create(DEFINITIONS, misnamed)


def test_a_status_with_fields_of_the_wrong_type_is_refused(memory: Memory) -> None:
    stored = memory.create(DOCUMENTS, document(content="Hi"))
    with pytest.raises(ApiError, match=r"status\.ready: Invalid value"):
        memory.update_status(DOCUMENTS, {**stored, "status": {"ready": "yes"}})


def test_kinds_without_a_status_subresource_have_no_such_address(memory: Memory) -> None:
    stored = memory.create(CONFIG_MAPS, config_map())
    with pytest.raises(ApiError) as refused:
        memory.update_status(CONFIG_MAPS, stored)
    assert refused.value.code == 404
