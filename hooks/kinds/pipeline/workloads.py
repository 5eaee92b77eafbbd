"""What runs a Pipeline's pods: one workload, by its mode."""

from collections.abc import Callable, Mapping

from hooks.contract import Manifest
from hooks.kinds.pipeline.identity import COMPONENT, SINGLE, child
from hooks.kinds.pipeline.plan import Plan
from hooks.kinds.pipeline.pods import template
from hooks.kinds.pipeline.scaling import wanted_pods
from hooks.kinds.pipeline.settings import Persistence
from hooks.metadata import selector
from hooks.quantity import canonical

QUEUE = "queue"  # the volume


def workload(plan: Plan) -> Manifest:
    parent = plan.parent
    spec = {
        # An older one would miss its ConfigMap: going back is an edit of the Pipeline.
        "revisionHistoryLimit": 0,
        "selector": {"matchLabels": selector(parent, component=COMPONENT)},
        "template": template(plan),
        **MODES[plan.spec.mode](plan),
    }
    made = child(parent, "apps/v1", plan.spec.mode, spec=spec)
    if plan.single:
        made["metadata"]["annotations"] = {SINGLE: "true"}
    return made


def deployment(plan: Plan) -> Manifest:
    """Good pods stay until the new ones are ready: nothing judges a configuration as well."""
    return {
        "replicas": replicas(plan),
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0},
        },
    }


def replicas(plan: Plan) -> int:
    """More come once the last pod is gone that had to be the only one."""
    return wanted_pods(plan.spec, plan.scale, single=plan.single)


def daemon_set(_plan: Plan) -> Manifest:
    """The new pod of a node is ready before the old one goes; meanwhile both read its files."""
    return {
        "updateStrategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxSurge": "10%", "maxUnavailable": 0},
        },
    }


def stateful_set(plan: Plan) -> Manifest:
    """One pod after the other, as each has a volume of its own; but all of them start at once."""
    found: Manifest = {
        "replicas": replicas(plan),
        "serviceName": f"{plan.parent.name}-pipeline-headless",
        # In order, a mended template waits for the pod that does not start with the broken one.
        "podManagementPolicy": "Parallel",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
    }
    persistence = plan.spec.persistence
    if persistence is None:
        return found
    return {
        **found,
        "persistentVolumeClaimRetentionPolicy": {
            "whenDeleted": persistence.when_deleted,
            "whenScaled": "Retain",  # what is in it is sent on by the pod that comes back
        },
        "volumeClaimTemplates": [claim(persistence)],
    }


def claim(persistence: Persistence) -> Manifest:
    """As the API server stores it: what it adds would be a difference for ever."""
    spec: Manifest = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": canonical(str(persistence.size), finest=-3)}},
        "volumeMode": "Filesystem",
    }
    if persistence.storage_class_name:
        spec["storageClassName"] = persistence.storage_class_name
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": QUEUE},
        "spec": spec,
        "status": {"phase": "Pending"},
    }


MODES: Mapping[str, Callable[[Plan], Manifest]] = {
    "Deployment": deployment,
    "DaemonSet": daemon_set,
    "StatefulSet": stateful_set,
}
