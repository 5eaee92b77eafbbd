"""Jobs and CronJobs: what the API server fills in, and what it demands beyond a schema."""

from collections.abc import Iterator
from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.memory.demands import container_problems, negative_problems
from orasi.cluster.memory.problems import Problem, invalid, required

CRON_FIELDS = 5
LONGEST_CRON_JOB = 52  # since the names of its Jobs are longer
NUMBERS = (
    *("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit"),
    "ttlSecondsAfterFinished",
)


def job(new: Manifest, old: Manifest | None) -> Manifest:
    """Its pods are selected by the job's uid, and it has their labels if it has none of its own."""
    if old is not None:
        return new
    spec = new["spec"]
    template = spec["template"]
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
    if old and spec.get("template") != old["spec"].get("template"):
        yield invalid("spec.template", spec.get("template"), "field is immutable")


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
        spec = spec.get(key, {})
    yield from container_problems(path, spec)
    if spec.get("restartPolicy") == "Always":
        yield required(f"{path}.restartPolicy", 'valid values: "OnFailure", "Never"')
