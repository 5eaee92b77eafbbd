"""What a pod says of nodes, and whether that holds of one. Preferences decide nothing here."""

from typing import Any

from orasi.cluster.api import Manifest

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def admits(spec: Manifest, node: Manifest) -> bool:
    """Whether a pod of *spec* may be on *node*, taints apart."""
    labels = node["metadata"].get("labels", {})
    if not spec.get("nodeSelector", {}).items() <= labels.items():
        return False
    required = spec.get("affinity", {}).get("nodeAffinity", {}).get(REQUIRED)
    terms = required.get("nodeSelectorTerms", ()) if required else None
    return terms is None or any(_holds(term, node) for term in terms)


def _holds(term: Manifest, node: Manifest) -> bool:
    """An empty term selects nothing."""
    labels = node["metadata"].get("labels", {})
    fields = {"metadata.name": node["metadata"]["name"]}
    wanted = [(each, labels) for each in term.get("matchExpressions", ())]
    wanted += [(each, fields) for each in term.get("matchFields", ())]
    return bool(wanted) and all(_agrees(each, texts) for each, texts in wanted)


def _agrees(requirement: dict[str, Any], texts: dict[str, str]) -> bool:
    values, found = requirement.get("values", []), texts.get(requirement["key"])
    match requirement["operator"]:
        case "In":
            return found in values
        case "NotIn":
            return found not in values
        case "Exists":
            return found is not None
        case "DoesNotExist":
            return found is None
    if found is None or not found.lstrip("-").isdecimal():
        return False
    number, bound = int(found), int(values[0])
    return number > bound if requirement["operator"] == "Gt" else number < bound


def tolerates(toleration: dict[str, Any], taint: dict[str, Any]) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    if toleration.get("key") not in (None, "", taint["key"]):
        return False
    return toleration.get("operator") == "Exists" or (
        bool(toleration.get("key")) and toleration.get("value", "") == taint.get("value", "")
    )


def bound_to(spec: Manifest, node: str) -> Manifest:
    """*spec* for that node alone, the way the pods of a DaemonSet are told their node."""
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    affinity = spec.get("affinity", {})
    of_nodes = affinity.get("nodeAffinity", {})
    bound = {"nodeSelectorTerms": [{"matchFields": [field]}]}  # what else is required holds there
    return {**spec, "affinity": {**affinity, "nodeAffinity": {**of_nodes, REQUIRED: bound}}}


def bound_node(pod: Manifest) -> str:
    """The node that a pod of a DaemonSet is on, or meant for; "" for any other pod."""
    spec = pod["spec"]
    if spec.get("nodeName"):
        return str(spec["nodeName"])
    required = spec.get("affinity", {}).get("nodeAffinity", {}).get(REQUIRED, {})
    for term in required.get("nodeSelectorTerms", ()):
        for field in term.get("matchFields", ()):
            return str(field["values"][0])
    return ""
