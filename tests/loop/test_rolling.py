"""Rolling strategies: what Metacontroller makes of ControllerRevisions, its faults included."""

from typing import Any

import pytest

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.loop.metacontroller import ApplyStrategy
from tests.loop.stage import (
    CONFIG_MAP,
    DEFINITION,
    MIRROR,
    Hook,
    Stage,
    config_map,
    error,
    mirror,
    stage,
)
from tests.worlds import METACONTROLLER, STRATEGIES

REVISION = Resource(
    "metacontroller.k8s.io/v1alpha1", "ControllerRevision", "controllerrevisions", True
)
NAMES = ("c-0", "c-1", "c-2")

both = pytest.mark.parametrize("strategy", STRATEGIES)


def rolled(sync: Hook, *parents: Manifest, method: str = "RollingInPlace", **more: Any) -> Stage:
    scene = stage(sync, *parents, method=method, children=[CONFIG_MAP], **more)
    for definition in METACONTROLLER:
        if definition["spec"]["names"]["kind"] == REVISION.kind:
            scene.memory.create(DEFINITION, definition)
    return scene


def verbatim(body: Manifest) -> Manifest:
    """ConfigMaps with the value, and what else, the parent says."""
    spec = body["parent"]["spec"]
    children = [config_map(name, k=spec["k"]) for name in spec.get("names", NAMES)]
    return {"children": children, "status": {}, **spec.get("answer", {})}


def parent(**spec: Any) -> Manifest:
    return {**mirror(), "spec": {"k": "v", **spec}}


def say(scene: Stage, **spec: Any) -> None:
    scene.edit(MIRROR, "a", spec={**scene.get(MIRROR, "a")["spec"], **spec})


def values(scene: Stage) -> list[str]:
    return [each["data"]["k"] for each in scene.memory.list(CONFIG_MAP, "default")]


def claims(scene: Stage) -> dict[str, list[str]]:
    """The children of each revision, by the value that it stands for."""
    return {
        each["parentPatch"]["spec"]["k"]: [
            name for group in each.get("children", ()) for name in group["names"]
        ]
        for each in scene.memory.list(REVISION, "default")
    }


def updated(scene: Stage) -> tuple[str, str, str]:
    conditions = scene.get(MIRROR, "a")["status"]["conditions"]
    (found,) = [each for each in conditions if each["type"] == "Updated"]
    return found["status"], found["reason"], found["message"].rpartition("-")[0] or found["message"]


@both
def test_a_rollout_stops_after_the_first_child(strategy: ApplyStrategy) -> None:
    scene = rolled(verbatim, parent(), strategy=strategy)
    scene.settle()
    assert claims(scene) == {"v": [*NAMES]}
    assert updated(scene)[:2] == ("True", "OnLatestRevision")
    say(scene, k="w")
    scene.settle()
    assert values(scene) == ["w", "v", "v"]
    assert claims(scene) == {"w": ["c-0"], "v": ["c-1", "c-2"]}
    assert updated(scene) == ("False", "RolloutWaiting", "missing child ConfigMap c")


def test_each_revision_is_asked_and_written_before_its_children() -> None:
    scene = rolled(verbatim, parent())
    scene.settle()
    say(scene, k="w")
    before = len(scene.hooks.bodies)
    writes = [str(write) for write in scene.loop.run_pass().writes]
    asked = [body["parent"]["spec"]["k"] for body in scene.hooks.bodies[before:]]
    assert asked == ["w", "v"]
    assert [text.split(" default/")[0] for text in writes] == [
        "create controllerrevisions",
        "update controllerrevisions",
        "update configmaps",
        "update mirrors/status",
    ]
    assert updated(scene) == ("False", "RolloutProgressing", "updating ConfigMap c")


def test_rolling_recreate_makes_one_child_anew() -> None:
    scene = rolled(verbatim, parent(), method="RollingRecreate")
    scene.settle()
    uids = [each["metadata"]["uid"] for each in scene.memory.list(CONFIG_MAP, "default")]
    say(scene, k="w")
    scene.settle()
    now = [each["metadata"]["uid"] for each in scene.memory.list(CONFIG_MAP, "default")]
    assert values(scene) == ["w", "v", "v"]
    assert [old == new for old, new in zip(uids, now, strict=True)] == [False, True, True]


def test_a_revision_without_children_is_deleted() -> None:
    scene = rolled(verbatim, parent(names=["c-0"]))
    scene.settle()
    say(scene, k="w")
    scene.settle()
    assert (values(scene), claims(scene)) == (["w"], {"w": ["c-0"]})
    assert updated(scene)[1] == "OnLatestRevision"


def test_a_name_that_is_no_longer_wanted_stays_while_its_kind_does() -> None:
    scene = rolled(verbatim, parent(), parentResource=_of_field("k"))
    scene.settle()
    say(scene, names=["c-1"])
    scene.settle()
    assert (values(scene), claims(scene)) == (["v"], {"v": [*NAMES]})
    say(scene, k="w", names=["c-1", "d"])
    scene.settle()
    assert claims(scene) == {"w": ["d"], "v": [*NAMES]}  # d is nobody's: so it is of the newest
    say(scene, names=[])
    scene.settle()
    assert claims(scene) == {"w": []}


def test_only_the_fields_of_a_revision_are_rolled() -> None:
    scene = rolled(verbatim, parent(more={"n": 1}), parentResource=_of_field("more"))
    scene.settle()
    say(scene, k="w")
    scene.settle()
    assert values(scene) == ["w", "w", "w"]
    say(scene, k="x", more={"n": 2})
    scene.settle()
    assert values(scene) == ["x", "x", "x"]  # what is no such field is as it is now
    patches = [each["parentPatch"] for each in scene.memory.list(REVISION, "default")]
    assert sorted(patches, key=str) == [{"spec": {"more": {"n": 1}}}, {"spec": {"more": {"n": 2}}}]


