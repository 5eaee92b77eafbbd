"""Why a Namespace is not made a tenant, on the Namespace itself."""

from collections.abc import Mapping
from typing import Any

from hooks import NAMESPACE
from hooks.contract import Parent
from hooks.decorator import Setting
from hooks.decorators.tenant.sizes import SIZES
from hooks.frozen import UNTIL_MENDED
from hooks.metadata import annotation

TENANT_LABEL = Setting(
    "label",
    annotation("tenant"),
    f"Size of the tenant: {', '.join(SIZES)}. Without it, nothing is attached.",
)
COMPLAINT = Setting(
    "annotation",
    annotation("tenant-status"),
    "Why the label cannot be followed, as <Reason>: <sentence>; it is there only as long as that "
    "is so.",
)

# What the cluster and this program run on. Kubernetes keeps the prefix for itself.
RESERVED_PREFIX = "kube-"
RESERVED = (NAMESPACE, "metacontroller")


def refusal(namespace: str, size: str) -> str:
    """Why *namespace* cannot be a tenant of *size*; "" if it can."""
    label = f'Label {TENANT_LABEL.key} is "{size}"'
    if namespace.startswith(RESERVED_PREFIX) or namespace in RESERVED:
        return (
            f"SystemNamespace: {label}, but Namespace {namespace} belongs to the cluster itself: "
            "bounds, and a NetworkPolicy that lets nobody in, would stop what others need. "
            "Remove the label."
        )
    if size not in SIZES:
        *others, last = SIZES
        allowed = f"{', '.join(others)} and {last}"
        return f"UnknownSize: {label}; allowed are {allowed}. {UNTIL_MENDED}"
    return ""


def noted(namespace: Parent[Any], refused: str) -> Mapping[str, str | None]:
    """The annotation that says why, taken away where it is no longer true."""
    if refused:
        return {COMPLAINT.key: refused}
    return {} if COMPLAINT.value(namespace.manifest) is None else {COMPLAINT.key: None}
