"""What `run_controllers` removes, and what it leaves alone."""

import pytest

from orasi.cluster.api import ApiError
from orasi.cluster.memory import Memory
from tests.memory.documents import (
    CONFIG_MAPS,
    DEFINITIONS,
    DOCUMENTS,
    NAMESPACES,
    config_map,
    document,
    owner,
)
from tests.memory.workloads import PODS, container, manifest


def names(memory: Memory) -> list[str]:
    return [one["metadata"]["name"] for one in memory.list(CONFIG_MAPS)]


def family(memory: Memory) -> None:
    """A Document, its child, and the child's child."""
    parent = memory.create(DOCUMENTS, document(content="Hi"))
    references = [owner(parent, controller=True, blockOwnerDeletion=True)]
    child = memory.create(
        CONFIG_MAPS, config_map("child", metadata={"ownerReferences": references})
    )
    references = [owner(child)]
    memory.create(CONFIG_MAPS, config_map("grandchild", metadata={"ownerReferences": references}))


def test_children_follow_their_owner(memory: Memory) -> None:
    family(memory)
    memory.run_controllers()
    assert names(memory) == ["child", "grandchild"]
    memory.delete(DOCUMENTS, "default", "lorem")
    assert memory.list(DOCUMENTS) == ()
    memory.run_controllers()
    assert names(memory) == []


def test_orphaned_children_stay_without_an_owner(memory: Memory) -> None:
    family(memory)
    memory.delete(DOCUMENTS, "default", "lorem", propagation="Orphan")
    memory.run_controllers()
    assert memory.list(DOCUMENTS) == ()
    assert names(memory) == ["child", "grandchild"]
    assert "ownerReferences" not in memory.get(CONFIG_MAPS, "default", "child")["metadata"]


def test_foreground_deletion_waits_for_the_children(memory: Memory) -> None:
    family(memory)
    memory.patch(CONFIG_MAPS, "default", "child", {"metadata": {"finalizers": ["orasi.io/wait"]}})
    memory.delete(DOCUMENTS, "default", "lorem", propagation="Foreground")
    memory.run_controllers()
    held = memory.get(DOCUMENTS, "default", "lorem")
    assert held["metadata"]["finalizers"] == ["foregroundDeletion"]
    memory.patch(CONFIG_MAPS, "default", "child", {"metadata": {"finalizers": None}})
    memory.run_controllers()
    assert (memory.list(DOCUMENTS), names(memory)) == ((), [])


def test_a_later_deletion_takes_the_place_of_what_an_earlier_one_said(memory: Memory) -> None:
    family(memory)
    memory.patch(CONFIG_MAPS, "default", "child", {"metadata": {"finalizers": ["orasi.io/wait"]}})
    memory.delete(DOCUMENTS, "default", "lorem", propagation="Foreground")
    memory.run_controllers()
    memory.delete(DOCUMENTS, "default", "lorem")
    assert memory.list(DOCUMENTS) == ()
    memory.run_controllers()
    assert names(memory) == ["child"]  # and its own child, which waited for nobody, is gone


def test_owners_in_a_circle_do_not_wait_for_ever(memory: Memory) -> None:
    first = memory.create(CONFIG_MAPS, config_map("first"))
    blocking = {"ownerReferences": [owner(first, blockOwnerDeletion=True)]}
    second = memory.create(CONFIG_MAPS, config_map("second", metadata=blocking))
    blocking = {"ownerReferences": [owner(second, blockOwnerDeletion=True)]}
    memory.patch(CONFIG_MAPS, "default", "first", {"metadata": blocking})
    memory.run_controllers()
    assert names(memory) == ["first", "second"]
    memory.delete(CONFIG_MAPS, "default", "first", propagation="Foreground")
    memory.run_controllers()
    assert names(memory) == []


def test_pods_of_a_namespace_go_first_and_all_else_stays_as_long(memory: Memory) -> None:
    spec = {"containers": [container()]}
    body = manifest(PODS, "web", spec)
    metadata = {**body["metadata"], "finalizers": ["orasi.io/wait"]}
    memory.create(PODS, {**body, "metadata": metadata})
    memory.create(CONFIG_MAPS, config_map("other"))
    memory.delete(NAMESPACES, "", "default")
    memory.run_controllers()
    assert names(memory) == ["other"]
    memory.patch(PODS, "default", "web", {"metadata": {"finalizers": None}})
    memory.run_controllers()
    assert names(memory) == []


