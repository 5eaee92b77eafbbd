"""What a Pipeline should be made of."""

from hooks.contract import Manifest
from hooks.kinds.pipeline.identity import child
from hooks.kinds.pipeline.monitoring import pod_monitor
from hooks.kinds.pipeline.mounts import FILE, files
from hooks.kinds.pipeline.network import headless_service, network_policy, service
from hooks.kinds.pipeline.plan import Plan
from hooks.kinds.pipeline.scaling import scalers
from hooks.kinds.pipeline.workloads import workload


def desired(plan: Plan) -> list[Manifest]:
    """Every child, in the order in which one needs the other."""
    spec = plan.spec
    found = [config_map(plan), service_account(plan), workload(plan)]
    if spec.network_policy.enabled:
        found.append(network_policy(plan))
    if plan.listeners:
        found += [service(plan), headless_service(plan)]
    found += scalers(plan.parent, single=plan.single)
    if spec.monitoring.pod_monitor and plan.monitored:
        found.append(pod_monitor(plan.parent, spec.monitoring.pod_monitor))
    return found


def config_map(plan: Plan) -> Manifest:
    """Named by its content, and never changed: older pods keep what they started with."""
    made = child(
        plan.parent,
        "v1",
        "ConfigMap",
        data={FILE: plan.configuration, **files(plan.resolution)},
        immutable=True,
    )
    made["metadata"]["name"] = plan.config_map
    return made


def service_account(plan: Plan) -> Manifest:
    return child(plan.parent, "v1", "ServiceAccount", automountServiceAccountToken=False)
