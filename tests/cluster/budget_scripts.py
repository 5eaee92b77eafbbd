"""What is done to PodDisruptionBudgets in memory and on the real control plane."""

from collections.abc import Iterator, Sequence

from tests.cluster.place import Place
from tests.cluster.workload_scripts import HUGE, Script
from tests.memory.workloads import (
    BUDGETS,
    DAEMON_SETS,
    DEPLOYMENTS,
    STATEFUL_SETS,
    budget,
    daemon_set,
    deployment,
    stateful_set,
    with_container,
    with_spec,
)


def budget_of_some(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=3))
    place.create(BUDGETS, budget(minAvailable=2))
    for replicas in (2, 5, 0):
        yield
        place.edit(with_spec, replicas=replicas)
    yield


def budget_of_a_share(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=4))
    place.create(BUDGETS, budget(maxUnavailable="30%"))
    yield
    place.edit(with_spec, resource=BUDGETS, maxUnavailable=0)
    yield


def budget_of_pods_with_names(place: Place) -> Iterator[None]:
    place.create(STATEFUL_SETS, stateful_set(replicas=3))
    place.create(BUDGETS, budget(minAvailable="50%"))
    yield


def budget_of_nobody(place: Place) -> Iterator[None]:
    place.create(BUDGETS, budget(maxUnavailable=1))
    yield


def budget_that_is_used_up(place: Place) -> Iterator[None]:
    place.create(STATEFUL_SETS, stateful_set(replicas=2))
    place.create(BUDGETS, budget(maxUnavailable=1))
    yield
    place.edit(with_container, resource=STATEFUL_SETS, resources=HUGE)
    yield


def budget_of_daemons(place: Place) -> Iterator[None]:
    """How many there should be cannot be asked."""
    place.create(DAEMON_SETS, daemon_set())
    yield
    place.create(BUDGETS, budget(maxUnavailable=1))
    yield
    place.edit(with_spec, resource=BUDGETS, minAvailable=1, maxUnavailable=None)
    yield


SCRIPTS: Sequence[Script] = (
    budget_of_some,
    budget_of_a_share,
    budget_of_pods_with_names,
    budget_of_nobody,
    budget_that_is_used_up,
    budget_of_daemons,
)
