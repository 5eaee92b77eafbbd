"""The table entry of a decorator: what it attaches to objects that are somebody else's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from hooks.contract import Child, DecoratorRequest, DecoratorResponse, Manifest
from hooks.frozen import as_applied
from hooks.metadata import PAUSED, is_leaving

Table = tuple[Sequence[str], Sequence[Sequence[str]]]
"""A header, and rows."""


@dataclass(frozen=True)
class Setting:
    """A label or annotation by which the owner of an object says what he wants."""

    kind: Literal["label", "annotation"]
    key: str  # "orasi.io/tenant"
    description: str

    def value(self, manifest: Manifest) -> str | None:
        """What *manifest* says, or None if it does not say anything."""
        value = (manifest["metadata"].get(f"{self.kind}s") or {}).get(self.key)
        return None if value is None else str(value)


@dataclass(frozen=True)
class Decorator:
    """Something that is attached to objects of one kind, by a pure function.

    *decorate* is asked about every object of that kind, since one that is selected no longer
    would be forgotten with all that is attached to it. It is not asked while the object is paused
    or being deleted. Raises InvalidObject if the object asks for what cannot be, and nobody but
    an event can tell its owner.
    """

    kind: str  # what it makes of an object: "Tenant"
    plural: str
    description: str
    api_version: str  # of the objects
    object_kind: str
    resource: str  # their plural
    settings: tuple[Setting, ...]  # the first of them asks to be decorated
    attachments: tuple[Child, ...]
    name: str  # of all attachments, where <name> is that of the object
    decorate: Callable[[DecoratorRequest], DecoratorResponse]
    tables: tuple[tuple[str, Table], ...] = ()  # what else the reference tells, by heading
    complaint: Setting | None = None  # the annotation that it writes on the object, if any

    @property
    def singular(self) -> str:
        return self.kind.lower()

    @property
    def hooks(self) -> tuple[str, ...]:
        """No finalize hook: its finalizer on an object of others would let us block a deletion."""
        return ("sync",)

    def asked_by(self, manifest: Manifest) -> bool:
        """Whether an object asks to be decorated, in whatever way."""
        return self.settings[0].value(manifest) not in (None, "false")


def decorated(decorator: Decorator, request: DecoratorRequest) -> DecoratorResponse:
    """The answer to a call about an object that *decorator* looks at."""
    subject = request.object
    if is_leaving(subject.manifest) or subject.annotations.get(PAUSED) == "true":
        return unchanged(request)
    return decorator.decorate(request)


def unchanged(request: DecoratorRequest) -> DecoratorResponse:
    """Everything that is attached stays as it was last applied, and the object as it is."""
    return DecoratorResponse(as_applied(request.attachments, request.object))
