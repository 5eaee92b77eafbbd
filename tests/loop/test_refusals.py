"""What the loop makes of an API server that refuses."""

import pytest

from orasi.cluster.loop.metacontroller import ApplyStrategy
from orasi.cluster.values import same
from tests.loop.stage import (
    CONFIG_MAP,
    CONTROLLER,
    DEFINITION,
    EVENT,
    MIRROR,
    always,
    config_map,
    decorated_stage,
    error,
    mirror,
    stage,
)


def test_a_child_that_cannot_be_deleted_is_named_and_the_others_are_managed() -> None:
    names = ["one", "two"]
    scene = stage(lambda _: {"children": [config_map(name) for name in names]})
    scene.settle()
    names[:] = ["three"]
    scene.memory.refuse("delete", CONFIG_MAP, 403)
    scene.edit(MIRROR, "a", spec={"changed": True})
    done = scene.loop.run_pass()
    assert done.errors["Mirror default/a"] == (
        "Sync error: can't reconcile children for Mirror default/a: "
        "[can't delete ConfigMap default/one: delete is refused, "
        "can't delete ConfigMap default/two: delete is refused]"
    )
    assert scene.names(CONFIG_MAP) == ["one", "three", "two"]


@pytest.mark.parametrize("code", [404, 409])
def test_a_child_that_changed_or_went_meanwhile_is_no_error(code: int) -> None:
    scene = stage(always(config_map(k="v")))
    scene.settle()
    scene.edit(CONFIG_MAP, "cm", data={"k": "edited"})
    scene.memory.refuse("update", CONFIG_MAP, code)
    done = scene.loop.run_pass()
    assert done.errors == {}
    assert [write.code for write in done.writes] == [code]


def test_an_update_that_is_refused_is_an_error() -> None:
    scene = stage(always(config_map(k="v")))
    scene.settle()
    scene.edit(CONFIG_MAP, "cm", data={"k": "edited"})
    scene.memory.refuse("update", CONFIG_MAP, 422)
    (message,) = scene.loop.run_pass().errors.values()
    assert message.endswith("can't reconcile children for Mirror default/a: update is refused")


def test_without_its_finalizer_nothing_is_done_for_a_parent() -> None:
    scene = stage(always(config_map()), finalize=always())
    scene.memory.refuse("update", MIRROR, 403)
    done = scene.loop.run_pass()
    assert done.errors["Mirror default/a"].startswith(
        "Sync error: can't sync finalizer for Mirror default/a: update is refused"
    )
    assert done.calls == ()


@pytest.mark.parametrize(("code", "failed"), [(403, True), (404, False), (409, False)])
def test_a_status_that_cannot_be_written(code: int, failed: bool) -> None:
    scene = stage(always())
    scene.memory.refuse("update_status", MIRROR, code)
    done = scene.loop.run_pass()
    assert bool(done.errors) is failed
    assert len(done.writes) == (4 if code == 409 else 1)  # retries


def test_an_event_that_cannot_be_written_is_no_further_error() -> None:
    scene = stage(lambda _: error(500))
    scene.memory.refuse("create", EVENT, 403)
    done = scene.loop.run_pass()
    assert list(done.errors) == ["Mirror default/a"]


def test_a_kind_that_cannot_be_listed_stops_its_controller_and_nothing_is_missed() -> None:
    scene = stage(always(config_map(k="v")), mirror("a"), mirror("b"))
    scene.settle()
    scene.memory.refuse("list", CONFIG_MAP, 503)
    scene.edit(MIRROR, "b", spec={"changed": True})
    done = scene.loop.run_pass()
    assert done.errors == {"CompositeController mirrors": "list is refused"}
    assert done.calls == ()
    scene.memory.refusals.clear()
    assert [call.parent for call in scene.loop.run_pass().calls] == ["default/a", "default/b"]


def test_a_parent_kind_that_is_uninstalled_and_comes_back() -> None:
    scene = stage(always(config_map(k="v")))
    scene.settle()
    crd = scene.get(DEFINITION, "mirrors.test.orasi.io")
    scene.memory.delete(DEFINITION, "", "mirrors.test.orasi.io")
    scene.memory.run_controllers()
    assert "CompositeController mirrors" in scene.loop.run_pass().errors
    scene.memory.create(DEFINITION, {**crd, "metadata": {"name": "mirrors.test.orasi.io"}})
    scene.memory.create(MIRROR, mirror("again"))
    scene.settle()
    assert scene.get(MIRROR, "again")["status"] == {"observedGeneration": 1}