def test_a_field_whose_path_leads_through_a_text_is_an_error() -> None:
    scene = rolled(verbatim, parent(), parentResource=_of_field("k.deep"))
    assert scene.loop.run_pass().errors["Mirror default/a"] == (
        "Sync error: .spec.k.deep accessor error: v is of the type string, expected "
        "map[string]interface{}"
    )


def _of_field(name: str) -> Manifest:
    return {
        "apiVersion": MIRROR.api_version,
        "resource": MIRROR.plural,
        "revisionHistory": {"fieldPaths": [f"spec.{name}"]},
    }


def test_a_revision_that_the_selector_does_not_select_is_released() -> None:
    selecting = {"selector": {"matchLabels": {"app": "a"}}, "names": []}
    scene = rolled(verbatim, parent(**selecting), generateSelector=False)
    scene.loop.run_pass()
    (revision,) = scene.memory.list(REVISION, "default")
    assert revision["metadata"]["labels"] == {
        "metacontroller.k8s.io/apiGroup": "test.orasi.io",
        "metacontroller.k8s.io/resource": "mirrors",
    }
    name = revision["metadata"]["name"]
    done = scene.loop.run_pass()
    assert str(done.writes[0]) == f"update controllerrevisions default/{name} 200"
    assert done.errors["Mirror default/a"] == (
        "Sync error: Mirror default/a: can't reconcile ControllerRevisions: can't create "
        f"ControllerRevision {name} for Mirror default/a: "
        f'controllerrevisions.metacontroller.k8s.io "{name}" already exists'
    )
    say(scene, template={"metadata": {"labels": {"app": 1}}})
    assert scene.loop.run_pass().errors["Mirror default/a"] == (
        "Sync error: invalid labels on parent Mirror default/a: .spec.template.metadata.labels "
        'accessor error: contains non-string value in the map under key "app": 1 is of the type '
        "int64, expected string"
    )


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (
            None,
            "sync hook failed for Mirror default/a: no status, where there are rolling updates: "
            "that ends Metacontroller",
        ),
        (
            {"conditions": "none"},
            ".conditions accessor error: none is of the type string, expected []interface{}",
        ),
        (
            {"conditions": None},
            ".conditions accessor error: <nil> is of the type <nil>, expected []interface{}",
        ),
    ],
)
def test_a_status_without_place_for_a_condition_is_an_error(status: Any, message: str) -> None:
    scene = rolled(verbatim, parent(answer={"status": status}))
    done = scene.loop.run_pass()
    assert done.errors["Mirror default/a"] == f"Sync error: {message}"
    assert not done.writes


def test_a_condition_of_the_hook_stays_as_it_is() -> None:
    own = [{"type": "Updated", "status": "Unknown"}, {"type": "X", "status": "True"}]
    scene = rolled(verbatim, parent(answer={"status": {"conditions": own}}))
    scene.settle()
    assert scene.get(MIRROR, "a")["status"]["conditions"] == own


def test_all_revisions_are_asked_and_the_first_failure_is_told() -> None:
    def sync(body: Manifest) -> Any:
        code = body["parent"]["spec"].get("code")
        return error(code, "no") if code else verbatim(body)

    scene = rolled(sync, parent())
    scene.settle()
    say(scene, k="w", code=500)
    done = scene.loop.run_pass()
    assert [call.code for call in done.calls] == [500, 200]
    assert done.errors["Mirror default/a"] == (
        "Sync error: sync hook failed for Mirror default/a: sync hook failed (version=v2): "
        "unsupported status code: 500 body: no"
    )
    say(scene, code=429)
    assert not scene.loop.run_pass().errors
    assert claims(scene) == {"v": [*NAMES]}


def test_the_soonest_resync_counts() -> None:
    scene = rolled(verbatim, parent(answer={"resyncAfterSeconds": 7}))
    scene.settle()
    say(scene, k="w", answer={"resyncAfterSeconds": 70})
    now = scene.clock.now()
    scene.loop.run_pass()
    assert scene.loop.next_due() == now + 7


def test_a_parent_is_finalized_when_all_revisions_agree() -> None:
    def finalize(body: Manifest) -> Manifest:
        return {**verbatim(body), "finalized": body["parent"]["spec"].get("done", False)}

    scene = rolled(verbatim, parent(), finalize=finalize)
    scene.settle()
    say(scene, k="w")
    scene.settle()
    scene.delete(MIRROR, "a")
    before = len(scene.hooks.bodies)
    scene.settle()
    asked = [(b["finalizing"], b["parent"]["spec"]["k"]) for b in scene.hooks.bodies[before:]]
    assert set(asked) == {(True, "w"), (True, "v")}
    say(scene, done=True)
    scene.settle()
    assert scene.names(MIRROR) == ["a"]  # the old revisions still want their children
    say(scene, names=[])
    scene.settle()
    assert [scene.names(kind) for kind in (MIRROR, REVISION, CONFIG_MAP)] == [[], [], []]


def test_without_its_kind_nothing_can_be_rolled() -> None:
    scene = stage(verbatim, parent(), method="RollingInPlace")
    assert scene.loop.run_pass().errors["Mirror default/a"] == (
        "Sync error: discovery: can't find resource controllerrevisions in apiVersion "
        "metacontroller.k8s.io/v1alpha1"
    )
