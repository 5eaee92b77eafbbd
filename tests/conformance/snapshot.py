"""Objects as the vectors show them: without what differs in each run by nature."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from orasi.cluster.api import Cluster, Manifest, Resource
from orasi.cluster.loop.merge import LAST_APPLIED, encoded

OF_EACH_RUN = (
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
)
OF_THE_NETWORK = ("clusterIP", "clusterIPs")


def snapshot(
    cluster: Cluster, kinds: Sequence[str], namespaces: Sequence[str], names: Mapping[str, str]
) -> dict[str, Manifest]:
    """All objects of these *kinds* in these *namespaces*; *names* are those of uids."""
    found = {}
    for resource in served(cluster, kinds):
        for manifest in cluster.list(resource):
            namespace = manifest["metadata"].get("namespace", "")
            name = manifest["metadata"]["name"]
            home = name if resource.kind == "Namespace" else namespace
            if home in namespaces or (not home and not resource.namespaced):
                place = f"{namespace}/{name}" if namespace else name
                found[f"{resource.kind} {place}"] = shown(manifest, names)
    return found


def served(cluster: Cluster, kinds: Sequence[str]) -> Sequence[Resource]:
    """Each of *kinds* once: of two with one name that which somebody has defined."""
    by_kind = {each.kind: each for each in cluster.resources()}
    return [by_kind[kind] for kind in kinds if kind in by_kind]


def shown(manifest: Manifest, names: Mapping[str, str]) -> Manifest:
    manifest = json.loads(encoded(manifest))  # numbers as they come over the wire
    result = dict(manifest)
    metadata = {k: v for k, v in manifest["metadata"].items() if k not in OF_EACH_RUN}
    metadata["deletionTimestamp"] = "deletionTimestamp" in metadata
    annotations = dict(metadata.get("annotations") or {})
    if LAST_APPLIED in annotations:
        annotations[LAST_APPLIED] = parsed(annotations[LAST_APPLIED])
        metadata["annotations"] = annotations
    if not manifest["apiVersion"].startswith("test.orasi.io/"):
        result.pop("status", None)
    if manifest["kind"] == "Service":
        spec = {k: v for k, v in manifest["spec"].items() if k not in OF_THE_NETWORK}
        result["spec"] = spec
    if manifest["kind"] == "Namespace":
        labels = dict(metadata.get("labels") or {})
        labels.pop("kubernetes.io/metadata.name", None)
        metadata["labels"] = labels
    result["metadata"] = metadata
    named: Manifest = without_uids(result, names)
    return named


def parsed(text: str) -> Any:
    """What *text* is as JSON; itself, if somebody has made it something else."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def without_uids(value: Any, names: Mapping[str, str]) -> Any:
    """*value* with `<uid of NAME>` for each uid in it."""
    if isinstance(value, dict):
        return {key: without_uids(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [without_uids(item, names) for item in value]
    if not isinstance(value, str):
        return value
    return UID.sub(lambda found: f"<uid of {names.get(found[0], '?')}>", value)


UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
