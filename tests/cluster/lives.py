"""Lives of our objects under Metacontroller's loop, on a cluster where nobody else is at work."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from hooks import API_VERSION
from hooks.decorators import DECORATORS
from hooks.kinds import KINDS
from hooks.manifests import composite_controller, decorator_controller
from orasi.cluster.api import ApiError, Cluster, Manifest, Resource, VirtualClock
from orasi.cluster.kubernetes import Kubernetes
from orasi.cluster.loop.metacontroller import ApplyStrategy, Metacontroller
from orasi.cluster.loop.webhook import Webhook
from orasi.cluster.memory import Memory, garbage
from tests import shapes
from tests.cluster.states import TIME, UID
from tests.cluster.steps import comparable
from tests.worlds import (
    CONTROLLERS,
    DECORATOR_CONTROLLERS,
    DEFINITIONS,
    METACONTROLLER,
    NAMESPACES,
    OURS,
)

HELD = "example.com/held"
MOST_PASSES = 40
OF_METACONTROLLER = "metacontroller.k8s.io/v1alpha1"
CONCERNED = {
    *("Namespace.v1", DEFINITIONS.group_key),
    *(f"{kind}Controller.{OF_METACONTROLLER}" for kind in ("Composite", "Decorator")),
    *(f"{kind.kind}.{API_VERSION}" for kind in KINDS),
    *(
        f"{child.kind}.{child.api_version}"
        for each in KINDS
        for child in each.children
        if not child.optional
    ),
    *(f"{each.kind}.{each.api_version}" for one in DECORATORS for each in one.attachments),
}
"""What lives are about."""


GLOBAL = ("compositecontrollers", "decoratorcontrollers", DEFINITIONS.plural)


def _home(manifest: Manifest) -> str:
    metadata = manifest["metadata"]
    return str(metadata.get("namespace") or metadata["name"])


class Alone(Memory):
    """Without controllers of workloads: these are compared elsewhere, and take their time."""

    def resources(self) -> Sequence[Resource]:
        """Those that lives are about: no events, which only keep a namespace that ends."""
        return [each for each in super().resources() if each.group_key in CONCERNED]

    def run_controllers(self) -> None:
        garbage.collect(self.as_manager("kube-controller-manager"), self._clock.now())

    def next_change(self) -> float | None:
        return None


class AlsoAlone(Kubernetes):
    """A real API server that has no controllers. Our garbage collector works there as well.

    All writes are its own, so a list is known until something of its kind is written.
    """

    def __init__(self, kubeconfig: Path) -> None:
        super().__init__(kubeconfig)
        self._lists: dict[tuple[Resource, str], Sequence[Manifest]] = {}

    def resources(self) -> Sequence[Resource]:
        """Those that lives are about."""
        return self._concerned

    @cached_property
    def _concerned(self) -> Sequence[Resource]:
        """When all are served, which takes a moment."""
        while True:
            found = [each for each in super().resources() if each.group_key in CONCERNED]
            if len(found) == len(CONCERNED):
                return found

    def list(self, resource: Resource, namespace: str = "") -> Sequence[Manifest]:
        """Of namespaces, and of what is in one, only what belongs to a life."""
        if (resource, namespace) not in self._lists:
            self._lists[resource, namespace] = [
                each
                for each in super().list(resource, namespace)
                if resource.plural in GLOBAL or _home(each).startswith("life-")
            ]
        return self._lists[resource, namespace]

    def run_controllers(self) -> None:
        garbage.collect(self, 0.0)

    def _call(self, method: str, path: str, **options: Any) -> Manifest:
        if method != "GET":
            written = path.split("/")
            self._lists = {
                key: found for key, found in self._lists.items() if key[0].plural not in written
            }
        return super()._call(method, path, **options)

    def finalize(self, namespace: Manifest) -> None:
        path = f"api/v1/namespaces/{namespace['metadata']['name']}/finalize"
        self._call("PUT", path, body={**namespace, "spec": {"finalizers": []}})


def install(cluster: Cluster) -> None:
    """Our kinds and controllers; a real server needs a moment before it serves them."""
    for definition in (*METACONTROLLER, *OURS):
        cluster.create(DEFINITIONS, definition)
    for kind in KINDS:
        _put(cluster, CONTROLLERS, composite_controller(kind))
    for decorator in DECORATORS:
        _put(cluster, DECORATOR_CONTROLLERS, decorator_controller(decorator))


def _put(cluster: Cluster, resource: Resource, manifest: Manifest) -> None:
    while True:
        try:
            cluster.create(resource, manifest)
            return
        except ApiError as error:
            if error.code != 404:
                raise


@dataclass(frozen=True)
class Deed:
    """What somebody does to an object: by kind and name, or to a child, by number.

    The only Namespace is that of the life, whatever its name.
    """

    verb: str  # a method of `Life`
    kind: str = ""
    name: str = ""
    body: Any = None
    child: int = 0
    rests: bool = True  # whether the loop comes to rest before the next one


@dataclass
class Life:
    """The same hooks and deeds on any cluster: what is written, and what there is at the end."""

    cluster: Cluster
    webhook: Webhook
    strategy: ApplyStrategy
    namespace: str
    diary: list[str] = field(default_factory=list)

    def begin(self) -> None:
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}}
        self.cluster.create(NAMESPACES, body)

    def live(self, deeds: Sequence[Deed]) -> None:
        clock = VirtualClock()
        loop = Metacontroller(self.cluster, self.webhook, clock, apply_strategy=self.strategy)
        self._kinds = {each.kind: each for each in self.cluster.resources()}
        for deed in (*deeds, Deed("nothing")):
            try:
                getattr(self, deed.verb)(deed)
            except ApiError as error:
                self.diary.append(f"{deed.verb}: {error.code}")
            passes = loop.settle() if deed.rests else iter((loop.run_pass(),))
            for done in islice(passes, MOST_PASSES):
                self.diary += map(str, done.writes)

    def nothing(self, deed: Deed) -> None:
        """For once, all that happens is that the loop comes to rest."""

    def create(self, deed: Deed) -> None:
        resource = self._kinds[deed.kind]
        head = {"apiVersion": resource.api_version, "kind": resource.kind}
        described = {**deed.body.get("metadata", {}), "name": deed.name}
        described["namespace"] = self.namespace
        self.cluster.create(resource, {**head, **deed.body, "metadata": described})

    def edit(self, deed: Deed) -> None:
        resource, place = self._place(deed)
        found = self.cluster.get(resource, *place)
        spec = shapes.edited(deed.kind, found["spec"], deed.body)
        self.cluster.update(resource, {**found, "spec": spec})

    def touch(self, deed: Deed) -> None:
        resource, place = self._place(deed)
        self.cluster.patch(resource, *place, {"metadata": deed.body})

    def delete(self, deed: Deed) -> None:
        resource, place = self._place(deed)
        self.cluster.delete(resource, *place, propagation=deed.body)

    def disturb(self, deed: Deed) -> None:
        for child in self._child(deed):
            name = child["metadata"]["name"]
            self.cluster.patch(self._kinds[child["kind"]], self.namespace, name, deed.body)

    def lose(self, deed: Deed) -> None:
        for child in self._child(deed):
            resource = self._kinds[child["kind"]]
            self.cluster.delete(resource, self.namespace, child["metadata"]["name"])

    def report(self, deed: Deed) -> None:
        """As the controller of a Deployment would."""
        for child in self._child(deed, kind="Deployment"):
            status = {"observedGeneration": child["metadata"]["generation"], **deed.body}
            self.cluster.update_status(self._kinds["Deployment"], {**child, "status": status})

    def clear(self, _: Deed) -> None:
        for found in self.objects():
            resource, described = self._kinds[found["kind"]], found["metadata"]
            if HELD in described.get("finalizers", ()):
                released = {"metadata": {"finalizers": None}}
                self.cluster.patch(resource, self.namespace, described["name"], released)
            if not described.get("ownerReferences"):
                self.cluster.delete(resource, self.namespace, described["name"])

    def objects(self) -> list[Manifest]:
        return [
            found
            for resource in sorted(self.cluster.resources(), key=lambda each: each.group_key)
            if resource.namespaced
            for found in self.cluster.list(resource, self.namespace)
        ]

    def home(self) -> list[Manifest]:
        """The Namespace, or nothing."""
        found = self.cluster.list(NAMESPACES)
        return [each for each in found if each["metadata"]["name"] == self.namespace]

    def state(self) -> Any:
        """All objects, without what is chance."""
        text = json.dumps([comparable(each) for each in (*self.home(), *self.objects())])
        return json.loads(re.sub(TIME, "TIME", re.sub(UID, "UID", text)))

    def _place(self, deed: Deed) -> tuple[Resource, tuple[str, str]]:
        resource = self._kinds[deed.kind]
        if resource == NAMESPACES:
            return resource, ("", self.namespace)
        return resource, (self.namespace, deed.name)

    def _child(self, deed: Deed, kind: str = "") -> list[Manifest]:
        """One, or none if there are none."""
        found = [
            each
            for each in self.objects()
            if each["metadata"].get("ownerReferences") and kind in ("", each["kind"])
        ]
        return [found[deed.child % len(found)]] if found else []
