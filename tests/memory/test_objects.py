"""The life of an object: what the server adds, refuses and remembers."""

import pytest

from orasi.cluster.api import ApiError, VirtualClock
from orasi.cluster.memory import Memory
from tests.memory.documents import CONFIG_MAPS, DOCUMENTS, NAMESPACES, config_map, document

MODIFIED = (
    'Operation cannot be fulfilled on documents.test.orasi.io "lorem": the object has been '
    "modified; please apply your changes to the latest version and try again"
)


def test_a_new_object_gets_what_only_the_server_knows(memory: Memory, clock: VirtualClock) -> None:
    clock.sleep_until(VirtualClock.START + 90.5)
    created = memory.as_manager("kubectl").create(
        DOCUMENTS,
        {
            **document(content="Hi", metadata={"uid": "mine", "generation": 7, "labels": {}}),
            "status": {"ready": True},
        },
    )
    assert created == {
        "apiVersion": "test.orasi.io/v1",
        "kind": "Document",
        "metadata": {
            "name": "lorem",
            "namespace": "default",
            "uid": "00000007-0000-4000-8000-000000000007",
            "resourceVersion": "7",
            "generation": 1,
            "creationTimestamp": "2026-01-01T00:01:30Z",
            "managedFields": [
                {
                    "manager": "kubectl",
                    "operation": "Update",
                    "apiVersion": "test.orasi.io/v1",
                    "time": "2026-01-01T00:01:30Z",
                    "fieldsType": "FieldsV1",
                    "fieldsV1": {"f:spec": {".": {}, "f:content": {}, "f:hidden": {}}},
                }
            ],
        },
        "spec": {"content": "Hi", "hidden": False},
    }
    assert memory.get(DOCUMENTS, "default", "lorem") is created


def test_objects_come_by_namespace_then_name(memory: Memory) -> None:
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "attic"}}
    memory.create(NAMESPACES, body)
    for namespace, name in (("default", "b"), ("attic", "z"), ("default", "a"), ("default", "c")):
        memory.create(CONFIG_MAPS, config_map(name, metadata={"namespace": namespace}))
    memory.delete(CONFIG_MAPS, "default", "b")
    assert [one["metadata"]["name"] for one in memory.list(CONFIG_MAPS)] == ["z", "a", "c"]
    assert [one["metadata"]["name"] for one in memory.list(CONFIG_MAPS, "default")] == ["a", "c"]


def test_only_a_change_of_the_spec_raises_the_generation(memory: Memory) -> None:
    first = memory.create(DOCUMENTS, document(content="Hi"))
    labelled = memory.patch(DOCUMENTS, "default", "lorem", {"metadata": {"labels": {"a": "b"}}})
    reported = memory.update_status(DOCUMENTS, {**labelled, "status": {"ready": True}})
    edited = memory.patch(DOCUMENTS, "default", "lorem", {"spec": {"hidden": True}})
    generations = [one["metadata"]["generation"] for one in (first, labelled, reported, edited)]
    assert generations == [1, 1, 1, 2]
    assert edited["status"] == {"ready": True}


def test_true_is_another_value_than_1(memory: Memory) -> None:
    memory.create(DOCUMENTS, document(content="Hi", values={"on": 1}))
    patch = {"spec": {"values": {"on": True}}}
    assert memory.patch(DOCUMENTS, "default", "lorem", patch)["metadata"]["generation"] == 2


def test_a_write_that_changes_nothing_stores_nothing(memory: Memory, clock: VirtualClock) -> None:
    stored = memory.create(DOCUMENTS, document(content="Hi", values={"n": 1}))
    clock.sleep_until(VirtualClock.START + 60)
    same = document(content="Hi", values={"n": 1.0}, unknown="dropped")
    same["metadata"]["resourceVersion"] = stored["metadata"]["resourceVersion"]
    assert memory.update(DOCUMENTS, same) is stored


def test_an_update_of_an_outdated_copy_is_a_conflict(memory: Memory) -> None:
    old = memory.create(DOCUMENTS, document(content="Hi"))
    memory.patch(DOCUMENTS, "default", "lorem", {"spec": {"hidden": True}})
    with pytest.raises(ApiError) as refused:
        memory.update(DOCUMENTS, old)
    assert (refused.value.code, refused.value.reason, str(refused.value)) == (
        409, "Conflict", MODIFIED,
    )  # fmt: skip


def test_an_update_of_a_custom_object_must_name_a_version(memory: Memory) -> None:
    memory.create(DOCUMENTS, document(content="Hi"))
    with pytest.raises(ApiError, match=r"resourceVersion: Invalid value: 0: must be specified"):
        memory.update(DOCUMENTS, document(content="Ho"))


