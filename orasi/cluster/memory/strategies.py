"""What the API server itself changes in an object, and what no update may change.

Kubernetes calls this a kind's strategy. What holds of one object alone is in `demands`.
"""

from collections.abc import Iterator

from orasi.cluster.api import Manifest
from orasi.cluster.memory.problems import Problem, forbidden_field, invalid, required, unsupported

IMMUTABLE = "field is immutable"
TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
CHANGEABLE = (
    *("replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit"),
    *("persistentVolumeClaimRetentionPolicy", "minReadySeconds"),
)
"""What of a StatefulSet is not for ever."""

PROTECTION = "kubernetes.io/pvc-protection"
"""The finalizer of a claim."""

LONGEST_CRON_JOB = 52  # since the names of its Jobs are longer


def uncounted(daemon_set: Manifest) -> Manifest:
    """The annotation is a field where the API server works, and so always there."""
    metadata = daemon_set["metadata"]
    annotations = {TEMPLATE_GENERATION: "0", **metadata.get("annotations", {})}
    return {**daemon_set, "metadata": {**metadata, "annotations": annotations}}


def daemon_set(new: Manifest, old: Manifest | None) -> Manifest:
    """Its templates are counted, in an annotation of old."""
    number = 1
    if old is not None:
        number = int(old["metadata"]["annotations"][TEMPLATE_GENERATION])
        number += new["spec"]["template"] != old["spec"]["template"]
    metadata = new["metadata"]
    annotations = {**metadata.get("annotations", {}), TEMPLATE_GENERATION: str(number)}
    return {**new, "metadata": {**metadata, "annotations": annotations}}


def claim(new: Manifest, old: Manifest | None) -> Manifest:
    """Its volume must not go while a pod uses it."""
    metadata = new["metadata"]
    finalizers = metadata.get("finalizers", [])
    if old is not None or PROTECTION in finalizers:
        return new
    return {**new, "metadata": {**metadata, "finalizers": [*finalizers, PROTECTION]}}


def claim_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    """It is for ever, but for its size and its class of volumes while it is bound."""
    if old is None:
        return
    free = {"resources", "volumeAttributesClassName"} if _is_bound(new) else set()
    free |= {"storageClassName", "volumeName"} - old["spec"].keys()  # to be said once
    now, before = ({**each["spec"], **dict.fromkeys(free)} for each in (new, old))
    if now != before:
        what = "except resources.requests and volumeAttributesClassName for bound claims"
        yield forbidden_field("spec", f"spec is immutable after creation {what}")


def _is_bound(claim: Manifest) -> bool:
    return bool(claim.get("status", {}).get("phase") == "Bound")


COUNTS = (
    *("fullyLabeledReplicas", "updatedReplicas", "currentReplicas"),
    *("readyReplicas", "availableReplicas"),
)


def count_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    """Of the status of Deployments, ReplicaSets and StatefulSets, once somebody reports it."""
    status = new.get("status", {})
    if old is None or status == old.get("status", {}):
        return
    counts = {name: status.get(name, 0) for name in ("replicas", *COUNTS)}
    for name, count in counts.items():
        if count < 0:
            yield invalid(f"status.{name}", count, "must be greater than or equal to 0")
        elif count > counts["replicas"]:
            yield invalid(f"status.{name}", count, "cannot be greater than status.replicas")
    if counts["availableReplicas"] > counts["readyReplicas"]:
        detail = "cannot be greater than readyReplicas"
        yield invalid("status.availableReplicas", counts["availableReplicas"], detail)


def selector_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    """Of Deployments, DaemonSets and ReplicaSets."""
    yield from count_problems(new, old)
    if old and new["spec"].get("selector") != old["spec"].get("selector"):
        yield invalid("spec.selector", new["spec"].get("selector"), IMMUTABLE)


def stateful_set_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    if old is None:
        return
    yield from count_problems(new, old)
    kept = [
        {name: value for name, value in each["spec"].items() if name not in CHANGEABLE}
        for each in (new, old)
    ]
    if kept[0] != kept[1]:
        fields = "', '".join(CHANGEABLE[:-1])
        yield forbidden_field(
            "spec",
            f"updates to statefulset spec for fields other than '{fields}' and "
            f"'{CHANGEABLE[-1]}' are forbidden",
        )


def service_account(new: Manifest, _old: Manifest | None) -> Manifest:
    """Of a Secret there is only the name."""
    if "secrets" not in new:
        return new
    named = [{name: each[name] for name in ("name",) if name in each} for each in new["secrets"]]
    return {**new, "secrets": named}


def role_problems(new: Manifest, _old: Manifest | None) -> Iterator[Problem]:
    for index, rule in enumerate(new["rules"] or ()):
        if urls := rule.get("nonResourceURLs"):
            detail = "namespaced rules cannot apply to non-resource URLs"
            yield invalid(f"rules[{index}].nonResourceURLs", urls, detail)


def binding_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    if old and new["roleRef"] != old["roleRef"]:
        yield invalid("roleRef", new["roleRef"], "cannot change roleRef")


def cluster_binding_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    """No namespace is meant where none is named."""
    yield from binding_problems(new, old)
    kind = new["roleRef"].get("kind")
    if kind == "Role":
        yield unsupported("roleRef.kind", kind, ["ClusterRole"])
    for index, each in enumerate(new.get("subjects", ())):
        if each.get("kind") == "ServiceAccount" and not each.get("namespace"):
            yield required(f"subjects[{index}].namespace")


def quota_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    scopes = new["spec"].get("scopes")
    if old and set(scopes or ()) != set(old["spec"].get("scopes", ())):
        yield invalid("spec.scopes", scopes, IMMUTABLE)


def cron_job_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    name = new["metadata"].get("name", "")
    if old is None and len(name) > LONGEST_CRON_JOB:
        yield invalid("metadata.name", name, f"must be no more than {LONGEST_CRON_JOB} characters")


def revision_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    """What was once the template of pods stays so."""
    if old and new.get("data") != old.get("data"):
        yield invalid("data", new.get("data"), IMMUTABLE)
