"""The finalizer, and what happens while a parent is being deleted."""

from orasi.cluster.api import Manifest
from tests.loop.stage import (
    CONFIG_MAP,
    CONTROLLER,
    MIRROR,
    always,
    config_map,
    error,
    mirror,
    stage,
)

FINALIZER = "metacontroller.io/compositecontroller-mirrors"


def drained(body: Manifest) -> Manifest:
    """Lets the children go one after the other."""
    observed = sorted(body["children"]["ConfigMap.v1"])
    kept = [config_map(name.partition("/")[2]) for name in observed[1:]]
    return {"children": kept, "finalized": not observed}


def test_the_finalizer_is_there_before_the_first_call() -> None:
    scene = stage(always(), finalize=drained)
    done = scene.loop.run_pass()
    assert str(done.writes[0]) == "update mirrors default/a 200"
    assert scene.hooks.bodies[0]["parent"]["metadata"]["finalizers"] == [FINALIZER]


def test_without_a_finalize_hook_there_is_no_finalizer() -> None:
    scene = stage(always())
    scene.settle()
    assert "finalizers" not in scene.get(MIRROR, "a")["metadata"]


def test_children_are_torn_down_in_the_order_of_the_answers() -> None:
    scene = stage(always(config_map("x"), config_map("y")), finalize=drained)
    scene.settle()
    scene.delete(MIRROR, "a")
    writes = [write for write in scene.writes() if "status" not in write]
    assert writes == [
        "delete configmaps default/x 200",
        "delete configmaps default/y 200",
        "update mirrors default/a 200",
    ]
    assert scene.names(MIRROR) == scene.names(CONFIG_MAP) == []
    assert [body["finalizing"] for body in scene.hooks.bodies][-3:] == [True] * 3


def test_a_failing_finalize_hook_holds_the_parent_and_its_children() -> None:
    scene = stage(always(config_map()), finalize=lambda _: error(500, "cannot clean up"))
    scene.settle()
    scene.delete(MIRROR, "a")
    (message,) = {text for done in scene.settle(5) for text in done.errors.values()}
    assert message == (
        "Sync error: sync hook failed for Mirror default/a: finalize hook failed (version=v2): "
        "unsupported status code: 500 body: cannot clean up"
    )
    assert scene.names(CONFIG_MAP) == ["cm"]
    assert scene.names(MIRROR) == ["a"]


def test_a_parent_held_by_somebody_else_still_gets_its_status_but_no_children() -> None:
    scene = stage(
        lambda body: {
            "children": [config_map(), config_map("new")],
            "status": {"leaving": "deletionTimestamp" in body["parent"]["metadata"]},
        },
        mirror(finalizers=["test.orasi.io/hold"]),
    )
    scene.settle()
    scene.memory.delete(CONFIG_MAP, "default", "new")
    scene.delete(MIRROR, "a")
    scene.settle()
    assert scene.get(MIRROR, "a")["status"]["leaving"] is True
    assert scene.names(CONFIG_MAP) == ["cm"]
    assert not scene.hooks.bodies[-1]["finalizing"]


def test_a_parent_that_is_no_longer_selected_is_finalized_and_then_left_alone() -> None:
    selector = {"matchLabels": {"managed": "yes"}}
    scene = stage(
        always(config_map()),
        mirror(labels={"managed": "yes"}),
        finalize=drained,
        parentResource={
            "apiVersion": MIRROR.api_version,
            "resource": MIRROR.plural,
            "labelSelector": selector,
        },
    )
    scene.settle()
    scene.relabel(MIRROR, "a", {})
    scene.settle()
    assert scene.names(CONFIG_MAP) == []
    assert "finalizers" not in scene.get(MIRROR, "a")["metadata"]
    calls = len(scene.hooks.bodies)
    scene.edit(MIRROR, "a", spec={"changed": True})
    assert scene.writes() == []
    assert len(scene.hooks.bodies) == calls


def test_dropping_the_finalize_hook_takes_the_finalizer_off() -> None:
    scene = stage(always(config_map()), finalize=drained)
    scene.settle()
    spec = scene.get(CONTROLLER, "mirrors")["spec"]
    hooks = {"sync": spec["hooks"]["sync"]}
    scene.edit(CONTROLLER, "mirrors", spec={**spec, "hooks": hooks})
    scene.settle()
    assert FINALIZER not in scene.get(MIRROR, "a")["metadata"].get("finalizers", [])