def test_a_status_update_changes_the_status_alone(memory: Memory) -> None:
    stored = memory.create(DOCUMENTS, document(content="Hi"))
    sent = {**stored, "spec": {"content": "Ho"}, "status": {"ready": True, "unknown": 1}}
    sent["metadata"] = {**stored["metadata"], "labels": {"a": "b"}}
    updated = memory.update_status(DOCUMENTS, sent)
    assert (updated["spec"], updated["status"]) == (stored["spec"], {"ready": True})
    assert "labels" not in updated["metadata"]


@pytest.mark.parametrize(
    ("manifest", "code", "message"),
    [
        (document(content="Hi"), 409, 'documents.test.orasi.io "lorem" already exists'),
        (
            document(content="Hi", metadata={"namespace": "nowhere"}),
            404,
            'namespaces "nowhere" not found',
        ),
        (
            document("Bad_Name", content="Hi"),
            422,
            'Document.test.orasi.io "Bad_Name" is invalid: metadata.name: Invalid value: '
            '"Bad_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric '
            "characters, '-' or '.', and must start and end with an alphanumeric character (e.g. "
            "'example.com', regex used for validation is "
            r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
        ),
        (
            document("big", content="Hi", metadata={"annotations": {"a": "x" * 262_144}}),
            422,
            'Document.test.orasi.io "big" is invalid: [metadata.annotations: Too long: may not be '
            "more than 262144 bytes, <nil>: Invalid value: null: some validation rules were not "
            "checked because the object was invalid; correct the existing errors to complete "
            "validation]",
        ),
    ],
)
def test_a_refused_creation_says_why(
    memory: Memory, manifest: dict[str, object], code: int, message: str
) -> None:
    memory.create(DOCUMENTS, document(content="Hi"))
    with pytest.raises(ApiError) as refused:
        memory.create(DOCUMENTS, manifest)
    assert (refused.value.code, str(refused.value)) == (code, message)


def test_a_namespaced_object_has_a_namespace(memory: Memory) -> None:
    with pytest.raises(ApiError, match="does not allow this method"):
        memory.create(CONFIG_MAPS, config_map(metadata={"namespace": ""}))
    for name, complaint in (("lorem", "could not find the requested"), ("", "name is required")):
        body = config_map(name, metadata={"namespace": ""})
        with pytest.raises(ApiError, match=complaint):
            memory.apply(CONFIG_MAPS, body, field_manager="metacontroller")


def test_an_update_of_an_object_that_was_replaced_is_a_conflict(memory: Memory) -> None:
    old = memory.create(CONFIG_MAPS, config_map())
    memory.delete(CONFIG_MAPS, "default", "lorem")
    memory.create(CONFIG_MAPS, config_map())
    with pytest.raises(ApiError, match="Precondition failed: UID in precondition"):
        memory.update(CONFIG_MAPS, old)


def test_a_finalizer_holds_a_deleted_object_back(memory: Memory, clock: VirtualClock) -> None:
    memory.create(DOCUMENTS, document(content="Hi", metadata={"finalizers": ["orasi.io/wait"]}))
    clock.sleep_until(VirtualClock.START + 5)
    memory.delete(DOCUMENTS, "default", "lorem")
    doomed = memory.get(DOCUMENTS, "default", "lorem")
    assert doomed["metadata"]["deletionTimestamp"] == "2026-01-01T00:00:05Z"
    assert doomed["metadata"]["generation"] == 2
    memory.delete(DOCUMENTS, "default", "lorem")
    assert memory.get(DOCUMENTS, "default", "lorem") is doomed
    with pytest.raises(ApiError, match="no new finalizers can be added"):
        memory.patch(
            DOCUMENTS, "default", "lorem", {"metadata": {"finalizers": ["orasi.io/wait", "b.io/c"]}}
        )
    memory.patch(DOCUMENTS, "default", "lorem", {"metadata": {"finalizers": []}})
    assert memory.list(DOCUMENTS) == ()


def test_a_deletion_can_be_meant_for_one_very_object(memory: Memory) -> None:
    memory.create(CONFIG_MAPS, config_map())
    with pytest.raises(ApiError) as refused:
        memory.delete(CONFIG_MAPS, "default", "lorem", uid="another")
    assert refused.value.code == 409


def test_nothing_that_was_handed_in_or_out_is_changed_later(memory: Memory) -> None:
    sent = document(content="Hi", values={"list": [{"a": 1}]})
    stored = memory.create(DOCUMENTS, sent)
    sent["spec"]["values"]["list"][0]["a"] = 2
    memory.patch(DOCUMENTS, "default", "lorem", {"spec": {"content": "Ho"}})
    assert stored["spec"] == {"content": "Hi", "hidden": False, "values": {"list": [{"a": 1}]}}
