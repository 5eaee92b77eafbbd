"""Objects onto a cluster, the way `kubectl apply` and `kubectl delete` put and remove them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from orasi.cluster.api import ApiError, Cluster, Manifest, Resource
from orasi.misspelt import advice
from orasi.sources import Source

FIELD_MANAGER = "orasi"

# What other objects need comes first, whatever the order of the files.
FIRST = ("Namespace", "CustomResourceDefinition")

DEFINITIONS = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")


@dataclass(frozen=True)
class Name:
    """Which object, for people; cluster-scoped ones have no namespace."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.qualified}"

    @property
    def qualified(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


@dataclass(frozen=True)
class Target:
    """An object of a file, placed: its kind is known, and it has the namespace it will get."""

    resource: Resource
    manifest: Manifest
    source: Source

    @property
    def name(self) -> Name:
        metadata = self.manifest["metadata"]
        return Name(self.resource.kind, metadata.get("namespace", ""), metadata["name"])


@dataclass(frozen=True)
class Refusal:
    """An object that the API server does not take."""

    source: Source
    name: Name
    reason: str  # "Invalid", "Forbidden", …
    message: str

    def __str__(self) -> str:
        return f"{self.source}: {self.name} is refused: {self.message}"


class Applier:
    """Applies objects one by one; whatever is refused, the others go on."""

    def __init__(self, cluster: Cluster, *, make_namespaces: bool) -> None:
        self._cluster = cluster
        self._make_namespaces = make_namespaces
        self._served: dict[tuple[str, str], Resource] = {}

    def apply(self, source: Source) -> Target | Refusal:
        """The object as it was applied, or why it was not."""
        target = self._target(source)
        if isinstance(target, Refusal):
            return target
        try:
            namespace = target.name.namespace
            if self._make_namespaces and namespace:
                self._make_namespace(namespace)
            self._cluster.apply(target.resource, target.manifest, field_manager=FIELD_MANAGER)
        except ApiError as error:
            message = "\n  ".join([error.message, *self._advice(target, error)])
            return Refusal(source, target.name, error.reason, message)
        return target

    def delete(self, target: Target) -> Refusal | None:
        """Ask for its deletion; that it is gone already is as good."""
        name = target.name
        try:
            self._cluster.delete(target.resource, name.namespace, name.name)
        except ApiError as error:
            if error.code != 404:
                return Refusal(target.source, name, error.reason, error.message)
        return None

    def _target(self, source: Source) -> Target | Refusal:
        manifest = source.manifest
        key = manifest["apiVersion"], manifest["kind"]
        if key not in self._served:  # discovery is costly, and kinds hardly ever change
            self._served = {(r.api_version, r.kind): r for r in self._cluster.resources()}
        metadata = {k: v for k, v in manifest["metadata"].items() if k != "namespace"}
        namespace = manifest["metadata"].get("namespace") or "default"
        if key not in self._served:
            name = Name(key[1], namespace, metadata["name"])
            return Refusal(source, name, "UnknownKind", unknown_kind(*key, self._served))
        resource = self._served[key]
        if resource.namespaced:
            metadata["namespace"] = namespace
        return Target(resource, {**manifest, "metadata": metadata}, source)

    def _advice(self, target: Target, error: ApiError) -> list[str]:
        """What an author who misspelt a field may write instead; of built-in kinds none."""
        definitions = self._served.get(DEFINITIONS)
        name = f"{target.resource.plural}.{target.resource.group}"
        try:
            definition = self._cluster.get(definitions, "", name) if definitions else None
        except ApiError:
            return []  # a built-in kind, or an account that may not read definitions
        return advice(error.message, target.manifest, definition) if definition else []

    def _make_namespace(self, name: str) -> None:
        resource = self._served.get(("v1", "Namespace")) or Resource(
            "v1", "Namespace", "namespaces", namespaced=False
        )
        try:
            self._cluster.get(resource, "", name)
        except ApiError as error:
            if error.code != 404:
                raise
            body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            self._cluster.create(resource, body)


def in_order(sources: Iterable[Source]) -> list[Source]:
    """Those first that others may need; otherwise as they were."""
    return sorted(sources, key=lambda source: source.manifest["kind"] not in FIRST)


def unknown_kind(api_version: str, kind: str, served: Mapping[tuple[str, str], Resource]) -> str:
    complaint = f'the cluster has no kind {kind} in apiVersion "{api_version}"'
    kinds = {served_kind.casefold(): pair for pair in served for served_kind in (pair[1],)}
    for close in get_close_matches(kind.casefold(), kinds, n=1, cutoff=0.75):
        found_version, found_kind = kinds[close]
        return f'{complaint}; is {found_kind} in "{found_version}" meant?'
    return complaint
