"""Changes of Pods and of revisions, which the API server takes or refuses: with the first line of
its words, as a diff follows in Go's own terms. A test asks the real one as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orasi.cluster.api import Manifest, Resource
from tests.memory.workloads import PODS, REVISIONS, container, manifest


@dataclass(frozen=True)
class Change:
    """What is created, what fields are changed then, and why not: "" for what is taken."""

    body: Manifest
    changes: Manifest
    message: str = ""
    resource: Resource = PODS

    def changed(self, found: Manifest) -> Manifest:
        if self.resource != PODS:
            return {**found, **self.changes}
        spec = found["spec"]
        containers = {
            field: _over(spec[field], self.changes[field])
            for field in {"containers", "initContainers"} & self.changes.keys()
        }
        return {**found, "spec": {**spec, **self.changes, **containers}}


def _over(before: Sequence[Manifest], changed: Sequence[Manifest]) -> list[Manifest]:
    """What they have beside that stays, such as a volume that nobody has asked for."""
    kept = [*before, *({} for _ in changed[len(before) :])]
    return [{**old, **new} for old, new in zip(kept, changed, strict=True)]


def pod(**spec: Any) -> Manifest:
    return manifest(PODS, "web", {"containers": [container()], **spec})


def refused(body: Manifest, changes: Manifest, message: str) -> Change:
    return Change(body, changes, f'Pod "web" is invalid: {message}')


def revision(**data: Any) -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {"name": "web", "namespace": "default"},
        "revision": 1,
        "data": data,
    }


ELSE = (
    "spec: Forbidden: pod updates may not change fields other than "
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
    "`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
DEADLINE = "spec.activeDeadlineSeconds: Invalid value"
HUGE = [{"key": "huge", "operator": "Exists", "effect": "NoSchedule"}]
PATIENT = [
    {
        "key": f"node.kubernetes.io/{name}",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": 30,
    }
    for name in ("not-ready", "unreachable")
]
GATES = [{"name": "orasi.io/a"}, {"name": "orasi.io/b"}]
ON_ONE = {"nodeSelector": {"kubernetes.io/hostname": "node-1"}}
TAKEN = {
    "image": Change(pod(), {"containers": [container("web:2")]}),
    "image-of-init": Change(
        pod(initContainers=[{**container(), "name": "first"}]),
        {"initContainers": [{**container("web:2"), "name": "first"}]},
    ),
    "earlier": Change(pod(activeDeadlineSeconds=60), {"activeDeadlineSeconds": 30}),
    "first-deadline": Change(pod(), {"activeDeadlineSeconds": 30}),
    "tolerations": Change(pod(), {"tolerations": [*PATIENT, *HUGE]}),
    "gates": Change(pod(schedulingGates=GATES), {"schedulingGates": GATES[1:]}),
    "place-of-a-gated-one": Change(pod(schedulingGates=GATES), ON_ONE),
    "number-of-a-revision": Change(revision(a=1), {"revision": 2}, resource=REVISIONS),
}
REFUSED = {
    "resources": refused(
        pod(), {"containers": [container(resources={"limits": {"cpu": "1"}})]}, ELSE
    ),
    "place": refused(pod(), ON_ONE, ELSE),
    "policy": refused(pod(), {"restartPolicy": "Never"}, ELSE),
    "patience": refused(pod(), {"terminationGracePeriodSeconds": 1}, ELSE),
    "node": refused(pod(), {"nodeName": "elsewhere"}, ELSE),
    "another-container": refused(
        pod(),
        {"containers": [container(), {**container(), "name": "other"}]},
        "spec.containers: Forbidden: pod updates may not add or remove containers",
    ),
    "later": refused(
        pod(activeDeadlineSeconds=60),
        {"activeDeadlineSeconds": 90},
        f"{DEADLINE}: 90: must be less than or equal to previous value",
    ),
    "never": refused(
        pod(activeDeadlineSeconds=60),
        {"activeDeadlineSeconds": None},
        f"{DEADLINE}: null: must not update from a positive integer to nil value",
    ),
    "fewer-tolerations": refused(
        pod(tolerations=HUGE),
        {"tolerations": PATIENT},
        "spec.tolerations: Forbidden: existing toleration can not be modified except its "
        "tolerationSeconds",
    ),
    "another-gate": refused(
        pod(schedulingGates=GATES[:1]),
        {"schedulingGates": GATES},
        "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new "
        "scheduling gate 'orasi.io/b'",
    ),
    "data-of-a-revision": Change(
        revision(a=1),
        {"data": {"a": 2}},
        'ControllerRevision.apps "web" is invalid: data: Invalid value: {"a":2}: field is '
        "immutable",
        REVISIONS,
    ),
}
