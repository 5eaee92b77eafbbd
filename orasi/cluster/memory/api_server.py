"""`Memory`: a Kubernetes API server in memory, faithful in what controllers can notice."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from orasi.cluster.api import ApiError, Clock, Manifest, Resource
from orasi.cluster.memory import garbage, lifecycle, managed_fields, metadata, workloads
from orasi.cluster.memory.apply_body import as_read
from orasi.cluster.memory.builtin import BUILT_IN, NAMESPACE, POD, REPLICA_SET, finalized
from orasi.cluster.memory.custom import CUSTOM_RESOURCE_DEFINITION, custom_kind, custom_resource
from orasi.cluster.memory.field_sets import Fields
from orasi.cluster.memory.kinds import Kind, content
from orasi.cluster.memory.managed_fields import Writer
from orasi.cluster.memory.merge_patch import merge_patched
from orasi.cluster.memory.problems import (
    already_exists,
    as_json,
    bad_request,
    conflict,
    forbidden,
    invalid,
    not_allowed,
    not_applicable,
    not_found,
    not_served,
    refusal,
    unconditional_update,
    version_set,
)
from orasi.cluster.memory.store import Store
from orasi.cluster.memory.times import timestamp
from orasi.cluster.memory.workloads import limit_ranges, nodes, pod_security, quotas
from orasi.cluster.memory.workloads.measures import Load, Measured
from orasi.cluster.memory.workloads.objects import NODES, PODS
from orasi.cluster.values import same

DERIVED = {kind.resource: replace(kind, is_judged=False) for kind in (POD, REPLICA_SET)}
"""What controllers make of templates, which have been judged where they stand."""

MODIFIED = (
    "the object has been modified; please apply your changes to the latest version and try again"
)


class Memory:
    """Implements `Cluster`. Objects are handed out as they are stored: treat them as constants."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._manager = "unknown"
        self._store = Store()
        self._kinds = {kind.resource: kind for kind in BUILT_IN}
        self._derived: Mapping[Resource, Kind] = {}
        self.load: dict[tuple[str, str], Load] = {}
        """What pods use, by namespace and name of their workload: autoscalers find it."""
        self.unmeasured: set[tuple[str, str]] = set()
        """Pods, by namespace and name, of which they find nothing all the same."""
        self.failing: set[tuple[str, str]] = set()
        """Whose pods end in failure: namespace and name of a Job, or of a CronJob, for all its."""
        measured = Measured(self.load, self.unmeasured)
        self._given = workloads.Given(measured, self.failing, histories={})
        for name in ("default", "kube-system"):
            body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            self.create(NAMESPACE.resource, body)
        for node in nodes.first_nodes():
            self.create(NODES, node)

    def as_manager(self, name: str) -> "Memory":
        """The same cluster, for a client whose fields are to be managed under *name*."""
        view = copy.copy(self)
        view._manager = name
        return view

    def resources(self) -> Sequence[Resource]:
        return tuple(kind.resource for kind in self._kinds.values())

    def get(self, resource: Resource, namespace: str, name: str) -> Manifest:
        self._kind(resource)
        stored = self._store.get(resource, namespace, name)
        if stored is None:
            raise not_found(resource, name)
        return stored

    def list(self, resource: Resource, namespace: str = "") -> Sequence[Manifest]:
        self._kind(resource)
        return self._store.list(resource, namespace)

    def create(self, resource: Resource, manifest: Manifest) -> Manifest:
        kind = self._readable(resource, manifest)
        if resource.namespaced and not manifest.get("metadata", {}).get("namespace"):
            raise not_allowed() if kind.built_in else not_served()
        return self._replace(kind, None, self._new(kind, manifest, self._writer(resource)))

    def update(self, resource: Resource, manifest: Manifest) -> Manifest:
        kind = self._readable(resource, manifest)
        if kind.created_by_update and self._is_new(resource, manifest["metadata"]):
            described = {**manifest["metadata"], "resourceVersion": ""}  # of what there was once
            return self.create(resource, {**manifest, "metadata": described})
        old = self._replaced(kind, manifest)
        sent = lifecycle.sent_over(kind, old, manifest)
        known = managed_fields.claimed(kind, old, manifest)
        entries = self._entries(kind, known, sent, self._writer(resource))
        new = lifecycle.updated(kind, old, sent, manifest)
        return self._replace(kind, old, self._admitted(kind, old, new, entries))

    def patch(
        self, resource: Resource, namespace: str, name: str, merge_patch: Mapping[str, Any]
    ) -> Manifest:
        """Update by a JSON merge patch (RFC 7386), the way people edit."""
        patched = merge_patched(self.get(resource, namespace, name), merge_patch)
        if (found := (patched.get("metadata") or {}).get("name")) != name:
            raise bad_request(
                f"the name of the object ({found}) does not match the name on the URL ({name})"
            )
        try:
            return self.update(resource, patched)
        except ApiError as error:
            if error.code == HTTPStatus.BAD_REQUEST:
                raise refusal(resource, "", [invalid("patch", patched, str(error))]) from error
            raise

    def update_status(self, resource: Resource, manifest: Manifest) -> Manifest:
        kind = self._readable(resource, manifest)
        if not kind.has_status:
            raise not_served()
        old = self._replaced(kind, manifest)
        new = lifecycle.with_status(kind, old, manifest)
        entries = self._entries(kind, old, new, self._writer(resource, "status"))
        return self._replace(kind, old, self._judged(kind, old, new, entries))

    def apply(
        self,
        resource: Resource,
        manifest: Manifest,
        *,
        field_manager: str,
        dry_run: bool = False,
    ) -> Manifest:
        kind = self._kind(resource)
        described = manifest.get("metadata", {})
        namespace, name = described.get("namespace", ""), described.get("name")
        if not name:
            raise bad_request("name is required")
        if resource.namespaced and not namespace:
            raise not_served()
        if not (version := described.get("resourceVersion") or "0").isdecimal():
            raise not_applicable(f"strconv.ParseUint: parsing {as_json(version)}: invalid syntax")
        manifest = as_read(manifest)
        managed_fields.check_applicable(kind, manifest)
        writer = Writer(field_manager, "Apply", resource.api_version)
        fields = managed_fields.applied_fields(kind, manifest)
        old = self._store.get(resource, namespace if resource.namespaced else "", name)
        if old is None:
            if uid := described.get("uid"):
                why = f"the provided object specified uid {uid}, and no existing object was found"
                raise conflict(resource, name, f"uid mismatch: {why}")
            new = self._new(kind, manifest, writer, fields)
        else:
            self._counterpart(resource, manifest)
            merged = managed_fields.applied_over(old, manifest, kind, writer, fields)
            entries = self._entries(kind, old, merged, writer, fields)
            sent = lifecycle.sent_over(kind, old, merged)
            new = self._admitted(kind, old, lifecycle.updated(kind, old, sent, merged), entries)
        return new if dry_run else self._replace(kind, old, new)

    def delete(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        *,
        uid: str | None = None,
        propagation: str = "Background",
    ) -> None:
        old = self.get(resource, namespace, name)
        found = old["metadata"]["uid"]
        if uid not in (None, found):
            why = (
                f"the UID in the precondition ({uid}) does not match the UID in record ({found}). "
                "The object might have been deleted and then recreated"
            )
            raise conflict(resource, name, why)
        kind, finalizers = self._kind(resource), garbage.finalizers_after(old, propagation)
        self._replace(kind, old, lifecycle.doomed(kind, old, finalizers, self._now()))

    def finalize(self, namespace: Manifest) -> None:
        """Let it go, by a subresource that only Namespaces have."""
        self._replace(NAMESPACE, namespace, finalized(namespace))

    def run_controllers(self) -> None:
        """Garbage collection, the ends of namespaces and of custom kinds, workloads and quotas."""
        manager, now = self.as_manager("kube-controller-manager"), self._clock.now()
        manager._derived = DERIVED
        garbage.collect(manager, now)
        # What a pod owned goes with it, which may be news for workloads; if nothing did, none is.
        while workloads.run(manager, now, self._given) and garbage.collect(manager, now):
            pass

    def next_change(self) -> float | None:
        return workloads.next_change(self._store, self._clock.now(), self._given)

    def pass_time(self, seconds: float) -> None:
        """Let so much time pass, and do on the way what is due, schedules included."""
        end = self._clock.now() + seconds
        self.run_controllers()
        while (moment := self._next_moment()) is not None and moment <= end:
            self._clock.sleep_until(moment)
            self.run_controllers()
        self._clock.sleep_until(end)
        self.run_controllers()

    def _next_moment(self) -> float | None:
        moments = self.next_change(), workloads.next_time(self._store, self._clock.now())
        return min((each for each in moments if each is not None), default=None)

    def _kind(self, resource: Resource) -> Kind:
        if resource not in self._kinds:
            raise not_served()
        return self._derived.get(resource) or self._kinds[resource]

    def _is_new(self, resource: Resource, described: Mapping[str, Any]) -> bool:
        namespace = described.get("namespace", "") if resource.namespaced else ""
        return self._store.get(resource, namespace, described.get("name", "")) is None

    def _readable(self, resource: Resource, manifest: Manifest) -> Kind:
        """The kind of *manifest*, or a 400 for what cannot even be read."""
        kind = self._kind(resource)
        known = self._known(resource, manifest.get("metadata"))
        metadata.check_types(resource, manifest, known, built_in=kind.built_in)
        return kind

    def _known(self, resource: Resource, described: Any) -> Mapping[str, Any]:
        """What is stored of the metadata of an object; nothing if that can have no such name."""
        names = described if isinstance(described, dict) else {}
        place = names.get("namespace", "") if resource.namespaced else "", names.get("name", "")
        if not all(isinstance(name, str) for name in place):
            return {}
        stored = self._store.get(resource, *place)
        return stored["metadata"] if stored else {}

    def _now(self) -> str:
        return timestamp(self._clock.now())

    def _writer(self, resource: Resource, subresource: str = "") -> Writer:
        return Writer(self._manager, "Update", resource.api_version, subresource)

    def _counterpart(self, resource: Resource, manifest: Manifest) -> Manifest:
        """The stored object that *manifest* wants to replace: 404, or 409 if it is another one."""
        described = manifest["metadata"]
        namespace = described.get("namespace", "") if resource.namespaced else ""
        old = self.get(resource, namespace, described["name"])
        uid, version = (old["metadata"][field] for field in ("uid", "resourceVersion"))
        if described.get("uid", uid) != uid:
            why = (
                f"Precondition failed: UID in precondition: {described['uid']}, "
                f"UID in object meta: {uid}"
            )
            raise conflict(resource, described["name"], why)
        if (described.get("resourceVersion") or version) != version:
            raise conflict(resource, described["name"], MODIFIED)
        return old

    def _replaced(self, kind: Kind, manifest: Manifest) -> Manifest:
        """The counterpart that an update is of, which for some kinds must say of which version."""
        try:
            old = self._counterpart(kind.resource, manifest)
            if kind.always_conditional and not manifest["metadata"].get("resourceVersion"):
                raise unconditional_update(kind.resource, old["metadata"]["name"])
        except ApiError:
            lifecycle.refuse_unreadable(kind, content(manifest))  # what is read first
            raise
        return old

    def _new(
        self, kind: Kind, manifest: Manifest, writer: Writer, fields: Fields | None = None
    ) -> Manifest:
        """The object that *manifest* would become if it may be created."""
        sent = lifecycle.sent(kind, manifest, uid=self._store.next_uid(), now=self._now())
        entries = self._entries(kind, None, sent, writer, fields)
        new = kind.prepare(sent, None)
        resource, described = kind.resource, new["metadata"]
        namespace, name = described.get("namespace", ""), described.get("name", "")
        if namespace:
            home = self.get(NAMESPACE.resource, "", namespace)
            if "deletionTimestamp" in home["metadata"]:
                why = f"unable to create new content in namespace {namespace}"
                raise forbidden(resource, name, f"{why} because it is being terminated")
            if resource == PODS and (why := pod_security.refusal(home, new)):
                raise forbidden(resource, name, why)
        new = limit_ranges.with_defaults(self._store, resource, new)
        new = self._admitted(kind, None, new, entries)
        if self._store.get(resource, namespace, name):
            raise already_exists(resource, name)
        version = manifest["metadata"].get("resourceVersion") or "0"
        if version.isdecimal() and int(version):  # what is no number is not looked at
            raise version_set()
        return new

    def _entries(
        self,
        kind: Kind,
        old: Manifest | None,
        sent: Manifest,
        writer: Writer,
        fields: Fields | None = None,
    ) -> Sequence[Manifest]:
        """Whose fields are whose. What the server makes of *sent* on top is nobody's."""
        return managed_fields.entries_after(kind, old, sent, writer, self._now(), fields)

    def _admitted(
        self, kind: Kind, old: Manifest | None, new: Manifest, entries: Sequence[Manifest]
    ) -> Manifest:
        """The same, if the bounds of its namespace admit it, too."""
        new = self._judged(kind, old, new, entries)
        for guard in (limit_ranges, quotas):
            if why := guard.refusal(self._store, kind.resource, new, old):
                raise forbidden(kind.resource, new["metadata"].get("name", ""), why)
        return new

    def _judged(
        self, kind: Kind, old: Manifest | None, new: Manifest, entries: Sequence[Manifest]
    ) -> Manifest:
        """*new*, which nobody else holds yet, if it is valid, with its managedFields."""
        lifecycle.refuse_invalid(kind, new, old)
        if entries:
            new["metadata"]["managedFields"] = entries
        return new

    def _replace(self, kind: Kind, old: Manifest | None, new: Manifest) -> Manifest:
        described = new["metadata"]
        if old is not None:
            described["resourceVersion"] = old["metadata"]["resourceVersion"]
            if same(new, old):
                return old
        described["resourceVersion"] = self._store.next_revision()
        is_definition = kind is CUSTOM_RESOURCE_DEFINITION
        if not lifecycle.is_released(new):
            self._store.put(kind.resource, new)
            if is_definition and (old is None or not same(new["spec"], old["spec"])):
                custom = custom_kind(new)
                self._kinds[custom.resource] = custom
        elif old is not None:
            self._store.remove(kind.resource, old)
            if is_definition:
                del self._kinds[custom_resource(old)]
        return new
