"""What a tenant's Namespace gets: each named orasi-tenant, one of a kind."""

from dataclasses import asdict
from typing import Any

from hooks.contract import Manifest, Parent
from hooks.decorators.tenant.sizes import Size
from hooks.metadata import attachment_labels

NAME = "orasi-tenant"

# Of a container that asks for nothing: under a quota it would be refused. No limit beside it, as
# that would refuse every container which asks for more than the limit and has none of its own.
DEFAULT_REQUEST = {"cpu": "50m", "memory": "64Mi"}


def attachments(namespace: Parent[Any], size: Size) -> tuple[Manifest, ...]:
    return (
        attached(namespace, "v1", "ConfigMap", "bounds", data=bounds(size)),
        attached(
            namespace,
            "v1",
            "LimitRange",
            "defaults",
            spec={"limits": [{"type": "Container", "defaultRequest": DEFAULT_REQUEST}]},
        ),
        attached(namespace, "v1", "ResourceQuota", "quota", spec={"hard": size.quota}),
        # Policies add up: what a Pipeline opens for itself stays open.
        attached(
            namespace,
            "networking.k8s.io/v1",
            "NetworkPolicy",
            "isolation",
            spec={"podSelector": {}, "policyTypes": ["Ingress"]},
        ),
    )


def attached(
    namespace: Parent[Any], api_version: str, kind: str, component: str, **content: Any
) -> Manifest:
    labels = attachment_labels(namespace, decorator="tenant", component=component)
    metadata = {"name": NAME, "namespace": namespace.name, "labels": labels}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def bounds(size: Size) -> Manifest:
    """For people and programs in the Namespace, who may not read quotas or need not add them up."""
    found = asdict(size)
    return {"size": found.pop("name"), **found}
