"""What the API server makes of a Job, and what no update of one may change."""

from collections.abc import Iterator, Mapping

from orasi.cluster.api import Manifest
from orasi.cluster.memory.problems import Problem, invalid, required
from orasi.cluster.names import OBJECT_NAMES
from orasi.cluster.selector import InvalidSelector, predicate

IMMUTABLE = "field is immutable"
UID = "batch.kubernetes.io/controller-uid"
OWN = {
    "controller-uid": "uid",
    "job-name": "name",
    UID: "uid",
    "batch.kubernetes.io/job-name": "name",
}
"""What of a Job's metadata is in these labels of its pods."""

LEGACY = ("controller-uid", "job-name")
FIXED = (
    *("selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy"),
    "successPolicy",
)
FREE_OF_SUSPENDED = ("nodeSelector", "schedulingGates", "tolerations")
"""Of the pods of a Job that does not run."""


def labelled(job: Manifest) -> Manifest:
    """It has the labels of its pods if it has none of its own."""
    labels = job.get("spec", {}).get("template", {}).get("metadata", {}).get("labels")
    return {**job, "metadata": {**({"labels": labels} if labels else {}), **job["metadata"]}}


def job(new: Manifest, old: Manifest | None) -> Manifest:
    """Its pods are selected by the job's uid, unless somebody else sees to that."""
    spec = new["spec"]
    if old is not None or spec["manualSelector"]:
        return new
    template, selector = spec["template"], spec.get("selector", {})
    described = template["metadata"]
    labels = {**_own(new), **described.get("labels", {})}
    metadata = new["metadata"]
    if metadata.get("labels") is described.get("labels"):  # in Go, too, it is the same map
        metadata = {**metadata, "labels": labels}
    selected = {UID: metadata["uid"], **selector.get("matchLabels", {})}
    pods = {**template, "metadata": {**described, "labels": labels}}
    spec = {**spec, "selector": {**selector, "matchLabels": selected}, "template": pods}
    return {**new, "metadata": metadata, "spec": spec}


def _own(job: Manifest) -> Mapping[str, str]:
    return {label: job["metadata"].get(field, "") for label, field in OWN.items()}


def job_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    yield from _selector_problems(new, old)
    yield from _name_problems(new)
    if old is None:
        return
    now, before = new["spec"], old["spec"]
    for name in FIXED:
        if now.get(name) != before.get(name):
            yield invalid(f"spec.{name}", now.get(name), IMMUTABLE)
    yield from _completion_problems(now, before)
    yield from _template_problems(now["template"], old)


def _completion_problems(now: Manifest, before: Manifest) -> Iterator[Problem]:
    found, at = now.get("completions"), "spec.completions"
    if found == before.get("completions"):
        return
    if now["completionMode"] != "Indexed":
        yield invalid(at, found, IMMUTABLE)
    elif found not in (None, now["parallelism"]):
        yield invalid(at, found, "can only be modified in tandem with spec.parallelism")


def _name_problems(job: Manifest) -> Iterator[Problem]:
    """Each pod of an indexed Job is told its name."""
    spec, name = job["spec"], job["metadata"].get("name", "")
    if spec["completionMode"] == "Indexed" and spec.get("completions", 0) > 0:
        longest = f"{name}-{spec['completions'] - 1}"
        if any(OBJECT_NAMES["label"].faults(longest)):
            detail = f"will not able to create pod with invalid DNS label: {longest}"
            yield invalid("metadata.name", name, detail)


def _selector_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    """Pods have the labels that tell whose they are, and these are what is selected."""
    spec = new["spec"]
    labels, selector = spec["template"]["metadata"].get("labels", {}), spec.get("selector")
    at = "spec.template.metadata.labels"
    if not spec["manualSelector"] and selector is not None:
        wanted = _own(new)
        if old and not _is_labelled(old["spec"]["template"]):
            wanted = {label: wanted[label] for label in LEGACY}
        for label, value in wanted.items():
            if label not in labels:
                yield required(f"{at}[{label}]", f"must be '{value}'")
            elif labels[label] != value:
                yield invalid(f"{at}[{label}]", labels, f"must be '{value}'")
        if not _selects(selector, wanted):
            yield invalid("spec.selector", selector, "`selector` not auto-generated")
    if selector is None:
        yield required("spec.selector")
    if not _selects(selector, labels):
        yield invalid(at, labels or None, "`selector` does not match template `labels`")


def _is_labelled(template: Manifest) -> bool:
    labels = template["metadata"].get("labels", {})
    return all(label in labels for label in OWN if label not in LEGACY)


def _selects(selector: Manifest | None, labels: Mapping[str, str]) -> bool:
    """None selects nothing; of one that is refused nothing more is said."""
    try:
        return selector is not None and predicate(selector)(labels)
    except InvalidSelector:
        return True


def _template_problems(template: Manifest, old: Manifest) -> Iterator[Problem]:
    """It is for ever, but for a Job without pods: there it may change where they will run, what
    they use, and what they are called."""
    before = old["spec"]["template"]
    if not _is_at_rest(old):
        if template != before:
            yield invalid("spec.template", template, IMMUTABLE)
        return
    pods, were = (_fixed(each["spec"]) for each in (template, before))
    if pods != were:
        yield invalid("spec.template.spec", template["spec"], IMMUTABLE)


def _is_at_rest(job: Manifest) -> bool:
    status = job.get("status", {})
    conditions = status.get("conditions", ())
    is_stopped = any(
        each["type"] == "Suspended" and each["status"] == "True" for each in conditions
    )
    is_idle = is_stopped or "startTime" not in status
    return bool(job["spec"]["suspend"] and is_idle and not status.get("active"))


def _fixed(pod: Manifest) -> Manifest:
    """What is for ever of the pods of a suspended Job: neither where they run nor what they use."""
    fixed = {name: value for name, value in pod.items() if name not in FREE_OF_SUSPENDED}
    others = {**pod.get("affinity", {})}
    others.pop("nodeAffinity", None)
    fixed["affinity"] = others
    for name in {"containers", "initContainers"} & pod.keys():
        fixed[name] = [{**each, "resources": {}} for each in pod[name]]
    return fixed