def test_a_pod_that_ends_without_a_node_fails_after_a_while(memory: Memory) -> None:
    spec = {"containers": [container(resources={"requests": {"cpu": "1000"}})]}
    body = manifest(PODS, "web", spec)
    metadata = {**body["metadata"], "finalizers": ["orasi.io/wait"]}
    memory.create(PODS, {**body, "metadata": metadata})
    memory.run_controllers()
    memory.delete(PODS, "default", "web")
    for seconds, phase in ((19, "Pending"), (1, "Failed")):
        memory.pass_time(seconds)
        assert memory.get(PODS, "default", "web")["status"]["phase"] == phase


def test_a_namespace_stays_as_long_as_somebody_else_has_a_finalizer_in_its_spec(
    memory: Memory,
) -> None:
    spec = {"finalizers": ["orasi.io/wait"]}
    metadata = {"name": "attic"}
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata, "spec": spec}
    created = memory.create(NAMESPACES, body)
    assert created["spec"] == {"finalizers": ["orasi.io/wait", "kubernetes"]}
    memory.create(CONFIG_MAPS, config_map(metadata={"namespace": "attic"}))
    memory.delete(NAMESPACES, "", "attic")
    memory.run_controllers()
    assert not memory.list(CONFIG_MAPS, "attic")
    left = memory.get(NAMESPACES, "", "attic")
    assert left["spec"] == spec
    assert {each["status"] for each in left["status"]["conditions"]} == {"False"}


def test_a_child_with_one_owner_left_stays(memory: Memory) -> None:
    first, second = (memory.create(DOCUMENTS, document(name, content="Hi")) for name in "ab")
    both = {"ownerReferences": [owner(first), owner(second)]}
    memory.create(CONFIG_MAPS, config_map("child", metadata=both))
    memory.delete(DOCUMENTS, "default", "a")
    memory.run_controllers()
    child = memory.get(CONFIG_MAPS, "default", "child")
    assert child["metadata"]["ownerReferences"] == [owner(second)]


def test_an_owner_in_another_namespace_is_as_good_as_none(memory: Memory) -> None:
    parent = memory.create(DOCUMENTS, document(content="Hi"))
    away = {"namespace": "kube-system", "ownerReferences": [owner(parent)]}
    memory.create(CONFIG_MAPS, config_map("child", metadata=away))
    memory.run_controllers()
    assert names(memory) == []


def test_a_namespace_ends_when_its_content_is_gone(memory: Memory) -> None:
    memory.create(DOCUMENTS, document(content="Hi", metadata={"finalizers": ["orasi.io/wait"]}))
    memory.create(CONFIG_MAPS, config_map())
    memory.delete(NAMESPACES, "", "default")
    with pytest.raises(ApiError) as refused:
        memory.create(CONFIG_MAPS, config_map("late"))
    assert (refused.value.code, str(refused.value)) == (
        403,
        'configmaps "late" is forbidden: unable to create new content in namespace default '
        "because it is being terminated",
    )
    memory.run_controllers()
    assert names(memory) == []
    status = memory.get(NAMESPACES, "", "default")["status"]
    assert status["phase"] == "Terminating"
    assert [each["message"] for each in status["conditions"] if each["status"] == "True"] == [
        "Some resources are remaining: documents.test.orasi.io has 1 resource instances",
        "Some content in the namespace has finalizers remaining: orasi.io/wait in 1 resource "
        "instances",
    ]
    memory.patch(DOCUMENTS, "default", "lorem", {"metadata": {"finalizers": None}})
    memory.run_controllers()
    assert [one["metadata"]["name"] for one in memory.list(NAMESPACES)] == ["kube-system"]


def test_the_objects_of_a_kind_and_their_children_go_with_its_definition(memory: Memory) -> None:
    family(memory)
    memory.delete(DEFINITIONS, "", "documents.test.orasi.io")
    memory.run_controllers()
    assert (memory.list(DEFINITIONS), names(memory)) == ((), [])
    assert DOCUMENTS not in memory.resources()
