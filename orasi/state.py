"""What people see of a cluster: its objects as values, read from their manifests."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from hooks import GROUP
from hooks.contract import Child
from hooks.decorator import Decorator
from hooks.decorators import DECORATORS
from hooks.kinds import KINDS
from orasi.applying import Name
from orasi.cluster.api import CONTROLLER_KINDS, Cluster, Manifest, Pass, Resource

# Conditions that are worth a line when they are true; of the others, when they are not.
ABNORMAL = ("Paused",)
ANSWERED = re.compile(r"unsupported status code: (\d+) body: (.*)", re.DOTALL)


class Phase(Enum):
    READY = "Ready"
    WAITING = "Not ready"
    DELETING = "Deleting"
    FAILED = "Failed"  # the hook did not answer as it should
    REFUSED = "Refused"  # by the API server; what is shown beside is the state before
    GONE = "Gone"


@dataclass(frozen=True)
class Note:
    """One fact that keeps an object from being ready."""

    title: str  # "Ready=False"
    message: str


@dataclass(frozen=True)
class Item:
    """One object of ours, or that we decorate, after a pass."""

    name: Name
    phase: Phase
    reason: str = ""  # one CamelCase word
    notes: tuple[Note, ...] = ()
    children: tuple[Name, ...] = ()
    met: tuple[str, ...] = ()  # the conditions but for Ready that are as they should be


@dataclass(frozen=True)
class Round:
    """All passes from a change to rest, so far."""

    passes: int = 0
    writes: int = 0
    settled: bool = False
    stopped: bool = False  # by people, between two passes

    def after(self, done: Pass) -> "Round":
        return replace(self, passes=self.passes + 1, writes=self.writes + len(done.changes))


def is_shown(resource: Resource, manifest: Manifest) -> bool:
    """Whether people see what becomes of an object: it is ours, or asks to be decorated."""
    return resource.group == GROUP or any(
        (each.api_version, each.object_kind) == (resource.api_version, resource.kind)
        and each.asked_by(manifest)
        for each in DECORATORS
    )


def items(cluster: Cluster, wanted: Sequence[Name], errors: Mapping[Name, str]) -> list[Item]:
    """The objects with *wanted* names, in that order, and what is not well with them."""
    served = {(kind.api_version, kind.kind): kind for kind in cluster.resources()}
    found: dict[Name, Item] = {}
    for kind in KINDS:
        names = {name for name in wanted if name.kind == kind.kind}
        if not names:
            continue
        children = _children(cluster, kind.children, served)
        for manifest in cluster.list(served[(f"{GROUP}/v1alpha1", kind.kind)]):
            name = name_of(manifest)
            if name in names:
                owned = children.get(manifest["metadata"]["uid"], ())
                found[name] = item(manifest, owned, errors.get(name, ""))
    for decorator in DECORATORS:
        names = {name for name in wanted if name.kind == decorator.object_kind}
        if not names:
            continue
        children = _children(cluster, decorator.attachments, served)
        for manifest in cluster.list(served[decorator.api_version, decorator.object_kind]):
            name = name_of(manifest)
            if name in names:
                attached = children.get(manifest["metadata"]["uid"], ())
                found[name] = decorated(decorator, manifest, attached, errors.get(name, ""))
    return [found.get(name) or Item(name, Phase.GONE) for name in wanted]


def item(manifest: Manifest, children: Sequence[Name] = (), error: str = "") -> Item:
    """*error* is Metacontroller's, of the last sync; "" if that went well."""
    metadata, status = manifest["metadata"], manifest.get("status") or {}
    conditions = {c["type"]: c for c in status.get("conditions") or ()}
    ready = conditions.get("Ready", {})
    phase = Phase.WAITING
    if error:
        phase, ready = Phase.FAILED, {"reason": "SyncError"}  # as the event on it is called
    elif "deletionTimestamp" in metadata:
        phase = Phase.DELETING
    # What an older spec came to says nothing about this one.
    elif status.get("observedGeneration") != metadata.get("generation"):
        ready = {}
    elif ready.get("status") == "True":
        phase = Phase.READY
    return Item(
        name_of(manifest),
        phase,
        ready.get("reason", ""),
        tuple(_notes(conditions.values(), error)),
        tuple(children),
        tuple(name for name, each in conditions.items() if name != "Ready" and _is_met(each)),
    )


