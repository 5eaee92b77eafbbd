"""What every pod of ours is: restricted, as Pod Security's strictest standard has it."""

from hooks.contract import Manifest

# The user of the collector's own images; a number, so that the kubelet can tell it is not root.
USER = 10001


def pod_security() -> Manifest:
    return {
        "runAsNonRoot": True,
        "runAsUser": USER,
        "runAsGroup": USER,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container_security() -> Manifest:
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }


def without_api_access() -> Manifest:
    """No token of the Kubernetes API, and no environment made of Services' names."""
    return {"automountServiceAccountToken": False, "enableServiceLinks": False}
