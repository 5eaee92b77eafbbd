"""The objects that the controllers share: their kinds, owners, conditions and times."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.memory.times import seconds
from orasi.cluster.names import OBJECT_NAMES

DEPLOYMENTS = Resource("apps/v1", "Deployment", "deployments")
REPLICA_SETS = Resource("apps/v1", "ReplicaSet", "replicasets")
STATEFUL_SETS = Resource("apps/v1", "StatefulSet", "statefulsets")
DAEMON_SETS = Resource("apps/v1", "DaemonSet", "daemonsets")
CONTROLLER_REVISIONS = Resource("apps/v1", "ControllerRevision", "controllerrevisions")
JOBS = Resource("batch/v1", "Job", "jobs")
CRON_JOBS = Resource("batch/v1", "CronJob", "cronjobs")
BUDGETS = Resource("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets")
AUTOSCALERS = Resource("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
PODS = Resource("v1", "Pod", "pods")
NODES = Resource("v1", "Node", "nodes", False)
CLAIMS = Resource("v1", "PersistentVolumeClaim", "persistentvolumeclaims")
CONFIG_MAPS = Resource("v1", "ConfigMap", "configmaps")
SECRETS = Resource("v1", "Secret", "secrets")
SERVICES = Resource("v1", "Service", "services")
LIMIT_RANGES = Resource("v1", "LimitRange", "limitranges")
QUOTAS = Resource("v1", "ResourceQuota", "resourcequotas")
DEFINITIONS = Resource(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", False
)

ENDED = ("Succeeded", "Failed")
"""The phases of pods that will not run again."""

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"

Conditions = tuple[Manifest, ...]


class Objects(Protocol):
    """What can be asked by those who only look."""

    def list(self, resource: Resource, namespace: str = "") -> Sequence[Manifest]: ...


def controlled(manifests: Iterable[Manifest]) -> Mapping[str, Sequence[Manifest]]:
    """*manifests* by the uid of their controller."""
    found: dict[str, list[Manifest]] = defaultdict(list)
    for manifest in manifests:
        reference = controller_of(manifest)
        if reference:
            found[reference["uid"]].append(manifest)
    return found


def controller_of(manifest: Manifest) -> Manifest | None:
    """The reference to the controller of *manifest*, if it has one."""
    references = manifest["metadata"].get("ownerReferences", ())
    return next((each for each in references if each.get("controller")), None)


def controller_reference(owner: Manifest) -> Manifest:
    metadata = owner["metadata"]
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def is_doomed(manifest: Manifest) -> bool:
    return "deletionTimestamp" in manifest["metadata"]


def replicas(manifest: Manifest) -> int:
    """How many pods a Deployment, ReplicaSet or StatefulSet is to have."""
    return int(manifest["spec"]["replicas"])


def status_number(manifest: Manifest, field: str) -> int:
    """A count in the status; zeros are not written."""
    return int(manifest.get("status", {}).get(field, 0))


def conditions(manifest: Manifest) -> Conditions:
    return tuple(manifest.get("status", {}).get("conditions", ()))


def condition(found: Conditions, name: str) -> Manifest | None:
    return next((each for each in found if each["type"] == name), None)


def without(found: Conditions, name: str) -> Conditions:
    return tuple(each for each in found if each["type"] != name)


def phase(pod: Manifest) -> str:
    return str(pod.get("status", {}).get("phase", "Pending"))


def is_ready(pod: Manifest) -> bool:
    return ready_since(pod) is not None


def ready_since(pod: Manifest) -> float | None:
    """When *pod* became ready, or None if it is not."""
    ready = condition(conditions(pod), "Ready")
    if ready is None or ready["status"] != "True":
        return None
    return seconds(ready.get("lastTransitionTime") or pod["metadata"]["creationTimestamp"])


def least_ready_seconds(workload: Manifest) -> int:
    """How long a pod of it must have been ready to be available."""
    return int(workload["spec"].get("minReadySeconds", 0))


def available_at(pod: Manifest, workload: Manifest) -> float | None:
    """When *pod* becomes or became available, or None while it is not ready."""
    since = ready_since(pod)
    return None if since is None else since + least_ready_seconds(workload)


def is_available(pod: Manifest, workload: Manifest, now: float) -> bool:
    moment = available_at(pod, workload)
    return moment is not None and moment <= now


def worth(pod: Manifest) -> tuple[bool, bool, bool, int, float, float]:
    """Less for those to be deleted first: not yet placed, not running, not ready, not for long."""
    cost = pod["metadata"].get("annotations", {}).get(DELETION_COST, "0")
    since = ready_since(pod)
    return (
        "nodeName" in pod["spec"],
        phase(pod) == "Running",
        since is not None,
        int(cost) if cost.lstrip("-").isdecimal() else 0,
        -(since or 0.0),
        -seconds(pod["metadata"]["creationTimestamp"]),
    )


def with_status(manifest: Manifest, **fields: Any) -> Manifest:
    """*manifest* with a status of these fields, but for zeros, which Go leaves out."""
    status = {name: value for name, value in fields.items() if value not in (0, (), [], None)}
    return {**manifest, "status": status}


def pod_of(
    owner: Manifest, template: Manifest, labels: Mapping[str, str], **named: str
) -> Manifest:
    """A pod by *template*, with more *labels*; *named* is its name, or how that begins: without
    the dash at its end if that is too much."""
    if "generateName" in named:
        named = {"generateName": named["generateName"][: OBJECT_NAMES["subdomain"].longest]}
    described = template.get("metadata", {})
    wanted: dict[str, Any] = {
        name: described[name] for name in ("annotations",) if name in described
    }
    if labels or "labels" in described:
        wanted["labels"] = {**described.get("labels", {}), **labels}
    return {
        "apiVersion": PODS.api_version,
        "kind": PODS.kind,
        "metadata": {
            **wanted,
            **named,
            "namespace": owner["metadata"]["namespace"],
            "ownerReferences": [controller_reference(owner)],
        },
        "spec": template["spec"],
    }
