"""What the children of a Pipeline are called, and what they all carry."""

from typing import Any

from hooks.contract import Manifest, Parent
from hooks.metadata import annotation, labels

COMPONENT = "collector"

# On pods: the hash of what they start with.
HASH = annotation("config-hash")
# On a workload of which only one pod may run.
SINGLE = annotation("single")


def identity(parent: Parent[Any], api_version: str, kind: str, suffix: str = "") -> Manifest:
    """A child by name alone, which does not depend on the spec."""
    metadata = {"name": f"{parent.name}-pipeline{suffix}", "namespace": parent.namespace}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def child(
    parent: Parent[Any], api_version: str, kind: str, suffix: str = "", **content: Any
) -> Manifest:
    bare = identity(parent, api_version, kind, suffix)
    described = {**bare["metadata"], "labels": labels(parent, component=COMPONENT)}
    return {**bare, "metadata": described, **content}
