"""What is done to Jobs in memory and on the real control plane.

On neither does anything run: a pod succeeds as soon as a node is found for it, and one that is too
large for any is there until a script says how it has ended.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from orasi.cluster.api import Manifest, Resource
from tests.cluster.place import Place
from tests.cluster.workload_scripts import HUGE, Script
from tests.memory.workloads import (
    JOBS,
    PODS,
    job,
    with_spec,
)


def stuck_job(name: str = "web", **spec: Any) -> Manifest:
    return job(name, resources=HUGE, **spec)


def names(place: Place, kind: Resource) -> list[str]:
    return [each["metadata"]["name"] for each in place.cluster.list(kind, place.namespace)]


def pods_fail(place: Place, count: int = 1) -> None:
    """The first of those that wait for a node."""
    found = place.cluster.list(PODS, place.namespace)
    waiting = [each for each in found if each["status"]["phase"] == "Pending"]
    for each in waiting[:count]:
        place.report(PODS, each["metadata"]["name"], phase="Failed")


def pod_ends(place: Place, number: int, phase: str) -> None:
    """That of an indexed Job which has this number."""
    found = place.cluster.list(PODS, place.namespace)
    (pod,) = (each for each in found if each["spec"]["hostname"] == f"web-{number}")
    place.report(PODS, pod["metadata"]["name"], phase=phase)


def job_completed(place: Place) -> Iterator[None]:
    place.create(JOBS, job(completions=3, parallelism=2))
    yield


def job_with_a_queue_of_work(place: Place) -> Iterator[None]:
    """The first that succeeds says that there is no more to do."""
    place.create(JOBS, job(parallelism=2))
    yield


def job_with_numbers(place: Place) -> Iterator[None]:
    place.create(JOBS, job(completions=4, parallelism=2, completionMode="Indexed"))
    yield


def job_with_numbers_to_do_again(place: Place) -> Iterator[None]:
    body = stuck_job(completions=5, parallelism=4, completionMode="Indexed")
    place.create(JOBS, body)
    yield
    for number, phase in enumerate(("Succeeded", "Succeeded", "Failed")):
        pod_ends(place, number, phase)
    yield
    place.until(lambda: len(names(place, PODS)) == 6)
    yield


def job_with_other_numbers(place: Place) -> Iterator[None]:
    """What has been done of numbers that are wanted no more is forgotten."""
    place.create(JOBS, stuck_job(completions=5, parallelism=5, completionMode="Indexed"))
    yield
    for number in (1, 4):
        pod_ends(place, number, "Succeeded")
    for size in (3, 6, 2):
        yield
        place.edit(with_spec, resource=JOBS, completions=size, parallelism=size)
    yield
    pod_ends(place, 0, "Succeeded")
    yield


def job_suspended(place: Place) -> Iterator[None]:
    place.create(JOBS, job(suspend=True))
    yield
    place.edit(with_spec, resource=JOBS, suspend=False)
    yield


def job_suspended_amid_its_work(place: Place) -> Iterator[None]:
    place.create(JOBS, stuck_job(completions=3, parallelism=2))
    for suspend in (True, False):
        yield
        place.edit(with_spec, resource=JOBS, suspend=suspend)
    yield


def job_scaled(place: Place) -> Iterator[None]:
    place.create(JOBS, stuck_job(completions=5, parallelism=3))
    for parallelism in (1, 2, 0):
        yield
        place.edit(with_spec, resource=JOBS, parallelism=parallelism)
    yield


def job_failed(place: Place) -> Iterator[None]:
    place.create(JOBS, stuck_job(completions=3, parallelism=2, backoffLimit=0))
    yield
    pods_fail(place)
    yield


def job_tried_again(place: Place) -> Iterator[None]:
    """After ten seconds, and then no more."""
    place.create(JOBS, stuck_job(backoffLimit=1))
    yield
    pods_fail(place)
    place.until(lambda: len(names(place, PODS)) > 1)
    yield
    pods_fail(place)
    yield


def job_too_late(place: Place) -> Iterator[None]:
    place.create(JOBS, stuck_job(parallelism=2, completions=2, activeDeadlineSeconds=3))
    yield


def job_forgotten(place: Place) -> Iterator[None]:
    place.create(JOBS, job(ttlSecondsAfterFinished=2))
    place.until(lambda: not names(place, JOBS))
    yield


def job_without_a_pod(place: Place) -> Iterator[None]:
    """One that was deleted has failed, and is replaced."""
    place.create(JOBS, stuck_job())
    yield
    (name,) = names(place, PODS)
    place.delete(PODS, name)
    place.until(lambda: names(place, PODS) not in ([name], []))
    yield


def job_deleted(place: Place) -> Iterator[None]:
    place.create(JOBS, stuck_job())
    place.create(JOBS, job("done"))
    yield
    for name in ("web", "done"):
        place.delete(JOBS, name)
    yield


def job_deleted_in_the_foreground(place: Place) -> Iterator[None]:
    place.create(JOBS, stuck_job())
    yield
    place.delete(JOBS, propagation="Foreground")
    yield


def job_deleted_without_its_pods(place: Place) -> Iterator[None]:
    place.create(JOBS, stuck_job())
    yield
    place.delete(JOBS, propagation="Orphan")
    yield


SCRIPTS: Sequence[Script] = (
    job_completed,
    job_with_a_queue_of_work,
    job_with_numbers,
    job_with_numbers_to_do_again,
    job_with_other_numbers,
    job_suspended,
    job_suspended_amid_its_work,
    job_scaled,
    job_failed,
    job_tried_again,
    job_too_late,
    job_forgotten,
    job_without_a_pod,
    job_deleted,
    job_deleted_in_the_foreground,
    job_deleted_without_its_pods,
)
