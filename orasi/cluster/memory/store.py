"""The objects of a cluster, ordered and counted: what etcd is to a real one."""

from bisect import bisect_left, insort

from orasi.cluster.api import Manifest, Resource


class Store:
    """Holds objects as they are, never changes one, and hands out the very same."""

    def __init__(self) -> None:
        self._objects: dict[Resource, dict[str, dict[str, Manifest]]] = {}  # by namespace and name
        self._names: dict[tuple[Resource, str], list[str]] = {}  # sorted, per namespace
        self._listed: dict[Resource, dict[str, tuple[Manifest, ...]]] = {}  # since the last write
        self._revision = 0
        self._uids = 0

    def get(self, resource: Resource, namespace: str, name: str) -> Manifest | None:
        return self._objects.get(resource, {}).get(namespace, {}).get(name)

    def list(self, resource: Resource, namespace: str = "") -> tuple[Manifest, ...]:
        """Ordered by namespace, then name; namespace "" means all of them."""
        listed = self._listed.setdefault(resource, {})
        if namespace not in listed:
            namespaces = self._objects.get(resource, {})
            listed[namespace] = tuple(
                namespaces[one][name]
                for one in ([namespace] if namespace else sorted(namespaces))
                for name in self._names.get((resource, one), ())
            )
        return listed[namespace]

    def put(self, resource: Resource, manifest: Manifest) -> None:
        namespace, name = place(manifest)
        objects = self._objects.setdefault(resource, {}).setdefault(namespace, {})
        if name not in objects:
            insort(self._names.setdefault((resource, namespace), []), name)
        objects[name] = manifest
        self._listed.pop(resource, None)

    def remove(self, resource: Resource, manifest: Manifest) -> None:
        namespace, name = place(manifest)
        del self._objects[resource][namespace][name]
        names = self._names[resource, namespace]
        del names[bisect_left(names, name)]
        self._listed.pop(resource, None)

    def next_revision(self) -> str:
        """A resourceVersion: one counter for all kinds."""
        self._revision += 1
        return str(self._revision)

    def next_uid(self) -> str:
        """Shaped like a UUID, yet the same in every run."""
        self._uids += 1
        return f"{self._uids:08x}-0000-4000-8000-{self._uids:012x}"


def place(manifest: Manifest) -> tuple[str, str]:
    """Namespace ("" if it has none) and name."""
    metadata = manifest["metadata"]
    return metadata.get("namespace", ""), metadata["name"]
