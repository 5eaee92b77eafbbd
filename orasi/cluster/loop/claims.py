"""Which children are a parent's: adoption of orphans, release of those that stopped matching."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orasi.cluster.api import ApiError, Manifest, Resource
from orasi.cluster.loop.appliers import owner_reference
from orasi.cluster.loop.children import Observed, aggregate
from orasi.cluster.loop.definition import Definition
from orasi.cluster.loop.go_syntax import go_items, go_text, go_texts
from orasi.cluster.loop.recorder import Recorder
from orasi.cluster.loop.revisions import marks
from orasi.cluster.loop.shapes import SELECTOR, Misfit, Reading
from orasi.cluster.loop.snapshot import Objects, Snapshot, key_of, qualified_name
from orasi.cluster.selector import InvalidSelector, Labels, Predicate, labels, predicate

GENERATED_LABEL = "controller-uid"


class ClaimFailed(Exception):
    """A child could not be adopted or released. `str()` is Metacontroller's sentence."""


@dataclass(frozen=True)
class Claimed:
    """The children of one parent."""

    observed: Observed  # as they were before an adoption
    has_adopted: bool


@dataclass(frozen=True)
class Selector:
    """What the children of one parent have in common."""

    accepts: Predicate
    required: Labels  # a child has at least these


def selector_of(
    definition: Definition, parent: Manifest, more: Mapping[str, str] | None = None
) -> Selector:
    """*more*: labels that are selected as well. Raises `InvalidSelector`."""
    if definition.generates_selector:
        stated = {"matchLabels": {GENERATED_LABEL: parent["metadata"]["uid"]}}
    else:
        stated = _own_selector(parent)
    if more:
        stated = {**stated, "matchLabels": {**(stated.get("matchLabels") or {}), **more}}
    try:
        return Selector(predicate(stated), stated.get("matchLabels") or {})
    except InvalidSelector as error:
        why = f"can't convert label selector ({_go(stated)}): {error}"
        raise InvalidSelector(why) from error


def _own_selector(parent: Manifest) -> Manifest:
    stated = (parent.get("spec") or {}).get("selector") or {}
    try:
        Reading({}).check(stated, SELECTOR, "v1")
    except Misfit as error:
        name = f"{parent['kind']} {'/'.join(key_of(parent))}"
        raise InvalidSelector(f"can't get label selector from {name}") from error
    if not stated.get("matchLabels") and not stated.get("matchExpressions"):
        raise InvalidSelector(
            ".spec.selector must have either matchLabels, matchExpressions, or both"
        )
    return dict(stated)


def _go(selector: Manifest) -> str:
    """As Go prints one with %#v."""
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    requirements = [
        f"v1.LabelSelectorRequirement{{Key:{go_text(each.get('key') or '')}, "
        f"Operator:{go_text(each.get('operator') or '')}, Values:{go_texts(each.get('values'))}}}"
        for each in expressions or ()
    ]
    shown = {
        "MatchLabels:map[string]string": labels
        and [f"{go_text(key)}:{go_text(value)}" for key, value in sorted(labels.items())],
        "MatchExpressions:[]v1.LabelSelectorRequirement": expressions and requirements,
    }
    parts = [f"{name}{go_items(items)}" for name, items in shown.items()]
    return f"&v1.LabelSelector{{{', '.join(parts)}}}"


def claim(
    definition: Definition,
    parent: Manifest,
    selector: Selector,
    snapshot: Snapshot,
    recorder: Recorder,
) -> Claimed:
    """The children of *parent*. Raises `ClaimFailed`."""
    observed, has_adopted = {}, False
    for resource in definition.children:
        claimer = _Claimer(definition.parent, parent, selector, resource, recorder)
        observed[resource] = {
            qualified_name(child): child for child in claimer.claimed(snapshot.objects(resource))
        }
        if claimer.errors:
            reasons = aggregate(claimer.errors)
            raise ClaimFailed(f"can't claim {resource.kind} children: {reasons}")
        has_adopted |= claimer.has_adopted
    return Claimed(observed, has_adopted)


