"""How a namespace ends: its pods go first, then all else, and then the namespace itself."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from orasi.cluster.api import Cluster, Manifest, Resource
from orasi.cluster.memory.builtin import FINALIZER, NAMESPACE
from orasi.cluster.memory.times import timestamp

Content = Mapping[Resource, Sequence[Manifest]]

ALL_IS_WELL = {
    "NamespaceDeletionDiscoveryFailure": (
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": ("ContentRemoved", "All content successfully removed"),
    "NamespaceFinalizersRemaining": (
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
    ),
}
"""Reason and message of each condition as long as it is False."""


def leaving(cluster: Cluster) -> Iterator[tuple[Resource, Manifest]]:
    """What is to be deleted now of all namespaces that end."""
    for namespace in _ending(cluster):
        content = _content(cluster, namespace)
        for resource, found in (_pods(content) or content).items():
            yield from ((resource, manifest) for manifest in found)


class Finalizing(Cluster, Protocol):
    """A cluster whose namespaces can be let go."""

    def finalize(self, namespace: Manifest) -> None: ...


def ended(cluster: Finalizing, now: float) -> bool:
    """Let those go that are empty, and say of the others what is left; whether there was news.

    A finalizer in the spec that is not ours stays until somebody else takes it away.
    """
    wrote = False
    for namespace in _ending(cluster):
        content = _content(cluster, namespace)
        if not content and FINALIZER in namespace["spec"]["finalizers"]:
            cluster.finalize(namespace)
            wrote = True
            continue
        # While there are pods, nothing else has been looked at, and of those nothing is said.
        wanted = _told(namespace, {} if _pods(content) else content, now)
        if wanted != namespace["status"].get("conditions"):
            status = {**namespace["status"], "conditions": wanted}
            cluster.update_status(NAMESPACE.resource, {**namespace, "status": status})
            wrote = True
    return wrote


def _ending(cluster: Cluster) -> list[Manifest]:
    return [
        each
        for each in cluster.list(NAMESPACE.resource)
        if "deletionTimestamp" in each["metadata"] and each["spec"].get("finalizers")
    ]


def _content(cluster: Cluster, namespace: Manifest) -> Content:
    name = namespace["metadata"]["name"]
    kinds = [each for each in cluster.resources() if each.namespaced]
    return {kind: found for kind in kinds if (found := cluster.list(kind, name))}


def _pods(content: Content) -> Content:
    return {kind: found for kind, found in content.items() if kind.group_key == "Pod.v1"}


def _told(namespace: Manifest, left: Content, now: float) -> list[Manifest]:
    """The conditions, in their order; a flip of the status is a transition."""
    known = {each["type"]: each for each in namespace["status"].get("conditions", ())}
    news = _remaining(left)
    conditions = []
    for name, well in ALL_IS_WELL.items():
        reason, message = news.get(name, well)
        status = str(name in news)
        before = known.get(name, {})
        same = before.get("status") == status
        conditions.append(
            {
                "type": name,
                "status": status,
                "lastTransitionTime": before["lastTransitionTime"] if same else timestamp(now),
                "reason": reason,
                "message": message,
            }
        )
    return conditions


def _remaining(left: Content) -> dict[str, tuple[str, str]]:
    """Reason and message of the conditions that are True."""
    if not left:
        return {}
    objects = sorted(
        f"{kind.plural}.{kind.group} has {len(found)} resource instances"
        for kind, found in left.items()
    )
    news = {
        "NamespaceContentRemaining": (
            "SomeResourcesRemain",
            f"Some resources are remaining: {', '.join(objects)}",
        )
    }
    holding = Counter(
        finalizer
        for found in left.values()
        for manifest in found
        for finalizer in manifest["metadata"].get("finalizers", ())
    )
    if holding:
        held = sorted(f"{name} in {count} resource instances" for name, count in holding.items())
        news["NamespaceFinalizersRemaining"] = (
            "SomeFinalizersRemain",
            f"Some content in the namespace has finalizers remaining: {', '.join(held)}",
        )
    return news
