"""Deployments roll from one template to the next, get stuck and heal, in virtual time."""

import hypothesis.strategies as st
from hypothesis import given, settings

from orasi.cluster.memory.workloads.pods import START_SECONDS
from tests.memory.workloads import (
    DEPLOYMENTS,
    World,
    complete,
    deployment,
    revision,
    with_container,
    with_spec,
)

HUGE = {"requests": {"cpu": "1000"}}
AVAILABLE = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")


@given(
    replicas=st.integers(1, 9),
    surge=st.sampled_from((0, 1, 3, "25%", "100%")),
    unavailable=st.sampled_from((0, 1, 2, "25%", "100%")),
    edits=st.integers(1, 3),
)
@settings(max_examples=40, deadline=None)
def test_a_rollout_keeps_its_bounds_at_every_moment(
    replicas: int, surge: int | str, unavailable: int | str, edits: int
) -> None:
    if surge == unavailable == 0:
        unavailable = 1
    parameters = {"maxSurge": surge, "maxUnavailable": unavailable}
    strategy = {"type": "RollingUpdate", "rollingUpdate": parameters}
    world = World()
    world.create(deployment(replicas=replicas, strategy=strategy))
    world.memory.moments.clear()
    for number in range(edits):  # the next one before the last is done
        body = with_container(world.deployment(), image=f"web:{number + 2}")
        world.memory.update(DEPLOYMENTS, body)
        world.pass_time(START_SECONDS)
    world.rest()
    more, fewer = _scaled(surge, replicas, 99), _scaled(unavailable, replicas, 0)
    if more == fewer == 0:
        fewer = 1
    assert max(each.pods for each in world.memory.moments) <= replicas + more
    assert min(each.ready for each in world.memory.moments) >= replicas - fewer
    assert world.numbers() == complete(replicas, 1 + edits)


def _scaled(number: int | str, replicas: int, rounding: int) -> int:
    if isinstance(number, int):
        return number
    return (int(number.removesuffix("%")) * replicas + rounding) // 100


def test_a_rollout_goes_step_by_step(world: World) -> None:
    world.create(deployment(replicas=4))  # 25% of both: one more, one fewer
    world.memory.update(DEPLOYMENTS, with_container(world.deployment(), image="web:2"))
    steps = []
    for _ in range(4):
        world.memory.run_controllers()
        steps.append(sizes(world))
        world.pass_time(START_SECONDS)
    assert steps == [[3, 2], [1, 4], [0, 4], [0, 4]]
    assert {each["spec"]["containers"][0]["image"] for each in world.pods()} == {"web:2"}


def test_a_template_that_comes_back_takes_its_replica_set_again(world: World) -> None:
    world.create(deployment())
    world.edit(with_container, image="web:2")
    world.edit(with_container, image="web:1")
    second, first = world.replica_sets()
    assert [revision(each) for each in (second, first)] == [2, 3]
    history = first["metadata"]["annotations"]["deployment.kubernetes.io/revision-history"]
    assert history == "1"
    assert revision(world.deployment()) == 3


def test_a_restart_makes_new_pods(world: World) -> None:
    world.create(deployment(replicas=2))
    before = {each["metadata"]["uid"] for each in world.pods()}
    template = world.deployment()["spec"]["template"]
    annotations = {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}
    metadata = {**template["metadata"], "annotations": annotations}
    world.edit(with_spec, template={**template, "metadata": metadata})
    after = {each["metadata"]["uid"] for each in world.pods()}
    assert (len(after), before & after) == (2, set())
    assert all(each["metadata"]["annotations"] == annotations for each in world.pods())


def test_recreate_ends_the_old_pods_before_the_first_new_one(world: World) -> None:
    world.create(deployment(replicas=2, strategy={"type": "Recreate"}))
    world.memory.moments.clear()
    world.edit(with_container, image="web:2")
    assert max(each.pods for each in world.memory.moments) == 2
    assert min(each.pods for each in world.memory.moments) == 0
    assert world.numbers() == complete(2, 2)


def test_a_paused_deployment_scales_but_does_not_roll(world: World) -> None:
    world.create(deployment(replicas=2))
    world.edit(with_spec, paused=True)
    assert world.condition("Progressing") == (
        "Unknown",
        "DeploymentPaused",
        "Deployment is paused",
    )
    world.edit(with_container, image="web:2")
    world.edit(with_spec, replicas=3)
    assert [each["spec"]["replicas"] for each in world.replica_sets()] == [3]
    assert {each["spec"]["containers"][0]["image"] for each in world.pods()} == {"web:1"}
    world.edit(with_spec, paused=False)
    assert [each["spec"]["replicas"] for each in world.replica_sets()] == [0, 3]
    assert world.condition("Progressing")[1] == "NewReplicaSetAvailable"


def test_old_replica_sets_are_forgotten_beyond_the_limit(world: World) -> None:
    world.create(deployment(revisionHistoryLimit=1))
    for number in (2, 3, 4):
        world.edit(with_container, image=f"web:{number}")
    world.rest()
    assert [revision(each) for each in world.replica_sets()] == [3, 4]


def test_a_stuck_rollout_is_late_after_its_deadline_and_heals_by_an_edit(world: World) -> None:
    world.create(deployment(replicas=4))
    start = world.clock.now()
    world.edit(with_container, resources=HUGE)
    name = world.replica_sets()[1]["metadata"]["name"]
    assert world.clock.now() == start  # nobody waits for the deadline
    assert world.condition("Progressing")[:2] == ("True", "ReplicaSetUpdated")
    assert world.condition("Available") == AVAILABLE  # three of the old ones stay
    world.pass_time(600)
    assert world.condition("Progressing")[1] == "ReplicaSetUpdated"
    assert world.memory.next_change() == world.clock.now() + 1
    world.pass_time(1)
    late = ("False", "ProgressDeadlineExceeded", f'ReplicaSet "{name}" has timed out progressing.')
    assert world.condition("Progressing") == late
    assert world.memory.next_change() is None
    assert world.writes() == 0
    world.edit(with_container, image="web:2")
    assert world.numbers() == complete(4, 3)
    assert world.condition("Progressing")[:2] == ("True", "NewReplicaSetAvailable")


def test_a_change_of_size_amid_a_rollout_is_shared_out(world: World) -> None:
    world.create(deployment(replicas=4))
    world.edit(with_container, resources=HUGE)
    assert sizes(world) == [3, 2]
    world.edit(with_spec, replicas=8)  # ten with the surge, five before
    assert sizes(world) == [6, 4]
    world.edit(with_spec, replicas=0)
    assert sizes(world) == [0, 0]


def test_a_rollout_that_has_all_pods_ends_the_old_ones_when_it_is_rescaled(world: World) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 2, "maxUnavailable": 0}}
    world.create(deployment(replicas=2, strategy=strategy))
    world.memory.update(DEPLOYMENTS, with_container(world.deployment(), image="web:2"))
    world.memory.run_controllers()
    assert sizes(world) == [2, 2]
    world.edit(with_spec, replicas=3)
    assert sizes(world) == [0, 3]


def test_a_rollout_without_a_deadline_says_nothing_of_its_progress(world: World) -> None:
    world.create(deployment(progressDeadlineSeconds=2**31 - 1))
    assert world.condition("Progressing") == ("", "", "")
    world.edit(with_spec, progressDeadlineSeconds=600)
    assert world.condition("Progressing")[:2] == ("True", "NewReplicaSetAvailable")


def sizes(world: World) -> list[int]:
    """The pods that each ReplicaSet is to have, by revision."""
    return [each["spec"]["replicas"] for each in world.replica_sets()]
