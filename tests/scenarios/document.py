"""Documents, as a user meets them. Each scenario has a namespace of its own."""

from typing import Any

from tests.scenarios import objects
from tests.scenarios.world import Manifest, World

NAME = "lorem"
CHILD = f"{NAME}-document"
LAST_APPLIED = "metacontroller.k8s.io/last-applied-configuration"
CONTENT = "# Lorem\n\nipsum <dolor> & sit amet\n"


def manifest(name: str = NAME, **spec: Any) -> Manifest:
    return {
        "apiVersion": "orasi.io/v1alpha1",
        "kind": "Document",
        "metadata": {"name": name},
        "spec": {"content": CONTENT, **spec},
    }


def published(world: World) -> Manifest:
    """The ConfigMap as it is now."""
    return objects.existing(world, "ConfigMap", CHILD)


def publish(world: World, **spec: Any) -> Manifest:
    """The ConfigMap, once the Document is Ready."""
    world.apply(manifest(**spec))
    becomes(world, "True", "Published")
    return published(world)


def becomes(world: World, status: str, reason: str) -> Manifest:
    """The Ready condition, once it says so of the present generation."""
    return objects.becomes(world, "Document", NAME, status, reason)


def paused(world: World) -> Manifest:
    return objects.paused(world, "Document", NAME)


def pause(world: World) -> None:
    objects.pause(world, "Document", NAME)


def unpause(world: World) -> None:
    objects.unpause(world, "Document", NAME)


def is_published(world: World) -> None:
    child = publish(world, metadata={"title": "Lorem", "tags": ["a", "b"]})
    assert child["data"] == {"content.md": CONTENT}
    annotations = child["metadata"]["annotations"]
    assert (annotations["orasi.io/title"], annotations["orasi.io/tags"]) == ("Lorem", "a,b")
    document = world.get("Document", NAME)
    assert document is not None
    status = document["status"]
    assert status["observedGeneration"] == document["metadata"]["generation"]
    assert (status["configMap"], status["contentBytes"]) == (CHILD, len(CONTENT.encode()))
    assert status["contentHash"] == annotations["orasi.io/sha256"]


def an_edit_updates_in_place(world: World) -> None:
    before = publish(world)
    after = publish(world, content="other", format="text")
    assert after["data"] == {"content.txt": "other"}
    assert after["metadata"]["uid"] == before["metadata"]["uid"]


def a_second_apply_writes_nothing(world: World) -> None:
    publish(world)
    world.settle()
    before = world.writes()
    world.apply(manifest())
    world.settle()
    assert world.writes() == before


def an_edit_by_hand_is_put_back(world: World) -> None:
    publish(world)
    world.patch("ConfigMap", CHILD, {"data": {"content.md": "by hand"}})
    world.eventually(
        "the content is back", lambda: published(world)["data"] == {"content.md": CONTENT}
    )
    becomes(world, "True", "Published")


def a_deletion_by_hand_is_put_back(world: World) -> None:
    before = publish(world)
    world.delete("ConfigMap", CHILD)

    def replaced() -> bool:
        return bool(published(world)["metadata"]["uid"] != before["metadata"]["uid"])

    world.eventually("there is another one", replaced)
    becomes(world, "True", "Published")
    assert published(world)["data"] == before["data"]


def what_others_add_stays(world: World) -> None:
    publish(world)
    note = {"metadata": {"annotations": {"example.com/note": "theirs"}}}
    world.patch("ConfigMap", CHILD, note)
    world.settle()
    child = publish(world, content="other")
    assert child["metadata"]["annotations"]["example.com/note"] == "theirs"


def a_pause_keeps_what_is_there(world: World) -> None:
    publish(world)
    pause(world)
    world.patch("ConfigMap", CHILD, {"data": {"content.md": "by hand"}})
    world.patch("Document", NAME, {"spec": {"content": "edited meanwhile"}})
    becomes(world, "False", "Paused")
    world.settle()
    assert published(world)["data"] == {"content.md": "by hand"}
    unpause(world)
    becomes(world, "True", "Published")
    assert published(world)["data"] == {"content.md": "edited meanwhile"}
    assert paused(world) == {}


def a_pause_keeps_what_was_deleted(world: World) -> None:
    publish(world)
    pause(world)
    world.delete("ConfigMap", CHILD)
    becomes(world, "False", "Paused")
    world.settle()
    assert world.get("ConfigMap", CHILD) is None
    unpause(world)
    becomes(world, "True", "Published")


def a_pause_keeps_what_lost_its_owner(world: World) -> None:
    """The engine adopts it again, and must find what it had applied."""
    before = publish(world)
    pause(world)
    world.patch("ConfigMap", CHILD, {"metadata": {"ownerReferences": None}})
    world.settle()
    after = published(world)
    assert after["data"] == before["data"]
    assert after["metadata"]["labels"] == before["metadata"]["labels"]
    world.patch("ConfigMap", CHILD, {"metadata": {"annotations": {LAST_APPLIED: "{}"}}})
    world.settle()
    assert published(world)["data"] == before["data"]