def claim_revisions(
    definition: Definition,
    parent: Manifest,
    resource: Resource,
    snapshot: Snapshot,
    recorder: Recorder,
) -> Sequence[Manifest]:
    """The ControllerRevisions of *parent*, as they were before an adoption.

    Raises `ClaimFailed` and `InvalidSelector`.
    """
    selector = selector_of(definition, parent, marks(definition.parent))
    claimer = _Claimer(definition.parent, parent, selector, resource, recorder)
    claimed = list(claimer.claimed(snapshot.objects(resource)))
    if claimer.errors:
        raise ClaimFailed(f"can't claim ControllerRevisions: {aggregate(claimer.errors)}")
    return claimed


class _Claimer:
    """The children or revisions of one kind, for one parent."""

    def __init__(
        self,
        parent_resource: Resource,
        parent: Manifest,
        selector: Selector,
        resource: Resource,
        recorder: Recorder,
    ) -> None:
        self._parent_resource = parent_resource
        self._parent = parent
        self._selector = selector
        self._resource = resource
        self._recorder = recorder
        self.errors: list[str] = []
        self.has_adopted = False

    def claimed(self, objects: Objects) -> Iterator[Manifest]:
        """While the parent is being deleted nothing is adopted or released."""
        deleting = self._parent["metadata"].get("deletionTimestamp")
        for child in self._near(objects.owned_by(self._parent["metadata"]["uid"])):
            if self._selector.accepts(labels(child)):
                yield child
            elif not deleting:
                self._release(child)
        for child in () if deleting else self._near(objects.orphans(self._selector.required)):
            leaving = child["metadata"].get("deletionTimestamp")
            if not leaving and self._selector.accepts(labels(child)) and self._adopted(child):
                yield child

    def _near(self, children: Any) -> Iterator[Manifest]:
        namespace = self._parent["metadata"].get("namespace")
        return (child for child in children if not namespace or key_of(child)[0] == namespace)

    def _adopted(self, child: Manifest) -> bool:
        reference = owner_reference(self._parent)

        def with_reference(live: Manifest) -> Manifest:
            return _with_references(live, [*_references(live, reference["uid"]), reference])

        try:
            self._recheck(child)
            self._recorder.rewrite(self._resource, child, with_reference, self._recorder.update)
        except ApiError as error:
            if error.code != 404:
                self.errors.append(str(error))
            return False
        except ClaimFailed as error:
            self.errors.append(str(error))
            return False
        self.has_adopted = True
        return True

    def _recheck(self, child: Manifest) -> None:
        """The list of parents may be older than a deletion: look at the live one."""
        fresh = self._recorder.cluster.get(self._parent_resource, *key_of(self._parent))
        uid = self._parent["metadata"]["uid"]
        name = "/".join(key_of(self._parent))
        if fresh["metadata"]["uid"] != uid:
            gone = f"original {self._parent_resource.kind} {name} is gone: got uid "
            why = f"can't recheck DeletionTimestamp: {gone}{fresh['metadata']['uid']}, wanted {uid}"
        elif fresh["metadata"].get("deletionTimestamp"):
            why = f"{name} has just been deleted at {fresh['metadata']['deletionTimestamp']}"
        else:
            return
        place = f"{self._resource.kind} {'/'.join(key_of(child))} ({child['metadata']['uid']})"
        raise ClaimFailed(f"can't adopt {place}: {why}")

    def _release(self, child: Manifest) -> None:
        uid = self._parent["metadata"]["uid"]

        def without_reference(live: Manifest) -> Manifest:
            return _with_references(live, _references(live, uid))

        try:
            self._recorder.rewrite(self._resource, child, without_reference, self._recorder.update)
        except ApiError as error:
            if error.code not in (404, 410):
                self.errors.append(str(error))


def _references(manifest: Manifest, but_uid: str) -> list[Manifest]:
    references = manifest["metadata"].get("ownerReferences") or ()
    return [reference for reference in references if reference["uid"] != but_uid]


def _with_references(manifest: Manifest, references: list[Manifest]) -> Manifest:
    return {**manifest, "metadata": {**manifest["metadata"], "ownerReferences": references}}
