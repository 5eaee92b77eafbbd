"""What a Pipeline should be made of."""

from hooks.contract import Manifest
from hooks.kinds.pipeline.monitoring import pod_monitor
from hooks.kinds.pipeline.mounts import FILE, files
from hooks.kinds.pipeline.network import headless_service, network_policy, service
from hooks.kinds.pipeline.plan import Plan, child
from hooks.kinds.pipeline.scaling import autoscaler, disruption_budget, most_pods
from hooks.kinds.pipeline.workloads import workload


def desired(plan: Plan) -> list[Manifest]:
    """Every child, in the order in which one needs the other."""
    spec = plan.spec
    found = [config_map(plan), service_account(plan), workload(plan)]
    if spec.network_policy.enabled:
        found.append(network_policy(plan))
    if plan.listeners:
        found += [service(plan), headless_service(plan)]
    if most_pods(spec) > 1 and not plan.alone:
        found.append(disruption_budget(plan.parent))
    if spec.autoscaling and not plan.alone:
        found.append(autoscaler(plan.parent, spec.autoscaling))
    if spec.monitoring.pod_monitor and plan.monitored:
        found.append(pod_monitor(plan.parent, spec.monitoring.pod_monitor))
    return found


def config_map(plan: Plan) -> Manifest:
    """Named by its content and never changed: pods of an older rollout keep what they started with.

    The hash is shortened to what a name has room for.
    """
    return child(
        plan.parent,
        "v1",
        "ConfigMap",
        f"-{plan.hash[:10]}",
        data={FILE: plan.configuration, **files(plan.resolution)},
        immutable=True,
    )


def service_account(plan: Plan) -> Manifest:
    return child(plan.parent, "v1", "ServiceAccount", automountServiceAccountToken=False)
