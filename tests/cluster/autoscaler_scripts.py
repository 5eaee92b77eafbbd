"""What is done to HorizontalPodAutoscalers in memory and on the real control plane.

Each begins at rest, with pods that are ready, so that what is found first is no chance.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orasi.cluster.api import Manifest
from tests.cluster.place import Place
from tests.cluster.workload_scripts import Script
from tests.memory.workloads import (
    AUTOSCALERS,
    DAEMON_SETS,
    DEPLOYMENTS,
    STATEFUL_SETS,
    autoscaler,
    container,
    daemon_set,
    deployment,
    stateful_set,
    with_spec,
)

SMALL = {"requests": {"cpu": "100m", "memory": "64Mi"}}
LONG, SHORT = 1800, 2  # seconds: longer and shorter than a rest


def rules(*policies: tuple[str, int, int], select: str = "Max", window: int = 0) -> Manifest:
    return {
        "stabilizationWindowSeconds": window,
        "selectPolicy": select,
        "policies": [
            {"type": kind, "value": amount, "periodSeconds": seconds}
            for kind, amount, seconds in policies
        ],
    }


AT_ONCE = {"stabilizationWindowSeconds": 0}


def ready(
    place: Place, replicas: int, load: Mapping[str, int], body: Manifest | None = None
) -> None:
    place.create(DEPLOYMENTS, body or deployment(replicas=replicas, resources=SMALL))
    place.rest(place)
    place.use(load)


def start(
    place: Place,
    replicas: int,
    load: Mapping[str, int],
    body: Manifest | None = None,
    **spec: Any,
) -> None:
    """An autoscaler of 2 to 6 pods for as many."""
    ready(place, replicas, load, body)
    place.create(AUTOSCALERS, autoscaler(**spec))


def start_with_names(place: Place, replicas: int, load: Mapping[str, int], **spec: Any) -> None:
    pod = {"containers": [container(resources=SMALL)]}
    place.create(STATEFUL_SETS, stateful_set(replicas=replicas, pod=pod))
    place.rest(place)
    place.use(load)
    place.create(AUTOSCALERS, autoscaler(STATEFUL_SETS, **spec))


def change(place: Place, **spec: Any) -> None:
    place.edit(with_spec, resource=AUTOSCALERS, **spec)


def grows(place: Place) -> Iterator[None]:
    start(place, 2, {"cpu": 250})
    for load in (262, 280):  # within the tolerance, and not
        yield
        place.use({"cpu": load})
    yield


def grows_to_its_most_and_stays(place: Place) -> Iterator[None]:
    start(place, 2, {"cpu": 1000})
    yield
    place.use({"cpu": 10})
    yield


def grows_in_leaps(place: Place) -> Iterator[None]:
    start(place, 1, {"cpu": 1000}, minReplicas=1, maxReplicas=30)
    yield


def grows_back(place: Place) -> Iterator[None]:
    start(place, 5, {"cpu": 250})
    yield
    place.edit(with_spec, replicas=3)
    yield


def grows_with_names(place: Place) -> Iterator[None]:
    start_with_names(place, 2, {"cpu": 200})
    yield


def grows_by_policy(place: Place) -> Iterator[None]:
    """By the slower one, then by the faster one, and then it has gone too fast before."""
    policies = ("Pods", 1, LONG), ("Percent", 60, LONG)
    start(place, 2, {"cpu": 600}, behavior={"scaleUp": rules(*policies, select="Min")})
    yield
    change(place, behavior={"scaleUp": rules(*policies)})
    yield
    change(place, behavior={"scaleUp": rules(policies[0])})
    yield


def grows_step_by_step(place: Place) -> Iterator[None]:
    start(place, 2, {"cpu": 600}, behavior={"scaleUp": rules(("Pods", 1, SHORT))})
    yield


def grows_by_default_policies(place: Place) -> Iterator[None]:
    """Nothing is said of growing, so it is by a hundred percent or four pods in 15 seconds."""
    start(place, 2, {"cpu": 300}, behavior={"scaleDown": AT_ONCE})
    yield


def waits_before_it_grows(place: Place) -> Iterator[None]:
    policy = ("Percent", 300, LONG)
    start(place, 2, {"cpu": 300}, behavior={"scaleUp": rules(policy, window=LONG)})
    yield
    change(place, behavior={"scaleUp": rules(policy, window=SHORT)})
    yield


def shrinks(place: Place) -> Iterator[None]:
    start(place, 6, {"cpu": 200}, behavior={"scaleDown": AT_ONCE})
    for load in (185, 10):  # within the tolerance, and not
        yield
        place.use({"cpu": load})
    yield


def shrinks_by_policy(place: Place) -> Iterator[None]:
    policies = ("Pods", 1, LONG), ("Percent", 50, LONG)
    start(place, 6, {"cpu": 10}, behavior={"scaleDown": rules(*policies, select="Min")})
    yield
    change(place, behavior={"scaleDown": rules(*policies)})
    yield
    change(place, behavior={"scaleDown": rules(policies[0])})
    yield


def shrinks_step_by_step(place: Place) -> Iterator[None]:
    start(place, 6, {"cpu": 10}, behavior={"scaleDown": rules(("Percent", 30, SHORT))})
    yield


def shrinks_after_a_while(place: Place) -> Iterator[None]:
    behavior = {"scaleDown": {"stabilizationWindowSeconds": SHORT}}
    start(place, 5, {"cpu": 100}, behavior=behavior)
    yield


def does_not_shrink_soon(place: Place) -> Iterator[None]:
    """For five minutes, which no test can wait for; nor if anything else is said of shrinking."""
    start(place, 4, {"cpu": 10})
    yield
    change(place, behavior={"scaleDown": {"selectPolicy": "Min"}})
    yield


def comes_down_from_above(place: Place) -> Iterator[None]:
    """What there was before it takes to be right, even if its bounds forbid that."""
    start(place, 9, {"cpu": 10})
    yield


def keeps_to_new_bounds(place: Place) -> Iterator[None]:
    start(place, 3, {"cpu": 120})
    yield
    change(place, minReplicas=4)
    yield
    change(place, minReplicas=1, maxReplicas=2)
    yield


def goes_nowhere(place: Place) -> Iterator[None]:
    off = {"selectPolicy": "Disabled"}
    behavior = {"scaleUp": off, "scaleDown": {**off, **AT_ONCE}}
    start(place, 3, {"cpu": 10}, behavior=behavior)
    yield
    place.use({"cpu": 600})
    yield


def tolerates_more(place: Place) -> Iterator[None]:
    behavior = {"scaleUp": {"tolerance": "500m"}, "scaleDown": {**AT_ONCE, "tolerance": "0.25"}}
    start(place, 5, {"cpu": 350}, behavior=behavior)
    yield
    place.use({"cpu": 190})
    yield
    place.use({"cpu": 180})
    yield


def its_target_goes(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=7))
    place.create(AUTOSCALERS, autoscaler())
    yield
    place.delete(DEPLOYMENTS)
    yield
    place.create(DEPLOYMENTS, deployment(replicas=0))
    yield


def has_no_such_target(place: Place) -> Iterator[None]:
    place.create(DAEMON_SETS, daemon_set())
    place.create(AUTOSCALERS, autoscaler(DAEMON_SETS))
    yield
    change(place, scaleTargetRef={"apiVersion": "tests.io/v1", "kind": "Nothing", "name": "web"})
    yield


SCRIPTS: Sequence[Script] = (
    grows,
    grows_to_its_most_and_stays,
    grows_in_leaps,
    grows_back,
    grows_with_names,
    grows_by_policy,
    grows_step_by_step,
    grows_by_default_policies,
    waits_before_it_grows,
    shrinks,
    shrinks_by_policy,
    shrinks_step_by_step,
    shrinks_after_a_while,
    does_not_shrink_soon,
    comes_down_from_above,
    keeps_to_new_bounds,
    goes_nowhere,
    tolerates_more,
    its_target_goes,
    has_no_such_target,
)
