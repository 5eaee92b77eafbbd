"""What every child carries: labels to find it by, and the keys of our annotations."""

from typing import Any

from hooks import GROUP
from hooks.contract import Manifest, Parent


def annotation(name: str) -> str:
    """The full key of one of our annotations."""
    return f"{GROUP}/{name}"


PAUSED = annotation("paused")

INSTANCE = "app.kubernetes.io/instance"
MADE_BY_US = {
    "app.kubernetes.io/managed-by": "orasi-controller",
    "app.kubernetes.io/part-of": "orasi",
}


def is_leaving(manifest: Manifest) -> bool:
    """Whether it is being deleted."""
    return bool(manifest["metadata"].get("deletionTimestamp"))


def selector(parent: Parent[Any], *, component: str) -> Manifest:
    """What a workload selects its pods by; *component* is their role for the parent.

    A selector cannot be changed, so these stay as they are for ever.
    """
    return {
        "app.kubernetes.io/name": str(parent.manifest["kind"]).lower(),
        INSTANCE: parent.name,
        "app.kubernetes.io/component": component,
    }


def labels(parent: Parent[Any], *, component: str) -> Manifest:
    """The labels of a child; *component* is its role for the parent."""
    return {**selector(parent, component=component), **MADE_BY_US}


def attachment_labels(owner: Parent[Any], *, decorator: str, component: str) -> Manifest:
    """The labels of what a decorator attaches; the kind of *owner* says nothing about it."""
    return {
        "app.kubernetes.io/name": decorator,
        INSTANCE: owner.name,
        "app.kubernetes.io/component": component,
        **MADE_BY_US,
    }