def decorated(
    decorator: Decorator, manifest: Manifest, attached: Sequence[Name] = (), error: str = ""
) -> Item:
    """An object that asks to be decorated: ready, once it has one of each kind that it gets."""
    complaint = decorator.complaint.value(manifest) if decorator.complaint else None
    notes = [Note("Failed", sentence(error))] if error else []
    phase, reason = Phase.WAITING, "Attaching"
    if error:
        phase, reason = Phase.FAILED, "SyncError"
    elif "deletionTimestamp" in manifest["metadata"]:
        phase, reason = Phase.DELETING, ""
    elif complaint and decorator.complaint:
        reason, _, message = complaint.partition(": ")
        notes = [Note(decorator.complaint.key, message)]
    elif {each.kind for each in decorator.attachments} <= {each.kind for each in attached}:
        phase, reason = Phase.READY, "Attached"
    return Item(name_of(manifest), phase, reason, tuple(notes), tuple(attached))


def name_of(manifest: Manifest) -> Name:
    metadata = manifest["metadata"]
    return Name(manifest["kind"], metadata.get("namespace", ""), metadata["name"])


def errors_after(errors: Mapping[Name, str], done: Pass) -> dict[Name, str]:
    """The objects whose last sync failed, and Metacontroller's sentence."""
    kinds = {f"{kind.plural}.{GROUP}": kind.kind for kind in KINDS}
    kinds |= {f"{each.plural}.{GROUP}": each.object_kind for each in DECORATORS}
    synced = {(kinds.get(call.controller, ""), call.parent) for call in done.calls}
    remaining = {
        name: text
        for name, text in errors.items()
        if name.kind not in CONTROLLER_KINDS  # these come with every pass
        and not synced & {(name.kind, name.qualified), ("", name.qualified)}
    }
    for subject, text in done.errors.items():
        kind, _, qualified = subject.partition(" ")
        remaining[Name(kind, *_split(qualified))] = text
    return remaining


def sentence(error: str) -> str:
    """Metacontroller's error in one sentence: what the hook said, if it said something."""
    answered = ANSWERED.search(error)
    if answered:
        code, body = answered.groups()
        return f"the hook answered {code}: {' '.join(body.split()) or 'nothing'}"
    return " ".join(error.removeprefix("Sync error: ").split())


def changed(before: Iterable[Item], now: Iterable[Item]) -> list[Item]:
    """Those of *now* that were not so *before*."""
    known = {item.name: item for item in before}
    return [item for item in now if known.get(item.name) != item]


def _notes(conditions: Iterable[Manifest], error: str) -> Iterable[Note]:
    if error:
        yield Note("Failed", sentence(error))
    # What sums up comes first: of some readers it is all they see.
    for condition in sorted(conditions, key=lambda each: each["type"] != "Ready"):
        if not _is_met(condition):
            title = f"{condition['type']}={condition['status']}"
            yield Note(title, condition.get("message", ""))


def _is_met(condition: Manifest) -> bool:
    return bool((condition["status"] == "True") != (condition["type"] in ABNORMAL))


def _children(
    cluster: Cluster, children: Iterable[Child], served: Mapping[tuple[str, str], Resource]
) -> dict[str, list[Name]]:
    """The names of all objects of the kinds of *children*, by the uid of whose they are."""
    owned: dict[str, list[Name]] = {}
    for child in children:
        resource = served.get((child.api_version, child.kind))
        for manifest in cluster.list(resource) if resource else ():  # not everybody has all kinds
            for owner in manifest["metadata"].get("ownerReferences") or ():
                if owner.get("controller"):
                    name = Name(
                        child.kind, manifest["metadata"]["namespace"], name_of(manifest).name
                    )
                    owned.setdefault(owner["uid"], []).append(name)
    return owned


def _split(qualified: str) -> tuple[str, str]:
    namespace, _, name = qualified.rpartition("/")
    return namespace, name
