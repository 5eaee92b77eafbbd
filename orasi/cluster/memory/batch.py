"""Jobs and CronJobs: what the API server fills in, and what it demands beyond a schema."""

from collections.abc import Iterator
from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.memory.demands import (
    IMMUTABLE,
    container_problems,
    negative_problems,
    object_of,
)
from orasi.cluster.memory.problems import Problem, invalid, required

CRON_FIELDS = 5
LONGEST_CRON_JOB = 52  # since the names of its Jobs are longer
CHANGEABLE = ("affinity", "nodeSelector", "schedulingGates", "tolerations")
NUMBERS = (
    *("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit"),
    "ttlSecondsAfterFinished",
)


def job(new: Manifest, old: Manifest | None) -> Manifest:
    """Its pods are selected by the job's uid, and it has their labels if it has none of its own."""
    given = object_of(new.get("spec"))
    template = given.get("template")
    if template is None:
        return new
    alone = {} if "parallelism" in given else {"completions": 1}
    spec = {"parallelism": 1, **alone, **given}
    if old is not None:
        return {**new, "spec": spec}
    name, uid = (new["metadata"][field] for field in ("name", "uid"))
    mine = {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": name,
        "controller-uid": uid,
        "job-name": name,
    }
    described = template["metadata"]
    labels = {**described.get("labels", {}), **mine}
    metadata = {"labels": labels, **new["metadata"]}
    selected = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    pods = {**template, "metadata": {**described, "labels": labels}}
    return {**new, "metadata": metadata, "spec": {**spec, "selector": selected, "template": pods}}


def job_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    spec = new.get("spec", {})
    for name in NUMBERS:
        yield from negative_problems(f"spec.{name}", spec.get(name, 0))
    yield from _pod_problems("spec.template.spec", spec, "template")
    if not old:
        return
    before, path = old["spec"], "spec.template"
    now, was = spec.get("template"), before.get("template")
    if before.get("suspend"):  # Where its pods run, and what they ask for, can still be changed.
        path = "spec.template.spec"
        now, was = (_fixed(object_of(object_of(each).get("spec"))) for each in (now, was))
    if now != was:
        yield invalid(path, now, IMMUTABLE)


def _fixed(pod: dict[str, Any]) -> dict[str, Any]:
    """What cannot be changed of the pods of a suspended Job."""
    fixed = {name: value for name, value in pod.items() if name not in CHANGEABLE}
    for name in ("containers", "initContainers"):
        if name in pod:
            fixed[name] = [{**each, "resources": {}} for each in pod[name]]
    return fixed


def cron_job_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    """Of the schedule only the number of fields is checked."""
    spec = new.get("spec", {})
    schedule = spec.get("schedule", "@")
    fields = schedule.split()
    if len(fields) != CRON_FIELDS and not schedule.startswith("@"):
        detail = f"expected exactly {CRON_FIELDS} fields, found {len(fields)}: "
        yield invalid("spec.schedule", schedule, f"{detail}[{' '.join(fields)}]")
    yield from negative_problems(
        "spec.startingDeadlineSeconds", spec.get("startingDeadlineSeconds", 0)
    )
    path = "spec.jobTemplate.spec.template.spec"
    yield from _pod_problems(path, spec, "jobTemplate", "spec", "template")
    for name in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        yield from negative_problems(f"spec.{name}", spec.get(name, 0))
    name = new["metadata"]["name"]
    if old is None and len(name) > LONGEST_CRON_JOB:
        yield invalid("metadata.name", name, f"must be no more than {LONGEST_CRON_JOB} characters")


def _pod_problems(path: str, spec: Any, *keys: str) -> Iterator[Problem]:
    """Of the pods whose template is where *keys* lead to."""
    for key in (*keys, "spec"):
        spec = object_of(object_of(spec).get(key))
    yield from container_problems(path, spec)
    if spec.get("restartPolicy") == "Always":
        yield required(f"{path}.restartPolicy", 'valid values: "OnFailure", "Never"')
