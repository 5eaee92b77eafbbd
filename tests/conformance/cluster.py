"""The cluster of the recording: what it serves, and an audit log of what is written to it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from orasi.cluster.api import ApiError, Clock, Manifest, Resource
from orasi.cluster.memory import Memory, garbage
from orasi.cluster.memory.builtin import NAMESPACE
from orasi.cluster.memory.store import place
from tests.worlds import METACONTROLLER

ENGINE, COLLECTOR, USER = "metacontroller", "kube-controller-manager", "user"

DEFINITION = Resource(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", False
)
CONFIG_MAP = Resource("v1", "ConfigMap", "configmaps")

FREE_FORM: Manifest = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
KNOWN: Manifest = {
    "type": "object",
    "properties": {"known": {"x-kubernetes-preserve-unknown-fields": True}},
}


@dataclass
class Entry:
    """One write request, as the vectors show it."""

    verb: str
    resource: str
    name: str
    by: str
    subresource: str = ""
    code: int = 200
    dry_run: bool = False
    after_call: int = 0
    is_shown: bool = True

    def shown(self) -> Manifest:
        shown: Manifest = {"afterCall": self.after_call, "verb": self.verb}
        shown |= {"resource": self.resource, "name": self.name, "code": self.code}
        if self.subresource:
            shown["subresource"] = self.subresource
        if self.dry_run:
            shown["dryRun"] = True
        if self.by == COLLECTOR:
            shown["by"] = "garbage collector"
        return shown


def definition(kind: str, *, namespaced: bool = True, status: Manifest | None) -> Manifest:
    """The CRD of a test kind; *status* is its schema, None: it has no status subresource."""
    plural = f"{kind.lower()}s"
    schema = {"type": "object", "properties": {"spec": FREE_FORM, "status": status or FREE_FORM}}
    version: Manifest = {"name": "v1", "served": True, "storage": True}
    version["schema"] = {"openAPIV3Schema": schema}
    if status is not None:
        version["subresources"] = {"status": {}}
    return {
        "apiVersion": DEFINITION.api_version,
        "kind": DEFINITION.kind,
        "metadata": {"name": f"{plural}.test.orasi.io"},
        "spec": {
            "group": "test.orasi.io",
            "scope": "Namespaced" if namespaced else "Cluster",
            "names": {"plural": plural, "kind": kind},
            "versions": [version],
        },
    }


TEST_KINDS = (
    definition("Mirror", status=FREE_FORM),
    definition("ClusterMirror", namespaced=False, status=FREE_FORM),
    definition("Plain", status=None),
    definition("Pruned", status=KNOWN),
)


class Recorded(Memory):
    """A cluster with the kinds of the recording, in which nothing runs but garbage collection.

    Writes are logged in order, but for those of users, and of events.
    """

    def __init__(self, clock: Clock) -> None:
        self.audit: list[Entry] = []
        self.calls: list[Manifest] = []  # of hooks, in the same step
        self.uids: dict[str, str] = {}  # the names of all objects that ever were
        self._inside = False
        super().__init__(clock)
        for each in (*METACONTROLLER, *TEST_KINDS):
            self.create(DEFINITION, each)
        # kube-apiserver makes it for extension API servers; so there is always a ConfigMap.
        self.create(
            CONFIG_MAP,
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {
                    "name": "extension-apiserver-authentication",
                    "namespace": "kube-system",
                },
                "data": {"requestheader-allowed-names": "[]"},
            },
        )
        self.audit.clear()

    def run_controllers(self) -> None:
        garbage.collect(self.as_manager(COLLECTOR), self._clock.now())

    def next_change(self) -> float | None:
        return None

    def create(self, resource: Resource, manifest: Manifest) -> Manifest:
        metadata = manifest.get("metadata") or {}
        namespace, name = metadata.get("namespace", ""), metadata.get("name", "")
        if resource.namespaced and not namespace:
            name = ""  # there is no such address, so nobody looks what is sent there
        with self._logged("create", resource, namespace, name) as entry:
            created = super().create(resource, manifest)
            entry.code = 201
        self.uids[created["metadata"]["uid"]] = created["metadata"]["name"]
        return created

    def update(self, resource: Resource, manifest: Manifest) -> Manifest:
        with self._logged("update", resource, *place(manifest)):
            return super().update(resource, manifest)

    def update_status(self, resource: Resource, manifest: Manifest) -> Manifest:
        with self._logged("update", resource, *place(manifest), subresource="status"):
            return super().update_status(resource, manifest)

    def patch(
        self, resource: Resource, namespace: str, name: str, merge_patch: Mapping[str, Any]
    ) -> Manifest:
        with self._logged("patch", resource, namespace, name):
            return super().patch(resource, namespace, name, merge_patch)

    def apply(
        self, resource: Resource, manifest: Manifest, *, field_manager: str, dry_run: bool = False
    ) -> Manifest:
        metadata = manifest["metadata"]
        namespace = metadata.get("namespace", "") if resource.namespaced else ""
        with self._logged("patch", resource, namespace, metadata.get("name", "")) as entry:
            entry.dry_run = dry_run
            applied = super().apply(
                resource, manifest, field_manager=field_manager, dry_run=dry_run
            )
            if not dry_run and applied["metadata"]["uid"] not in self.uids:
                entry.code = 201
                self.uids[applied["metadata"]["uid"]] = applied["metadata"]["name"]
        return applied

    def delete(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        *,
        uid: str | None = None,
        propagation: str = "Background",
    ) -> None:
        with self._logged("delete", resource, namespace, name):
            super().delete(resource, namespace, name, uid=uid, propagation=propagation)

    def _is_ending(self, home: str) -> bool:
        """Whether a namespace is being deleted: who empties it was not recorded."""
        return any(
            each["metadata"]["name"] == home and "deletionTimestamp" in each["metadata"]
            for each in self.list(NAMESPACE.resource)
        )

    @contextmanager
    def _logged(
        self, verb: str, resource: Resource, namespace: str, name: str, **more: Any
    ) -> Iterator[Entry]:
        """A request inside another one is none: patch ends in update."""
        place = f"{namespace}/{name}" if namespace else name
        entry = Entry(
            verb, resource.plural, place, self._manager, after_call=len(self.calls), **more
        )
        outermost, self._inside = not self._inside, True
        if outermost and self._manager in (ENGINE, COLLECTOR) and resource.kind != "Event":
            home = name if resource == NAMESPACE.resource else namespace
            entry.is_shown = self._manager == ENGINE or not self._is_ending(home)
            self.audit.append(entry)
        try:
            yield entry
        except ApiError as error:
            entry.code = error.code
            if verb == "create" and error.code == 400:
                entry.name = f"{namespace}/"  # nobody could read what it is called
            raise
        finally:
            self._inside = not outermost
