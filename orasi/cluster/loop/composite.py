"""One sync of one parent of a CompositeController."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from orasi.cluster.api import ApiError, Call, Manifest
from orasi.cluster.loop.answers import (
    CompositeAnswer,
    HookFailed,
    TooManyRequests,
    composite_answer,
    related_rules,
)
from orasi.cluster.loop.appliers import Applier
from orasi.cluster.loop.children import ChildrenFailed, Observed, manage
from orasi.cluster.loop.claims import GENERATED_LABEL, ClaimFailed, Selector, claim, selector_of
from orasi.cluster.loop.definition import Definition, Hook
from orasi.cluster.loop.merge import same
from orasi.cluster.loop.recorder import Recorder
from orasi.cluster.loop.related import Groups, InvalidRule, Related
from orasi.cluster.loop.selector import InvalidSelector, labels
from orasi.cluster.loop.snapshot import NotServed, Snapshot, key_of, qualified_name
from orasi.cluster.loop.webhook import Answer, NoAnswer, Webhook

# While one of these is on a parent, the garbage collector is at its children.
_COLLECTOR_FINALIZERS = frozenset({"foregroundDeletion", "orphan"})

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """How a sync ended."""

    error: str = ""  # Metacontroller's sentence; "" if all went well
    wait: int | None = None  # the hook answered 429: seconds until it wants to be asked again
    resync_after: float = 0.0  # seconds; 0: the hook did not ask for it


class _Failed(Exception):
    """One step of a sync failed. `str()` is Metacontroller's sentence."""


@dataclass(frozen=True)
class Composite:
    """Syncs the parents of one controller, one at a time."""

    definition: Definition
    webhook: Webhook
    applier: Applier
    related: Related

    def sync(self, parent: Manifest, snapshot: Snapshot, recorder: Recorder, now: float) -> Outcome:
        """Sync *parent* once, at the time *now* in seconds."""
        steps = _Sync(self, snapshot, recorder, now)
        try:
            steps.run(parent)
        except TooManyRequests as error:
            return Outcome(wait=error.seconds)
        except (
            _Failed,
            ApiError,
            ClaimFailed,
            HookFailed,
            NoAnswer,
            NotServed,
            InvalidRule,
            InvalidSelector,
        ) as error:
            return Outcome(str(error), resync_after=steps.resync_after)
        return Outcome(resync_after=steps.resync_after)