def test_without_metacontrollers_kinds_there_is_nothing_to_do() -> None:
    scene = stage(always())
    scene.memory.delete(DEFINITION, "", "compositecontrollers.metacontroller.k8s.io")
    scene.memory.run_controllers()
    done = scene.loop.run_pass()
    assert (done.calls, done.errors) == ((), {})


def test_a_deleted_controller_leaves_everything_as_it_is() -> None:
    scene = stage(always(config_map(k="v")))
    scene.settle()
    scene.memory.delete(CONTROLLER, "", "mirrors")
    scene.edit(MIRROR, "a", spec={"changed": True})
    assert scene.writes() == []
    assert scene.names(CONFIG_MAP) == ["cm"]


@pytest.mark.parametrize(
    ("code", "message"),
    [(422, "dry run failed for server-side apply: apply is refused"), (403, ""), (400, "")],
)
def test_recreate_under_server_side_apply_never_deletes_what_it_cannot_judge(
    code: int, message: str
) -> None:
    scene = stage(always(config_map(k="v")), strategy="server-side-apply", method="Recreate")
    scene.settle()
    scene.edit(CONFIG_MAP, "cm", data={"k": "edited"})
    scene.memory.refuse("apply", CONFIG_MAP, code)
    done = scene.loop.run_pass()
    assert [write for write in done.writes if write.verb == "delete"] == []
    assert message in done.errors.get("Mirror default/a", "")


def test_a_controller_that_logs_in_to_a_hook_is_refused() -> None:
    """The URLs of the stage have no host."""
    endpoint = {"host": "", "basicAuth": {"secretRef": {"name": "s", "namespace": "default"}}}
    scene = stage(always(config_map(k="v")), endpointConfigs=[endpoint])
    refused = scene.loop.run_pass()
    assert refused.calls == ()
    assert "endpointConfigs basicAuth is not supported" in str(refused.errors)


@pytest.mark.parametrize(
    ("stated", "named"),
    [
        ("a/b/c", "kind  in apiVersion "),
        ("/", "kind Thing in apiVersion "),
        ("/v2", "kind Thing in apiVersion v2"),
        ("apps/", "kind Thing in apiVersion apps/"),
    ],
)
def test_the_kind_of_a_child_is_named_as_go_reads_it(stated: str, named: str) -> None:
    scene = stage(always({**config_map(), "apiVersion": stated, "kind": "Thing"}))
    [error] = scene.loop.run_pass().errors.values()
    assert error.endswith(f"discovery: can't find {named}")


@pytest.mark.parametrize("strategy", ["dynamic-apply", "server-side-apply"])
def test_integers_that_are_floats_for_go_are_written_once(strategy: ApplyStrategy) -> None:
    numbers = {"n": 12345678901234567890, "least": -(2**63), "most": 2**63 - 1, "over": 2**63}
    child = {**mirror("child", labels={"kept": "apart"}), "spec": numbers}
    scene = stage(
        always(child, status=numbers),
        children=(MIRROR,),
        parentResource={
            "apiVersion": MIRROR.api_version,
            "resource": MIRROR.plural,
            "labelSelector": {"matchExpressions": [{"key": "kept", "operator": "DoesNotExist"}]},
        },
        strategy=strategy,
    )
    scene.settle()
    scene.edit(MIRROR, "a", spec={"changed": True})
    assert scene.writes() == ["update mirrors/status default/a 200"]
    assert same(
        scene.get(MIRROR, "child")["spec"],
        {**numbers, "n": 12345678901234567000.0, "over": 2.0**63},
    )


def test_a_key_that_no_label_has_is_refused_wherever_a_selector_stands() -> None:
    selector = {"matchLabels": {"a/b/c": "x"}}
    kind = {"apiVersion": MIRROR.api_version, "resource": MIRROR.plural}
    related = {"apiVersion": "v1", "resource": "configmaps", "labelSelector": selector}
    annotated = {**kind, "annotationSelector": {"matchAnnotations": selector["matchLabels"]}}
    scenes = [
        stage(always(), parentResource={**kind, "labelSelector": selector}),
        stage(always(), customize=lambda _: {"relatedResources": [related]}),
        stage(always(), {**mirror(), "spec": {"selector": selector}}, generateSelector=False),
        decorated_stage(always(), {**kind, "labelSelector": selector}),
        decorated_stage(always(), annotated),
    ]
    for scene in scenes:
        [complaint] = scene.loop.run_pass().errors.values()
        assert 'key: Invalid value: "a/b/c": a valid label key must consist' in complaint
