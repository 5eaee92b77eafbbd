"""The way to a Pipeline's pods, and who may take it."""

from hooks.collector.ports import METRICS_PORT
from hooks.contract import Manifest
from hooks.kinds.pipeline.identity import COMPONENT, child
from hooks.kinds.pipeline.plan import Plan
from hooks.metadata import selector
from hooks.model import as_stored


def service(plan: Plan) -> Manifest:
    settings = plan.spec.service
    spec = {**ports(plan), "type": settings.type}
    if plan.spec.mode == "DaemonSet":
        # Senders have an agent on their own node, which knows that node.
        spec["internalTrafficPolicy"] = "Local"
    made = child(plan.parent, "v1", "Service", spec=spec)
    if settings.annotations:
        made["metadata"]["annotations"] = dict(settings.annotations)
    return made


def headless_service(plan: Plan) -> Manifest:
    """The pods' own addresses, for senders that spread their calls over them."""
    return child(
        plan.parent,
        "v1",
        "Service",
        "-headless",
        spec={**ports(plan), "type": "ClusterIP", "clusterIP": "None"},
    )


def ports(plan: Plan) -> Manifest:
    return {
        "selector": selector(plan.parent, component=COMPONENT),
        "ports": [
            {
                "name": each.name,
                "port": each.port,
                "protocol": "TCP",
                "targetPort": each.name,
                "appProtocol": each.protocol,
            }
            for each in plan.reachable
        ],
    }


def network_policy(plan: Plan) -> Manifest:
    """Opens the ports that are meant for others; what goes out is not limited."""
    open_ports = sorted([*(each.port for each in plan.reachable), METRICS_PORT])
    rule: Manifest = {"ports": [{"port": port, "protocol": "TCP"} for port in open_ports]}
    peers = as_stored(plan.spec.network_policy.from_)
    return child(
        plan.parent,
        "networking.k8s.io/v1",
        "NetworkPolicy",
        spec={
            "podSelector": {"matchLabels": selector(plan.parent, component=COMPONENT)},
            "policyTypes": ["Ingress"],
            "ingress": [{**rule, "from": peers} if peers else rule],
        },
    )
