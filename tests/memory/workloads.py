"""Short ways to write Deployments and quotas, and to let a cluster in memory come to rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from orasi.cluster.api import Clock, Manifest, Resource, VirtualClock
from orasi.cluster.memory import Memory

DEPLOYMENTS = Resource("apps/v1", "Deployment", "deployments")
REPLICA_SETS = Resource("apps/v1", "ReplicaSet", "replicasets")
STATEFUL_SETS = Resource("apps/v1", "StatefulSet", "statefulsets")
DAEMON_SETS = Resource("apps/v1", "DaemonSet", "daemonsets")
AUTOSCALERS = Resource("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
REVISIONS = Resource("apps/v1", "ControllerRevision", "controllerrevisions")
PODS = Resource("v1", "Pod", "pods")
NODES = Resource("v1", "Node", "nodes", False)
CLAIMS = Resource("v1", "PersistentVolumeClaim", "persistentvolumeclaims")
QUOTAS = Resource("v1", "ResourceQuota", "resourcequotas")
JOBS = Resource("batch/v1", "Job", "jobs")
CRON_JOBS = Resource("batch/v1", "CronJob", "cronjobs")
BUDGETS = Resource("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets")
CONFIG_MAPS = Resource("v1", "ConfigMap", "configmaps")
LIMIT_RANGES = Resource("v1", "LimitRange", "limitranges")
NAMESPACES = Resource("v1", "Namespace", "namespaces", False)
SERVICES = Resource("v1", "Service", "services")
PATIENCE = 60.0


def manifest(resource: Resource, name: str, spec: Manifest) -> Manifest:
    return {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
    }


def namespace(name: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def container(image: str = "web:1", **fields: Any) -> Manifest:
    return {"name": "web", "image": image, **fields}


def deployment(
    name: str = "web",
    *,
    pod: Manifest | None = None,
    resources: Manifest | None = None,
    **spec: Any,
) -> Manifest:
    """*pod*: fields of the pod's spec; *spec*: of the Deployment's."""
    asked: Manifest = {"resources": resources} if resources else {}
    labels = {"app": name}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [container(**asked)], **(pod or {})},
    }
    return manifest(
        DEPLOYMENTS, name, {"selector": {"matchLabels": labels}, "template": template, **spec}
    )


def stateful_set(*, claims: bool = False, pod: Manifest | None = None, **spec: Any) -> Manifest:
    """*pod*: fields of the pod's spec; *spec*: of the StatefulSet's."""
    if claims:
        claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        spec = {"volumeClaimTemplates": [{"metadata": {"name": "queue"}, "spec": claim}], **spec}
    return manifest(STATEFUL_SETS, "web", {**deployment(pod=pod)["spec"], **spec})


def daemon_set(*, pod: Manifest | None = None, **spec: Any) -> Manifest:
    """*pod*: fields of the pod's spec; *spec*: of the DaemonSet's."""
    return manifest(DAEMON_SETS, "web", {**deployment(pod=pod)["spec"], **spec})


def autoscaler(kind: Resource = DEPLOYMENTS, **spec: Any) -> Manifest:
    """From 2 to 6 pods, each using 50 % of its CPU."""
    target = {"apiVersion": kind.api_version, "kind": kind.kind, "name": "web"}
    utilization = {"type": "Utilization", "averageUtilization": 50}
    metric = {"type": "Resource", "resource": {"name": "cpu", "target": utilization}}
    bounds = {"minReplicas": 2, "maxReplicas": 6, "metrics": [metric]}
    return manifest(AUTOSCALERS, "web", {"scaleTargetRef": target, **bounds, **spec})


def job(
    name: str = "web",
    *,
    pod: Manifest | None = None,
    resources: Manifest | None = None,
    **spec: Any,
) -> Manifest:
    """*pod*: fields of the pod's spec; *spec*: of the Job's."""
    asked: Manifest = {"resources": resources} if resources else {}
    bare = {"restartPolicy": "Never", "containers": [container(**asked)], **(pod or {})}
    return manifest(JOBS, name, {"template": {"spec": bare}, **spec})


def cron_job(name: str = "web", *, pod: Manifest | None = None, **spec: Any) -> Manifest:
    """*pod*: fields of the pods' spec; *spec*: of the CronJob's."""
    template = {"spec": job(pod=pod)["spec"]}
    return manifest(CRON_JOBS, name, {"schedule": "*/5 * * * *", "jobTemplate": template, **spec})


def budget(**spec: Any) -> Manifest:
    return manifest(BUDGETS, "web", {"selector": {"matchLabels": {"app": "web"}}, **spec})


def quota(hard: Manifest, name: str = "limits") -> Manifest:
    return manifest(QUOTAS, name, {"hard": hard})


def rest(memory: Memory, clock: Clock) -> None:
    """Let time pass until nothing more happens by itself for a minute."""
    memory.run_controllers()
    while (change := memory.next_change()) is not None and change <= clock.now() + PATIENCE:
        clock.sleep_until(change)
        memory.run_controllers()


class World:
    """A cluster in memory, and what a test asks of it."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.memory = Watched(self.clock)

    def rest(self) -> None:
        rest(self.memory, self.clock)

    def pass_time(self, seconds: float) -> None:
        self.clock.sleep_until(self.clock.now() + seconds)
        self.memory.run_controllers()

    def create(self, body: Manifest) -> Manifest:
        """Create it, and wait for what comes of it."""
        kinds = {each.kind: each for each in self.memory.resources()}
        created = self.memory.create(kinds[body["kind"]], body)
        self.rest()
        return created

    def edit(
        self,
        change: Callable[..., Manifest],
        name: str = "web",
        *,
        resource: Resource = DEPLOYMENTS,
        **changes: Any,
    ) -> None:
        """*change* a workload, and wait for what comes of it."""
        found = self.memory.get(resource, "default", name)
        self.memory.update(resource, change(found, **changes))
        self.rest()

    def get(self, resource: Resource, name: str = "web") -> Manifest:
        return self.memory.get(resource, "default", name)

    def names(self, resource: Resource) -> list[str]:
        return sorted(each["metadata"]["name"] for each in self.memory.list(resource))

    def deployment(self, name: str = "web") -> Manifest:
        return self.memory.get(DEPLOYMENTS, "default", name)

    def replica_sets(self) -> list[Manifest]:
        """By revision."""
        return sorted(self.memory.list(REPLICA_SETS), key=revision)

    def pods(self) -> Sequence[Manifest]:
        return self.memory.list(PODS)

    def numbers(self) -> Manifest:
        """The status of the Deployment without its conditions."""
        status = self.deployment()["status"]
        return {name: status[name] for name in status if name != "conditions"}

    def condition(self, name: str) -> tuple[str, str, str]:
        return condition(self.deployment(), name)

    def writes(self) -> int:
        """How many writes there are when nothing happens."""
        before = len(self.memory.moments)
        self.memory.run_controllers()
        return len(self.memory.moments) - before


