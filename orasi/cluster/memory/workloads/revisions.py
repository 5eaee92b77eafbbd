"""The ReplicaSets of a Deployment: one for each pod template that it has had."""

import hashlib
from collections.abc import Sequence

from orasi.cluster.api import Manifest
from orasi.cluster.memory.problems import as_json
from orasi.cluster.memory.workloads.objects import REPLICA_SETS, controller_reference, replicas
from orasi.cluster.memory.workloads.sizes import DESIRED, MOST, by_age, first_size, max_surge

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
OWN_ANNOTATIONS = (
    "kubectl.kubernetes.io/last-applied-configuration",
    "deprecated.deployment.rollback.to",
    REVISION,
    HISTORY,
    DESIRED,
    MOST,
)
"""What a ReplicaSet does not take over from its Deployment."""

LETTERS = "bcdfghjklmnpqrstvwxz2456789"  # as Kubernetes uses, in which no word can be read
HASH_LENGTH = 10
LONGEST_NAME = 253


def current(deployment: Manifest, replica_sets: Sequence[Manifest]) -> Manifest | None:
    """The ReplicaSet of the Deployment's template, if there is one."""
    template = deployment["spec"]["template"]
    return next((each for each in by_age(replica_sets) if _template(each) == template), None)


def _template(replica_set: Manifest) -> Manifest:
    template: Manifest = replica_set["spec"]["template"]
    metadata = template.get("metadata", {})
    labels = {name: text for name, text in metadata.get("labels", {}).items() if name != HASH}
    return {**template, "metadata": {**metadata, "labels": labels}}


def template_hash(deployment: Manifest) -> str:
    """Not the real one, which hashes Go's memory, but as stable, and written alike."""
    collisions = deployment.get("status", {}).get("collisionCount", 0)
    text = as_json([deployment["spec"]["template"], collisions])
    number = int.from_bytes(hashlib.sha256(text.encode()).digest())
    digits = []
    for _ in range(HASH_LENGTH):
        number, digit = divmod(number, len(LETTERS))
        digits.append(LETTERS[digit])
    return "".join(digits)


def revision(manifest: Manifest) -> int:
    text = manifest["metadata"].get("annotations", {}).get(REVISION, "0")
    return int(text) if text.isdecimal() else 0


def next_revision(old: Sequence[Manifest]) -> int:
    return max(map(revision, old), default=0) + 1


def replica_set(deployment: Manifest, old: Sequence[Manifest]) -> Manifest:
    """The new ReplicaSet for the Deployment's template."""
    metadata, spec = deployment["metadata"], deployment["spec"]
    digest = template_hash(deployment)
    template, selector = spec["template"], spec["selector"]
    labels = {**template["metadata"].get("labels", {}), HASH: digest}
    annotations = {
        **copied_annotations(deployment),
        REVISION: str(next_revision(old)),
        **size_annotations(deployment),
    }
    pause = spec.get("minReadySeconds", 0)
    return {
        "apiVersion": REPLICA_SETS.api_version,
        "kind": REPLICA_SETS.kind,
        "metadata": {
            "name": f"{metadata['name'][: LONGEST_NAME - HASH_LENGTH - 1]}-{digest}",
            "namespace": metadata["namespace"],
            "labels": labels,
            "annotations": annotations,
            "ownerReferences": [controller_reference(deployment)],
        },
        "spec": {
            "replicas": first_size(deployment, old),
            **({"minReadySeconds": pause} if pause else {}),
            "selector": {
                **selector,
                "matchLabels": {**selector.get("matchLabels", {}), HASH: digest},
            },
            "template": {**template, "metadata": {**template["metadata"], "labels": labels}},
        },
    }


def copied_annotations(deployment: Manifest) -> dict[str, str]:
    annotations = deployment["metadata"].get("annotations", {})
    return {key: text for key, text in annotations.items() if key not in OWN_ANNOTATIONS}


def size_annotations(deployment: Manifest) -> dict[str, str]:
    wanted = replicas(deployment)
    return {DESIRED: str(wanted), MOST: str(wanted + max_surge(deployment))}


def brought_up_to_date(new: Manifest, deployment: Manifest, old: Sequence[Manifest]) -> Manifest:
    """The *new* ReplicaSet with what else it takes from its Deployment; itself if it has it."""
    metadata = new["metadata"]
    before = metadata.get("annotations", {})
    annotations = {**before, **copied_annotations(deployment)}
    number = next_revision(old)
    if revision(new) < number:  # an earlier template is wanted again
        annotations[REVISION] = str(number)
        if REVISION in before:
            past = [each for each in (before.get(HISTORY), before[REVISION]) if each]
            annotations[HISTORY] = ",".join(past)
    pause = deployment["spec"].get("minReadySeconds", 0)
    if annotations == before and new["spec"].get("minReadySeconds", 0) == pause:
        return new
    spec = {name: value for name, value in new["spec"].items() if name != "minReadySeconds"}
    return {
        **new,
        "metadata": {**metadata, "annotations": annotations},
        "spec": {**spec, "minReadySeconds": pause} if pause else spec,
    }


def resized(replica_set: Manifest, size: int, deployment: Manifest) -> Manifest:
    """*replica_set* with that many pods to have, and a note of what it is a part of."""
    metadata = replica_set["metadata"]
    annotations = {**metadata.get("annotations", {}), **size_annotations(deployment)}
    return {
        **replica_set,
        "metadata": {**metadata, "annotations": annotations},
        "spec": {**replica_set["spec"], "replicas": size},
    }


def superfluous(deployment: Manifest, old: Sequence[Manifest]) -> list[Manifest]:
    """The ReplicaSets that are older than the history that is kept, and empty."""
    limit = deployment["spec"].get("revisionHistoryLimit")
    if limit is None:
        return []
    ordered = sorted(by_age(old), key=revision)
    return [each for each in ordered[: max(0, len(old) - limit)] if _is_empty(each)]


def _is_empty(replica_set: Manifest) -> bool:
    status = replica_set.get("status", {})
    seen = status.get("observedGeneration", 0) >= replica_set["metadata"]["generation"]
    return seen and not replicas(replica_set) and not status.get("replicas")
