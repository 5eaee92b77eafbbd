"""What a served kind is: its resource, its schema, and its peculiarities."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.memory import metadata
from orasi.cluster.memory.problems import Problem
from orasi.cluster.memory.schema import Schema

Preparation = Callable[[Manifest, Manifest | None], Manifest]
Judgement = Callable[[Manifest, Manifest | None], Iterable[Problem]]


def as_it_is(new: Manifest, _old: Manifest | None) -> Manifest:
    return new


def no_objection(_new: Manifest, _old: Manifest | None) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True)
class Kind:
    """One kind as this API server serves it."""

    resource: Resource
    read_schema: Callable[[], Schema]
    """Called once, when it is first needed: most clusters have objects of a few kinds only."""
    built_in: bool = True
    is_judged: bool = True  # or sound already, but for the metadata
    has_status: bool = True  # the status subresource
    has_generation: bool = True
    annotations_count: bool = False  # a change of annotations raises the generation too
    kept_by_status: tuple[str, ...] = ()  # what of a built-in kind's metadata its status keeps
    always_conditional: bool = False  # an update must name the resourceVersion that it is of
    name_rule: str = "subdomain"  # or "label", "path"
    knows_finalizers: bool = True  # one without a domain has to be of Kubernetes itself
    convert: Callable[[Manifest], Manifest] = lambda manifest: manifest
    """What only the API server's own types have, and is shown in another way."""
    created_by_update: bool = False  # an update of what does not exist creates it
    empty_counts: bool = False  # a list or a map with nothing in it raises the generation
    prepare: Preparation = as_it_is
    """Fills in what the server knows better: (new, old or None) -> new, neither changed."""
    judge: Judgement = no_objection
    """Problems that the schema cannot express, of (new, old or None)."""

    @cached_property
    def schema(self) -> Schema:
        return self.read_schema()

    def __deepcopy__(self, _: object) -> "Kind":
        """Itself, as it never changes: whoever copies a cluster wants its objects."""
        return self

    @cached_property
    def managed_schema(self) -> Schema:
        """The schema of the fields that field managers own."""
        properties = {**self.schema.properties, "metadata": metadata.SCHEMA}
        return replace(self.schema, properties=properties)

    @cached_property
    def empty(self) -> Manifest:
        """An object in which nothing is set: what is new is new compared with this."""
        return {"metadata": {}, **self.schema.empty()}

    def normalised(
        self,
        manifest: Manifest,
        described: dict[str, Any],
        known: Mapping[str, Any] = MappingProxyType({}),
    ) -> Manifest:
        """*manifest* as it would be stored, with *described* for its metadata.

        Its parts that are *known* have been through this.
        """
        resource = self.resource
        named = {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": described}
        return self.convert({**named, **self.schema.normalised(content(manifest), known)})

    def status_of(self, manifest: Manifest) -> dict[str, Any]:
        """`{"status": …}` as it would be stored, or `{}`."""
        schema = self.schema.child("status")
        status = manifest.get("status")
        return {} if schema is None or status is None else {"status": schema.normalised(status)}


def content(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """All but the type and the metadata."""
    return {
        name: value
        for name, value in manifest.items()
        if name not in ("apiVersion", "kind", "metadata")
    }