class _Sync:
    """The steps of one sync, in Metacontroller's order."""

    def __init__(
        self, composite: Composite, snapshot: Snapshot, recorder: Recorder, now: float
    ) -> None:
        self._composite = composite
        self._definition = composite.definition
        self._snapshot = snapshot
        self._recorder = recorder
        self._now = now
        self.resync_after = 0.0

    def run(self, parent: Manifest) -> None:
        parent = self._prepared_parent(parent)
        if not self._definition.concerns(parent):
            return
        selector = selector_of(self._definition, parent)
        observed = claim(self._definition, parent, selector, self._snapshot, self._recorder)
        related = self._related(parent)
        answer = self._answer(parent, observed, related)
        self.resync_after = max(0.0, answer.resync_after)
        if answer.finalized:
            parent = self._with_finalizer(parent, False, "remove")
        desired = [self._prepared_child(child, parent, selector) for child in answer.children]
        failure = ""
        if not parent["metadata"].get("deletionTimestamp") or self._finalizes(parent):
            failure = self._manage(parent, observed, desired)
        if self._write_status(parent, answer.status) and failure:
            raise _Failed(f"can't reconcile children for {self._name(parent)}: {failure}")

    def _name(self, parent: Manifest) -> str:
        return f"{self._definition.parent.kind} {'/'.join(key_of(parent))}"

    def _has_finalizer(self, parent: Manifest) -> bool:
        return self._definition.finalizer in (parent["metadata"].get("finalizers") or ())

    def _prepared_parent(self, parent: Manifest) -> Manifest:
        """With our finalizer before anything else is done, so that we get to clean up after it."""
        wanted = self._definition.has_finalizer
        if wanted and parent["metadata"].get("deletionTimestamp"):
            return parent
        if self._has_finalizer(parent) == wanted:
            return parent
        return self._with_finalizer(parent, wanted, "sync")

    def _with_finalizer(self, parent: Manifest, wanted: bool, verb: str) -> Manifest:
        own = self._definition.finalizer

        def changed(live: Manifest) -> Manifest | None:
            if self._has_finalizer(live) == wanted:
                return None
            others = [each for each in live["metadata"].get("finalizers") or () if each != own]
            finalizers = [*others, own] if wanted else others
            return {**live, "metadata": {**live["metadata"], "finalizers": finalizers}}

        try:
            return self._recorder.rewrite(
                self._definition.parent, parent, changed, self._recorder.update
            )
        except ApiError as error:
            why = f"can't {verb} finalizer for {self._name(parent)}: {error}"
            raise _Failed(why) from error

    def _related(self, parent: Manifest) -> Groups:
        hook = self._definition.hooks.get("customize")
        if hook is None:
            return {}
        body = {"controller": self._definition.controller, "parent": parent}

        def ask() -> Sequence[Manifest]:
            return self._ask(
                "customize", hook, parent, body, lambda answer: related_rules(answer, hook.mode)
            )

        return self._composite.related.groups(parent, self._snapshot, self._now, ask)

    def _answer(self, parent: Manifest, observed: Observed, related: Groups) -> CompositeAnswer:
        leaving = parent["metadata"].get("deletionTimestamp") or not self._definition.selects(
            labels(parent)
        )
        finalizing = bool("finalize" in self._definition.hooks and leaving)
        name = "finalize" if finalizing else "sync"
        failed = f"sync hook failed for {self._name(parent)}"
        hook = self._definition.hooks.get(name)
        if hook is None:
            raise _Failed(f"{failed}: sync hook not defined")
        body = {
            "controller": self._definition.controller,
            "parent": parent,
            "children": {resource.group_key: found for resource, found in observed.items()},
            "related": related,
            "finalizing": finalizing,
        }
        try:
            return self._ask(
                name, hook, parent, body, lambda answer: composite_answer(answer, name, hook.mode)
            )
        except (HookFailed, NoAnswer) as error:
            raise _Failed(f"{failed}: {name} hook failed (version=v2): {error}") from error

    def _ask(
        self,
        name: str,
        hook: Hook,
        parent: Manifest,
        body: Manifest,
        read: Callable[[Answer], T],
    ) -> T:
        code, error = None, ""
        try:
            answer = self._composite.webhook.post(hook.webhook, body)
            code = answer.code
            return read(answer)
        except (HookFailed, NoAnswer, TooManyRequests) as failure:
            error = str(failure)
            raise
        finally:
            self._recorder.calls.append(
                Call(name, self._definition.name, qualified_name(parent), code, error)
            )

    def _prepared_child(self, child: Manifest, parent: Manifest, selector: Selector) -> Manifest:
        """A desired child with its namespace and label, checked to be one we would find again."""
        metadata = dict(child.get("metadata") or {})
        namespace = metadata.get("namespace") or parent["metadata"].get("namespace")
        if namespace:
            metadata["namespace"] = namespace
        child = {**child, "metadata": metadata}
        described = f"{child['kind']} {'/'.join(key_of(child))}"
        problem = _label_problem(metadata.get("labels", {}))
        if problem:
            raise _Failed(f"invalid labels on desired child {described}: {problem}")
        if self._definition.generates_selector:
            generated = {GENERATED_LABEL: parent["metadata"]["uid"]}
            metadata["labels"] = generated | metadata.get("labels", {})
        if not selector.accepts(metadata.get("labels") or {}):
            raise _Failed(f"labels on desired child {described} don't match parent selector")
        return child

    def _finalizes(self, parent: Manifest) -> bool:
        """Whether the children of a parent that is being deleted are still ours to manage."""
        collected = _COLLECTOR_FINALIZERS.intersection(parent["metadata"].get("finalizers") or ())
        return not collected and self._has_finalizer(parent) and self._definition.has_finalizer

    def _manage(self, parent: Manifest, observed: Observed, desired: Sequence[Manifest]) -> str:
        try:
            manage(
                self._recorder,
                self._snapshot,
                self._composite.applier,
                self._definition.methods,
                parent,
                observed,
                desired,
            )
        except ChildrenFailed as error:
            return str(error)
        return ""

    def _write_status(self, parent: Manifest, status: Manifest) -> bool:
        """False if the parent is gone or always changing: then nothing else matters either."""
        wanted = {**status, "observedGeneration": parent["metadata"].get("generation", 0)}

        def changed(live: Manifest) -> Manifest | None:
            return None if same(live.get("status"), wanted) else {**live, "status": wanted}

        try:
            self._recorder.rewrite(
                self._definition.parent, parent, changed, self._recorder.update_status
            )
        except ApiError as error:
            if error.code in (404, 409):
                return False
            raise _Failed(f"can't update status for {self._name(parent)}: {error}") from error
        return True


def _label_problem(stated: object) -> str:
    """What Go says of labels that are not a map of strings; "" if they are."""
    accessor = ".metadata.labels accessor error:"
    if not isinstance(stated, dict):
        return f"{accessor} {_go(stated)}, expected map[string]interface{{}}"
    for key, value in stated.items():
        if not isinstance(value, str):
            return (
                f'{accessor} contains non-string value in the map under key "{key}": {_go(value)}, '
                "expected string"
            )
    return ""


def _go(value: object) -> str:
    shown = {None: "<nil>", True: "true", False: "false"}
    types = {None.__class__: "<nil>", bool: "bool", int: "int64", float: "float64", str: "string"}
    text = shown[value] if value is None or isinstance(value, bool) else str(value)
    return f"{text} is of the type {types.get(type(value), 'map[string]interface {}')}"
