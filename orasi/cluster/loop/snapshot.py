"""What the loop sees in one pass: each kind listed once, indexed, and what is new in it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from orasi.cluster.api import ApiError, Cluster, Manifest, Resource
from orasi.cluster.selector import Labels, labels

Key = tuple[str, str]
"""Namespace ("" for cluster-scoped objects) and name; sorts as passes are ordered."""

Change = tuple[Manifest | None, Manifest | None]
"""One object before and after; None while it does not exist."""


NAMESPACES = ("v1", "namespaces")  # which Metacontroller watches in any case


class NotServed(Exception):
    """Discovery knows no such kind. `str()` is Metacontroller's sentence."""


def key_of(manifest: Manifest) -> Key:
    metadata = manifest["metadata"]
    name = metadata.get("name")
    return metadata.get("namespace") or "", name if isinstance(name, str) else ""


def qualified_name(manifest: Manifest) -> str:
    """The key of an object in the maps of a v2 request: "namespace/name", or just "name"."""
    return "/".join(part for part in key_of(manifest) if part)


def controller_reference(manifest: Manifest) -> Manifest | None:
    """The owner reference with `controller: true`, of which an object has at most one."""
    for reference in manifest["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            return dict(reference)
    return None


class Objects:
    """All objects of one kind at one moment, found by what the loop asks for."""

    def __init__(self, manifests: Sequence[Manifest]) -> None:
        self.listed = manifests
        self.by_key: dict[Key, Manifest] = {key_of(manifest): manifest for manifest in manifests}

    def in_namespace(self, namespace: str) -> Sequence[Manifest]:
        """Those of one namespace, or ("") all."""
        return self._by_namespace[namespace] if namespace else tuple(self.by_key.values())

    def named(self, namespace: str, names: Iterable[str]) -> Sequence[Manifest]:
        """Those with one of these names, in one namespace or ("") in all."""
        if namespace:
            keys: Iterable[Key] = [(namespace, name) for name in names]
        else:
            keys = [key for name in names for key in self._keys_by_name[name]]
        return [self.by_key[key] for key in keys if key in self.by_key]

    def owned_by(self, uid: str) -> Sequence[Manifest]:
        """Those whose controller is the object with this uid."""
        return self._by_owner[uid]

    def orphans(self, required: Labels) -> Sequence[Manifest]:
        """Those without a controller; of them, at least all that have the *required* labels."""
        for label in required.items():
            return self._orphans_by_label[label]
        return self._by_owner[""]

    @cached_property
    def _by_namespace(self) -> dict[str, list[Manifest]]:
        found = defaultdict(list)
        for (namespace, _), manifest in self.by_key.items():
            found[namespace].append(manifest)
        return found

    @cached_property
    def _keys_by_name(self) -> dict[str, list[Key]]:
        found = defaultdict(list)
        for key in self.by_key:
            found[key[1]].append(key)
        return found

    @cached_property
    def _by_owner(self) -> dict[str, list[Manifest]]:
        found = defaultdict(list)
        for manifest in self.by_key.values():
            reference = controller_reference(manifest)
            found[reference["uid"] if reference else ""].append(manifest)
        return found

    @cached_property
    def _orphans_by_label(self) -> dict[tuple[str, str], list[Manifest]]:
        found = defaultdict(list)
        for manifest in self._by_owner[""]:
            for label in labels(manifest).items():
                found[label].append(manifest)
        return found


class Snapshot:
    """The cluster as one pass sees it: whatever changes during a pass belongs to the next one."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._objects: dict[Resource, Objects] = {}
        self._changes: dict[Resource, Sequence[Change]] = {}
        self._kinds: dict[tuple[str, str], Resource] = {}
        self._discovered = False

    def renew(self) -> None:
        """Begin a pass: every kind is listed again when it is asked for."""
        self._changes.clear()
        self._discovered = False

    def objects(self, resource: Resource) -> Objects:
        """The objects of a kind. Raises `ApiError` if they cannot be listed."""
        if resource not in self._changes:
            before, listed = self._objects.get(resource), self._listed(resource)
            if before is not None and listed is before.listed:  # a cluster may know it is the same
                self._changes[resource] = ()
                return before
            now = self._objects[resource] = Objects(listed)
            self._changes[resource] = _changes(before.by_key if before else {}, now.by_key)
        return self._objects[resource]

    def has(self, resource: Resource) -> bool:
        """Whether a kind is known already: all controllers share what they watch."""
        return resource in self._objects or (resource.api_version, resource.plural) == NAMESPACES

    def changes(self, resource: Resource) -> Sequence[Change]:
        """What differs from the last pass that asked for this kind."""
        self.objects(resource)
        return self._changes[resource]

    def resource(self, api_version: str, plural: str) -> Resource:
        """Raises `NotServed`."""
        return self._known(
            (api_version, plural), f"can't find resource {plural} in apiVersion {api_version}"
        )

    def kind(self, api_version: str, kind: str) -> Resource:
        """Raises `NotServed`."""
        return self._known(
            (api_version, kind), f"can't find kind {kind} in apiVersion {api_version}"
        )

    def _known(self, key: tuple[str, str], complaint: str) -> Resource:
        # Discovery is costly and kinds hardly ever change: ask again only for an unknown one.
        if key not in self._kinds and not self._discovered:
            self._discovered = True
            self._kinds = {
                (served.api_version, name): served
                for served in self._cluster.resources()
                for name in (served.plural, served.kind)
            }
        if key not in self._kinds:
            raise NotServed(f"discovery: {complaint}")
        return self._kinds[key]

    def _listed(self, resource: Resource) -> Sequence[Manifest]:
        try:
            return self._cluster.list(resource)
        except ApiError as error:
            if error.code == 404:
                self._kinds.clear()  # the kind is gone: what discovery said is outdated
            raise


def _changes(before: dict[Key, Manifest], now: dict[Key, Manifest]) -> Sequence[Change]:
    def version(manifest: Manifest) -> tuple[str, str]:
        return manifest["metadata"].get("uid", ""), manifest["metadata"].get("resourceVersion", "")

    changed: list[Change] = [
        (before.get(key), manifest)
        for key, manifest in now.items()
        if key not in before or version(before[key]) != version(manifest)
    ]
    return changed + [(gone, None) for key, gone in before.items() if key not in now]
