"""A Pipeline's pods: the collector, and what it needs to run."""

from hooks.collector.memory import GO_MEMORY_LIMIT, go_memory_limit
from hooks.collector.persistence import FOLDER as QUEUE_FOLDER
from hooks.collector.ports import HEALTH_PORT, METRICS_PORT
from hooks.contract import Manifest
from hooks.kinds.pipeline import host_paths
from hooks.kinds.pipeline.identity import COMPONENT, HASH
from hooks.kinds.pipeline.mounts import FILE, FOLDER, environment, volume_mounts, volumes
from hooks.kinds.pipeline.plan import Plan
from hooks.metadata import labels, selector
from hooks.model import as_stored
from hooks.pods import USER, container_security, pod_security, without_api_access

# Fields of spec.pod that are fields of a pod, and mean the same.
PASSED_ON = (
    "affinity",
    "imagePullSecrets",
    "nodeSelector",
    "priorityClassName",
    "terminationGracePeriodSeconds",
    "tolerations",
)


def template(plan: Plan) -> Manifest:
    settings = plan.spec.pod
    return {
        "metadata": {
            "labels": {**settings.labels, **labels(plan.parent, component=COMPONENT)},
            "annotations": {**settings.annotations, HASH: plan.hash},
        },
        "spec": {**pod(plan), **authors_fields(plan)},
    }


def authors_fields(plan: Plan) -> Manifest:
    settings: Manifest = as_stored(plan.spec.pod)
    found = {name: settings[name] for name in PASSED_ON if name in settings}
    spread = settings.get("topologySpreadConstraints")
    if spread:
        mine = {"matchLabels": selector(plan.parent, component=COMPONENT)}
        found["topologySpreadConstraints"] = [{**each, "labelSelector": mine} for each in spread]
    return found


def pod(plan: Plan) -> Manifest:
    spec, defaults = plan.spec, plan.platform.collector
    configuration_file = f"--config={FOLDER}/{FILE}"
    resources = defaults.effective(spec.resources)
    container: Manifest = {
        "image": spec.image or defaults.image,
        "imagePullPolicy": "IfNotPresent",
        "env": environment(
            plan.resolution,
            {GO_MEMORY_LIMIT: go_memory_limit(resources["limits"]["memory"])},
            spec.pod.env,
        ),
        "resources": resources,
        "securityContext": container_security(),
        "volumeMounts": [*volume_mounts(plan.resolution), *own_mounts(plan)],
    }
    return {
        **without_api_access(),
        "securityContext": security(plan),
        "serviceAccountName": f"{plan.parent.name}-pipeline",
        # What only the collector can judge, OTTL for one, it judges before good pods are replaced.
        "initContainers": [
            {**container, "name": "validate", "args": ["validate", configuration_file]}
        ],
        "containers": [
            {
                **container,
                "name": COMPONENT,
                "args": [configuration_file],
                "ports": [
                    *(container_port(each.name, each.port) for each in plan.listeners),
                    container_port("metrics", METRICS_PORT),
                    container_port("health", HEALTH_PORT),
                ],
                # Senders need a moment to see that the pod ends.
                "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
                "startupProbe": {**health(), "periodSeconds": 2, "failureThreshold": 30},
                "livenessProbe": {**health(), "periodSeconds": 10, "failureThreshold": 3},
                "readinessProbe": {**health(), "periodSeconds": 5, "failureThreshold": 2},
            }
        ],
        "volumes": [
            *volumes(plan.resolution, plan.config_map),
            *(host_paths.volume(*each) for each in enumerate(plan.host_mounts)),
        ],
    }


def own_mounts(plan: Plan) -> list[Manifest]:
    """What is not from Configurations and Connectors: folders of the node, and the queue's."""
    found = [host_paths.volume_mount(*each) for each in enumerate(plan.host_mounts)]
    if plan.spec.persistence:
        found.append({"name": "queue", "mountPath": QUEUE_FOLDER})
    return found


def security(plan: Plan) -> Manifest:
    found = pod_security()
    if plan.host_mounts:
        found["supplementalGroups"] = [0]  # the one that may read the logs of other pods
    if plan.spec.persistence:
        # The volume is made writable for the collector, once.
        found |= {"fsGroup": USER, "fsGroupChangePolicy": "OnRootMismatch"}
    return found


def container_port(name: str, port: int) -> Manifest:
    return {"name": name, "containerPort": port, "protocol": "TCP"}


def health() -> Manifest:
    return {"httpGet": {"path": "/", "port": "health"}, "timeoutSeconds": 2}