def an_immutable_child_is_explained(world: World) -> None:
    publish(world)
    world.patch("ConfigMap", CHILD, {"immutable": True})
    world.patch("Document", NAME, {"spec": {"content": "other"}})
    assert "immutable" in becomes(world, "False", "Publishing")["message"]
    world.delete("ConfigMap", CHILD)
    becomes(world, "True", "Published")
    assert published(world)["data"] == {"content.md": "other"}


def a_foreign_key_is_not_the_content(world: World) -> None:
    publish(world)
    world.patch("ConfigMap", CHILD, {"data": {"content.aaa": "foreign"}})
    world.settle()
    document = world.get("Document", NAME)
    assert document is not None
    assert document["status"]["contentBytes"] == len(CONTENT.encode())


def hiding_withdraws(world: World) -> None:
    publish(world)
    world.patch("Document", NAME, {"spec": {"hidden": True}})
    becomes(world, "True", "Hidden")
    assert world.get("ConfigMap", CHILD) is None
    world.patch("Document", NAME, {"spec": {"hidden": False}})
    becomes(world, "True", "Published")
    assert published(world)["data"] == {"content.md": CONTENT}


def broken_content_keeps_what_is_published(world: World) -> None:
    publish(world, content='{"a": 1}', format="json")
    world.patch("Document", NAME, {"spec": {"content": '{"a" 1}'}})
    message = becomes(world, "False", "InvalidContent")["message"]
    assert "line 1 column 6" in message
    assert published(world)["data"] == {"content.json": '{"a": 1}'}
    world.patch("Document", NAME, {"spec": {"content": "<" * 35_000, "format": "text"}})
    assert "204800 are allowed" in becomes(world, "False", "ContentTooLarge")["message"]
    assert published(world)["data"] == {"content.json": '{"a": 1}'}


def every_text_is_published_or_refused(world: World) -> None:
    """Whatever reads it on its way: Go's JSON and, of what is applied on the server, YAML."""
    text = "".join(map(chr, (*range(1, 0x7F), *range(0xA0, 0x2400), 0xFEFF, 0xFFFD, 0x10FFFF)))
    publish(world, format="text")
    world.patch("Document", NAME, {"spec": {"content": text}})
    becomes(world, "True", "Published")
    assert published(world)["data"] == {"content.txt": text}
    for character in "\x7f\x85\x9f\ufffe\uffff":
        world.patch("Document", NAME, {"spec": {"content": f"one\n{character}two"}})
        expected = f"spec.content has U+{ord(character):04X} at line 2 column 1."
        assert expected in becomes(world, "False", "InvalidCharacter")["message"]
    assert published(world)["data"] == {"content.txt": text}


def the_largest_content_is_published(world: World) -> None:
    """Metacontroller must be able to note it down, whatever it adds."""
    child = publish(world, content="x" * 204_000, format="text")
    assert len(child["data"]["content.txt"]) == 204_000
    world.patch("ConfigMap", CHILD, {"data": {"content.txt": "by hand"}})
    world.eventually(
        "the content is back", lambda: len(published(world)["data"]["content.txt"]) == 204_000
    )


def a_wrong_spec_is_refused_by_name(world: World) -> None:
    for field, wrong in (
        ("spec.content", manifest(content=7)),
        ("spec.content", {**manifest(), "spec": {}}),
        ("spec.content", manifest(content="x" * 204_801)),
        ("spec.format", manifest(format="pdf")),
        ("spec.hidden", manifest(hidden="yes")),
        ("spec.metadata.tags[1]", manifest(metadata={"tags": ["a", "a"]})),
        ("spec.metadata.tags[0]", manifest(metadata={"tags": ["a,b"]})),
        ("spec.metadata.title", manifest(metadata={"title": ""})),
        ("metadata.name must be at most 40", manifest("x" * 41)),
        ("metadata.name must start with a letter", manifest("1st")),
        ("metadata.name must start with a letter", manifest("with.dot")),
    ):
        assert field in world.refusal(wrong)
    assert not world.list("Document")


def withdraw(world: World) -> None:
    world.delete("Document", NAME)
    world.eventually("the Document is gone", lambda: world.get("Document", NAME) is None)
    assert world.get("ConfigMap", CHILD) is None


def deleting_leaves_nothing(world: World) -> None:
    publish(world)
    withdraw(world)


def deleting_beats_a_pause(world: World) -> None:
    publish(world)
    pause(world)
    withdraw(world)


def deleting_the_namespace_ends(world: World) -> None:
    publish(world)
    world.delete("Namespace", world.namespace)
    world.eventually(
        "the namespace is gone", lambda: world.get("Namespace", world.namespace) is None
    )


def a_taken_name_is_reported(world: World) -> None:
    """Dynamic apply leaves a foreign object alone; server-side apply would take it over."""
    world.apply(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": CHILD}, "data": {"k": "v"}}
    )
    world.apply(manifest())
    if world.strategy == "server-side-apply":
        becomes(world, "True", "Published")
        return
    assert CHILD in becomes(world, "False", "Publishing")["message"]
    assert published(world)["data"] == {"k": "v"}
    world.delete("ConfigMap", CHILD)
    becomes(world, "True", "Published")