def revision(found: Manifest) -> int:
    """Of a ReplicaSet; 0 if it is not of a Deployment."""
    annotations = found["metadata"].get("annotations", {})
    return int(annotations.get("deployment.kubernetes.io/revision", "0"))


def with_container(found: Manifest, **changes: Any) -> Manifest:
    """A Deployment with another container."""
    template = found["spec"]["template"]
    spec = {**template["spec"], "containers": [container(**changes)]}
    return {**found, "spec": {**found["spec"], "template": {**template, "spec": spec}}}


def with_spec(found: Manifest, **changes: Any) -> Manifest:
    return {**found, "spec": {**found["spec"], **changes}}


def condition(manifest: Manifest, name: str) -> tuple[str, str, str]:
    """Status, reason and message; empty texts if there is no such condition."""
    for each in manifest["status"].get("conditions", ()):
        if each["type"] == name:
            return each["status"], each.get("reason", ""), each.get("message", "")
    return "", "", ""


def is_ready(pod: Manifest) -> bool:
    return condition(pod, "Ready")[0] == "True"


@dataclass(frozen=True)
class Moment:
    """The pods between two writes."""

    pods: int
    ready: int


class Watched(Memory):
    """Notes what there is after each write."""

    def __init__(self, clock: Clock) -> None:
        self.moments: list[Moment] = []
        super().__init__(clock)

    def create(self, resource: Resource, manifest: Manifest) -> Manifest:
        return self._noted(super().create(resource, manifest))

    def update(self, resource: Resource, manifest: Manifest) -> Manifest:
        return self._noted(super().update(resource, manifest))

    def update_status(self, resource: Resource, manifest: Manifest) -> Manifest:
        return self._noted(super().update_status(resource, manifest))

    def delete(self, resource: Resource, namespace: str, name: str, **options: Any) -> None:
        super().delete(resource, namespace, name, **options)
        self._noted({})

    def _noted(self, answer: Manifest) -> Manifest:
        pods = self.list(PODS)
        self.moments.append(Moment(len(pods), sum(map(is_ready, pods))))
        return answer


def complete(replicas: int, generation: int) -> dict[str, int]:
    """The numbers of a Deployment whose rollout is complete."""
    names = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    return {
        "observedGeneration": generation,
        **dict.fromkeys(names, replicas),
        "terminatingReplicas": 0,
    }
