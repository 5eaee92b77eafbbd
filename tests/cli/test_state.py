"""How an object is judged by its manifest, and what is said of errors."""

from typing import Any

import pytest

from hooks.decorators.tenant import TENANT
from orasi.applying import Name
from orasi.cluster.api import Call, Pass, Resource
from orasi.state import Item, Note, Phase, decorated, errors_after, is_shown, item, sentence

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


NAMESPACE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Namespace",
    "metadata": {"name": "acme", "labels": {"orasi.io/tenant": "small"}},
}
ATTACHED = tuple(Name(child.kind, "acme", "orasi-tenant") for child in TENANT.attachments)


def saying(text: str) -> dict[str, Any]:
    metadata = {**NAMESPACE["metadata"], "annotations": {"orasi.io/tenant-status": text}}
    return NAMESPACE | {"metadata": metadata}


def test_a_decorated_object_is_ready_with_one_of_each_that_it_gets() -> None:
    acme = Name("Namespace", "", "acme")
    assert decorated(TENANT, NAMESPACE, ATTACHED) == Item(
        acme, Phase.READY, "Attached", children=ATTACHED
    )
    assert decorated(TENANT, NAMESPACE, ATTACHED[1:]).phase is Phase.WAITING
    assert decorated(TENANT, saying("UnknownSize: No."), ATTACHED) == Item(
        acme,
        Phase.WAITING,
        "UnknownSize",
        (Note("orasi.io/tenant-status", "No."),),
        ATTACHED,
    )
    failed = decorated(TENANT, NAMESPACE, ATTACHED, "Sync error: it is so")
    assert (failed.phase, failed.notes) == (Phase.FAILED, (Note("Failed", "it is so"),))


def test_only_what_asks_to_be_decorated_is_shown() -> None:
    namespaces = Resource("v1", "Namespace", "namespaces", False)
    assert is_shown(namespaces, NAMESPACE)
    assert not is_shown(namespaces, NAMESPACE | {"metadata": {"name": "acme"}})
    assert not is_shown(Resource("v1", "Service", "services"), NAMESPACE)
    off = {"name": "web", "annotations": {"orasi.io/scrape": "false"}}
    assert not is_shown(Resource("v1", "Service", "services"), {"metadata": off})


def test_an_error_of_a_decorated_object_lasts_until_it_is_synced() -> None:
    failed = errors_after({}, Pass(1, errors={"Service shop/web": "no"}))
    assert failed == {Name("Service", "shop", "web"): "no"}
    assert errors_after(failed, Pass(2)) == failed
    call = Call("sync", "scrapes.orasi.io", "shop/web", 200)
    assert errors_after(failed, Pass(3, (call,))) == {}
