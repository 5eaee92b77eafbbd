"""The volumes that pods of a StatefulSet keep: claims by its templates, which are bound at once."""

from collections.abc import Iterator

from orasi.cluster.api import Cluster, Manifest
from orasi.cluster.memory.store import place
from orasi.cluster.memory.strategies import PROTECTION
from orasi.cluster.memory.workloads.objects import CLAIMS, PODS, controller_reference, is_doomed
from orasi.cluster.memory.workloads.owners import Owner

DELETE = "Delete"


def run(cluster: Cluster, _now: float) -> bool:
    """Whether anything was written."""
    pending = [each for each in cluster.list(CLAIMS) if each["status"].get("phase") == "Pending"]
    for claim in pending:
        spec = {"volumeName": f"pvc-{claim['metadata']['uid']}", **claim.get("spec", {})}
        bound = cluster.update(CLAIMS, {**claim, "spec": spec})
        status = {
            "phase": "Bound",
            "accessModes": spec.get("accessModes", []),
            "capacity": spec.get("resources", {}).get("requests", {}),
        }
        cluster.update_status(CLAIMS, {**bound, "status": status})
    return _released(cluster) or bool(pending)


def _released(cluster: Cluster) -> bool:
    """Let those go that are to be deleted and that no pod on a node uses."""
    doomed = [each for each in cluster.list(CLAIMS) if is_doomed(each) and _is_protected(each)]
    if not doomed:
        return False
    pods = [pod for pod in cluster.list(PODS) if "nodeName" in pod["spec"]]
    used = {(pod["metadata"]["namespace"], name) for pod in pods for name in _claimed(pod)}
    free = [each for each in doomed if place(each) not in used]
    for claim in free:
        others = [each for each in claim["metadata"]["finalizers"] if each != PROTECTION]
        cluster.update(CLAIMS, {**claim, "metadata": {**claim["metadata"], "finalizers": others}})
    return bool(free)


def _is_protected(claim: Manifest) -> bool:
    return PROTECTION in claim["metadata"].get("finalizers", ())


def _claimed(pod: Manifest) -> Iterator[str]:
    """The names of the claims that a pod uses."""
    for volume in pod["spec"].get("volumes", ()):
        if "persistentVolumeClaim" in volume:
            yield volume["persistentVolumeClaim"]["claimName"]


def volumes(stateful_set: Manifest, ordinal: int) -> list[Manifest]:
    """Of the pod of that *ordinal*, by the names of their templates."""
    return [
        {
            "name": each["metadata"]["name"],
            "persistentVolumeClaim": {"claimName": _name(stateful_set, each, ordinal)},
        }
        for each in _templates(stateful_set)
    ]


def created(owner: Owner, ordinal: int) -> None:
    """Make what is missing of the claims of that pod. Raises ApiError."""
    stateful_set = owner.manifest
    wanted = [_claim(stateful_set, each, ordinal) for each in _templates(stateful_set)]
    there = {each["metadata"]["name"] for each in _existing(owner, ordinal)}
    for claim in wanted:
        if claim["metadata"]["name"] not in there:
            owner.create(CLAIMS, claim)


def retained(owner: Owner, pod: Manifest, *, scaled: bool) -> None:
    """Have the claims of *pod* go with whom the policy says; *scaled*: the pod is to go."""
    stateful_set = owner.manifest
    policy = stateful_set["spec"]["persistentVolumeClaimRetentionPolicy"]
    keeper = None
    if scaled and policy["whenScaled"] == DELETE:
        keeper = pod
    elif policy["whenDeleted"] == DELETE and not (scaled and policy["whenScaled"] == DELETE):
        keeper = stateful_set
    ours = {stateful_set["metadata"]["uid"], pod["metadata"]["uid"]}
    for claim in _existing(owner, _ordinal(pod)):
        before = claim["metadata"].get("ownerReferences", [])
        after = [each for each in before if each["uid"] not in ours]
        after += [controller_reference(keeper)] if keeper else []
        if after != before:
            metadata = {**claim["metadata"], "ownerReferences": after}
            owner.update(CLAIMS, {**claim, "metadata": metadata})


def _ordinal(pod: Manifest) -> int:
    return int(pod["metadata"]["name"].rpartition("-")[2])


def _templates(stateful_set: Manifest) -> list[Manifest]:
    found: list[Manifest] = stateful_set["spec"].get("volumeClaimTemplates", [])
    return found


def _name(stateful_set: Manifest, template: Manifest, ordinal: int) -> str:
    return f"{template['metadata']['name']}-{stateful_set['metadata']['name']}-{ordinal}"


def _existing(owner: Owner, ordinal: int) -> Iterator[Manifest]:
    stateful_set = owner.manifest
    names = {_name(stateful_set, each, ordinal) for each in _templates(stateful_set)}
    if names:
        found = owner.cluster.list(CLAIMS, stateful_set["metadata"]["namespace"])
        yield from (each for each in found if each["metadata"]["name"] in names)


def _claim(stateful_set: Manifest, template: Manifest, ordinal: int) -> Manifest:
    described = template["metadata"]
    selected = stateful_set["spec"]["selector"].get("matchLabels", {})
    return {
        "apiVersion": CLAIMS.api_version,
        "kind": CLAIMS.kind,
        "metadata": {
            **described,
            "name": _name(stateful_set, template, ordinal),
            "namespace": stateful_set["metadata"]["namespace"],
            "labels": {**described.get("labels", {}), **selected},
        },
        "spec": template.get("spec", {}),
    }
