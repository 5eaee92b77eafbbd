"""Settling waits for pods, not for deadlines, and syncs nobody who has no news."""

import pytest

from orasi.cluster.api import Manifest
from orasi.cluster.loop.metacontroller import ApplyStrategy
from orasi.cluster.loop.webhook import Answer
from tests.loop.stage import CONFIG_MAP, DEPLOYMENT, MIRROR, Stage, config_map, error, mirror, stage
from tests.memory.workloads import QUOTAS, condition, deployment, quota

STRATEGIES: tuple[ApplyStrategy, ...] = ("dynamic-apply", "server-side-apply")


def child(**fields: object) -> Manifest:
    """A Deployment as a hook answers it: without a namespace."""
    body = deployment(**fields)  # type: ignore[arg-type]  # any of its fields
    return {**body, "metadata": {"name": body["metadata"]["name"]}}


def ready_when_available(wanted: Manifest, strategy: ApplyStrategy = "dynamic-apply") -> Stage:
    """One parent with one Deployment, whose readiness is its own."""

    def sync(body: Manifest) -> Manifest:
        (observed,) = body["children"]["Deployment.apps/v1"].values() or [{"status": {}}]
        status, _, message = condition(observed, "Available")
        return {"children": [wanted], "status": {"ready": status, "message": message}}

    return stage(sync, strategy=strategy)


def parent_status(scene: Stage) -> tuple[str, str]:
    status = scene.get(MIRROR, "a")["status"]
    return status["ready"], status["message"]


AVAILABLE = ("True", "Deployment has minimum availability.")
UNAVAILABLE = ("False", "Deployment does not have minimum availability.")
HUGE = {"requests": {"cpu": "1000"}}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_parent_is_ready_after_few_passes(strategy: ApplyStrategy) -> None:
    scene = ready_when_available(child(replicas=3), strategy)
    passes = scene.settle()
    assert parent_status(scene) == AVAILABLE
    assert len(passes) <= 4
    assert not passes[-1].changes
    assert scene.settle()[0].calls == ()  # nobody has news


def test_every_step_of_a_rollout_is_seen() -> None:
    seen: list[int] = []

    def sync(body: Manifest) -> Manifest:
        for observed in body["children"]["Deployment.apps/v1"].values():
            seen.append(observed["status"].get("unavailableReplicas", 0))
        image = body["parent"]["spec"].get("image", "web:1")
        containers = [{"name": "web", "image": image}]
        return {"children": [child(replicas=4, pod={"containers": containers})]}

    scene = stage(sync)
    scene.settle()
    seen.clear()
    scene.edit(MIRROR, "a", spec={"image": "web:2"})
    passes = scene.settle()
    assert seen[0] == 0 < seen[1]  # before, and while the last pods start
    assert seen[-1] == 0
    assert len(passes) <= 4
    assert scene.get(DEPLOYMENT, "web")["status"]["availableReplicas"] == 4


def test_a_stuck_rollout_is_not_waited_for() -> None:
    scene = ready_when_available(child(resources=HUGE))
    scene.settle()
    assert parent_status(scene) == UNAVAILABLE
    assert scene.clock.now() == scene.clock.START
    scene.clock.sleep_until(scene.clock.now() + 601)
    assert [done.calls != () for done in scene.settle()] == [False, True]  # news, and its sync
    late = condition(scene.get(DEPLOYMENT, "web"), "Progressing")
    assert late[:2] == ("False", "ProgressDeadlineExceeded")


def test_patience_bounds_every_wait() -> None:
    scene = ready_when_available(child(minReadySeconds=30))
    scene.settle(patience=10.0)
    assert parent_status(scene) == UNAVAILABLE
    scene.settle(patience=30.0)
    assert parent_status(scene) == AVAILABLE


def test_a_refusal_by_quota_comes_to_rest_and_heals() -> None:
    scene = ready_when_available(child())
    scene.memory.create(QUOTAS, quota({"pods": 0}))
    scene.settle()
    assert parent_status(scene) == UNAVAILABLE
    scene.memory.patch(QUOTAS, "default", "limits", {"spec": {"hard": {"pods": 1}}})
    scene.settle()
    assert parent_status(scene) == AVAILABLE


def test_a_retry_that_is_too_far_away_does_not_keep_pods_from_starting() -> None:
    def sync(body: Manifest) -> Manifest | Answer:
        broken = body["parent"]["metadata"]["name"] == "b"
        return error(429, Retry_After="3600") if broken else {"children": [child()]}

    scene = stage(sync, mirror("a"), mirror("b"))
    scene.settle()
    assert scene.get(DEPLOYMENT, "web")["status"]["availableReplicas"] == 1


def test_retries_and_pods_are_waited_for_side_by_side() -> None:
    refusals = [error(500), error(500)]
    wanted = {"children": [child(), config_map()]}
    scene = stage(lambda _: refusals.pop() if refusals else wanted)
    scene.settle()
    assert scene.names(CONFIG_MAP) == ["cm"]
    assert scene.get(DEPLOYMENT, "web")["status"]["availableReplicas"] == 1
