"""How an object is judged by its manifest, and what is said of errors."""

from typing import Any

import pytest

from orasi.applying import Name
from orasi.cluster.api import Call, Pass
from orasi.state import Item, Note, Phase, errors_after, item, sentence

LOREM = Name("Document", "default", "lorem")
CALL = Call("sync", "documents.orasi.io", "default/lorem", 200)


def document(observed: int = 1, status: str = "True", **metadata: Any) -> dict[str, Any]:
    return {
        "kind": "Document",
        "metadata": {"name": "lorem", "namespace": "default", "generation": 1, **metadata},
        "status": {
            "observedGeneration": observed,
            "conditions": [
                {"type": "Ready", "status": status, "reason": "Why", "message": "So it is."}
            ],
        },
    }


SO = (Note("Ready=False", "So it is."),)


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        (document(), Item(LOREM, Phase.READY, "Why")),
        (document(status="False"), Item(LOREM, Phase.WAITING, "Why", SO)),
        (document(observed=0), Item(LOREM, Phase.WAITING)),
        (document(deletionTimestamp="now"), Item(LOREM, Phase.DELETING, "Why")),
        (document() | {"status": {}}, Item(LOREM, Phase.WAITING)),
    ],
)
def test_an_object_is_judged_by_a_status_of_its_generation(
    manifest: dict[str, Any], expected: Item
) -> None:
    assert item(manifest) == expected


def test_a_failed_sync_outweighs_what_the_status_says() -> None:
    failed = item(document(), error="Sync error: it is so")
    assert failed == Item(LOREM, Phase.FAILED, "SyncError", (Note("Failed", "it is so"),))


def test_a_hook_that_answers_badly_is_quoted() -> None:
    error = (
        "Sync error: sync hook failed for Document default/lorem: sync hook failed: "
        "unsupported status code: 500 body: The hook server failed on this object; its log has "
        "the details.\n"
    )
    assert sentence(error) == (
        "the hook answered 500: The hook server failed on this object; its log has the details."
    )


def test_an_error_lasts_until_the_object_is_synced_without_one() -> None:
    failed = errors_after({}, Pass(1, (CALL,), errors={"Document default/lorem": "no"}))
    assert failed == {LOREM: "no"}
    assert errors_after(failed, Pass(2)) == failed
    assert errors_after(failed, Pass(3, (CALL,))) == {}


def test_an_error_of_a_controller_lasts_for_its_pass() -> None:
    failed = errors_after({}, Pass(1, errors={"CompositeController x": "no"}))
    assert failed == {Name("CompositeController", "", "x"): "no"}
    assert errors_after(failed, Pass(2)) == {}
