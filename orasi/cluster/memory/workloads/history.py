"""ControllerRevisions: the pod templates that a StatefulSet or DaemonSet has had."""

from collections.abc import Collection

from orasi.cluster.api import Manifest
from orasi.cluster.memory.workloads.objects import CONTROLLER_REVISIONS, controller_reference
from orasi.cluster.memory.workloads.owners import Owner
from orasi.cluster.memory.workloads.revisions import HASH_LENGTH, LONGEST_NAME, template_hash

LABEL = "controller-revision-hash"
"""Of pods: the template that they are made by."""


def name_of(revision: Manifest) -> str:
    return str(revision["metadata"]["name"])


def template(revision: Manifest) -> Manifest:
    found = revision["data"]["spec"]["template"]
    return {field: value for field, value in found.items() if field != "$patch"}


def brought_up_to_date(owner: Owner, hash_label: str) -> Manifest:
    """The revision of the present template, the newest of all. Raises ApiError."""
    workload, revisions = owner.manifest, owner.owned[CONTROLLER_REVISIONS]
    alike = [each for each in revisions if template(each) == workload["spec"]["template"]]
    others = [each["revision"] for each in revisions if each not in alike]
    number = max(others, default=0) + 1
    if not alike:
        return owner.create(CONTROLLER_REVISIONS, _new(workload, number, hash_label))
    (*_, latest) = sorted(alike, key=_number)
    if latest["revision"] >= number:
        return latest
    return owner.update(CONTROLLER_REVISIONS, {**latest, "revision": number})


def _number(revision: Manifest) -> int:
    return int(revision["revision"])


def _new(workload: Manifest, number: int, hash_label: str) -> Manifest:
    metadata, wanted = workload["metadata"], workload["spec"]["template"]
    digest = template_hash(workload)
    described: Manifest = {
        "name": f"{metadata['name'][: LONGEST_NAME - HASH_LENGTH - 1]}-{digest}",
        "namespace": metadata["namespace"],
        "labels": {**wanted["metadata"].get("labels", {}), hash_label: digest},
        "ownerReferences": [controller_reference(workload)],
    }
    if metadata.get("annotations"):
        described["annotations"] = metadata["annotations"]
    return {
        "apiVersion": CONTROLLER_REVISIONS.api_version,
        "kind": CONTROLLER_REVISIONS.kind,
        "metadata": described,
        "data": {"spec": {"template": {**wanted, "$patch": "replace"}}},
        "revision": number,
    }


def forget(owner: Owner, live: Collection[str]) -> None:
    """Delete what is neither *live* nor within the history that is kept."""
    revisions = owner.owned[CONTROLLER_REVISIONS]
    past = sorted((each for each in revisions if name_of(each) not in live), key=_number)
    limit = int(owner.manifest["spec"]["revisionHistoryLimit"])
    for each in past[: max(0, len(past) - limit)]:
        owner.delete(CONTROLLER_REVISIONS, each)
