"""The table entry of a kind: all that the server, the manifests and the tests know about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from hooks import API_VERSION
from hooks.conditions import Condition
from hooks.contract import Child, Manifest, Parent, RelatedRule, SyncRequest
from hooks.model import ApiModel
from hooks.references import asked_for, plural, referrers, targets


@dataclass(frozen=True)
class Column:
    """What `kubectl get` shows beside the name."""

    name: str
    path: str  # JSONPath within the object
    type: str = "string"
    description: str = ""
    priority: int = 0  # 0: always shown, 1: with -o wide


@dataclass(frozen=True)
class Outcome:
    """What a kind answers to one observed world: what should exist, and what is true."""

    children: tuple[Manifest, ...]
    conditions: tuple[Condition, ...]  # "Ready" is among them
    finalized: bool = False  # whether nothing keeps a parent that is being deleted


@dataclass(frozen=True)
class Composite:
    """A kind whose objects are made of children, by pure functions.

    *sync* gets the validated spec. *facts* must tell the status (conditions apart) from any
    request, since it is also asked when the parent is being deleted, or when its spec is none that
    the kind accepts: then that is None.

    *standing* judges what is true whatever the spec is, such as Available. It is asked when sync is
    not, and sync has to tell the same.

    *related* asks for other objects that sync needs to see, beside those that the spec refers to
    (`hooks.references`). It gets the spec as it is stored, whatever that is, must answer always,
    and may use nothing else but name and namespace: Metacontroller keeps the answer for as long as
    the generation stays.
    """

    kind: str
    plural: str
    short_name: str
    description: str
    spec: type[ApiModel]
    status: type[ApiModel]
    columns: tuple[Column, ...]
    children: tuple[Child, ...]
    sync: Callable[[SyncRequest[Any]], Outcome]
    facts: Callable[[SyncRequest[Any]], Manifest]
    standing: Callable[[SyncRequest[Any]], tuple[Condition, ...]] = lambda _: ()
    related: Callable[[Parent[Any]], Iterable[RelatedRule]] = lambda _: ()
    related_kinds: tuple[tuple[str, str], ...] = ()  # apiVersion and plural of what it may ask for
    scales: bool = False  # has spec.replicas, and in its status replicas and selector

    @property
    def singular(self) -> str:
        return self.kind.lower()

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks that the controller declares and the server answers."""
        return ("sync", "finalize", "customize") if self.asked_kinds else ("sync", "finalize")

    @property
    def asked_kinds(self) -> set[tuple[str, str]]:
        """apiVersion and plural of all that its customize hook may ask for."""
        kinds = targets(self.kind) | referrers(self.kind)
        return {*self.related_kinds, *((API_VERSION, plural(kind)) for kind in kinds)}

    def asks_for(self, parent: Parent[Any]) -> list[RelatedRule]:
        """The answer of the customize hook about *parent*, which has the spec as it is stored."""
        return [*self.related(parent), *asked_for(parent)]
