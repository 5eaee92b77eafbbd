"""What one sync of one parent has in common, whether it is decorated or made of children."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from orasi.cluster.api import ApiError, Call, Manifest
from orasi.cluster.loop.answers import HookFailed, TooManyRequests, related_rules
from orasi.cluster.loop.appliers import Applier
from orasi.cluster.loop.children import ChildrenFailed, Observed, manage
from orasi.cluster.loop.claims import ClaimFailed
from orasi.cluster.loop.definition import Definition, Hook
from orasi.cluster.loop.recorder import Recorder
from orasi.cluster.loop.related import Groups, InvalidRule, Related
from orasi.cluster.loop.snapshot import NotServed, Snapshot, key_of, qualified_name
from orasi.cluster.loop.webhook import Answer, NoAnswer, Webhook
from orasi.cluster.selector import InvalidSelector

# While one of these is on a parent, the garbage collector is at its children.
_COLLECTOR_FINALIZERS = frozenset({"foregroundDeletion", "orphan"})

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """How a sync ended."""

    error: str = ""  # Metacontroller's sentence; "" if all went well
    wait: int | None = None  # the hook answered 429: seconds until it wants to be asked again
    resync_after: float = 0.0  # seconds; 0: the hook did not ask for it


class Failed(Exception):
    """One step of a sync failed. `str()` is Metacontroller's sentence."""


@dataclass(frozen=True)
class Controller:
    """Syncs the parents of one controller, one at a time."""

    definition: Definition
    webhook: Webhook
    applier: Applier
    related: Related
    steps: "type[Sync]"

    def sync(self, parent: Manifest, snapshot: Snapshot, recorder: Recorder, now: float) -> Outcome:
        """Sync *parent* once, at the time *now* in seconds."""
        steps = self.steps(self, snapshot, recorder, now)
        try:
            steps.run(parent)
        except TooManyRequests as error:
            return Outcome(wait=error.seconds)
        except (
            Failed,
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


class Sync(ABC):
    """The steps of one sync; in which order they are made is for its kinds to say."""

    def __init__(
        self, controller: Controller, snapshot: Snapshot, recorder: Recorder, now: float
    ) -> None:
        self._controller = controller
        self._definition = controller.definition
        self._snapshot = snapshot
        self._recorder = recorder
        self._now = now
        self.resync_after = 0.0

    @abstractmethod
    def run(self, parent: Manifest) -> None: ...

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
            raise Failed(why) from error

    def _related(self, parent: Manifest) -> Groups:
        hook = self._definition.hooks.get("customize")
        if hook is None:
            return {}
        body = {"controller": self._definition.controller, "parent": parent}

        def ask() -> Sequence[Manifest]:
            return self._ask(
                "customize", hook, parent, body, lambda answer: related_rules(answer, hook.mode)
            )

        return self._controller.related.groups(parent, self._snapshot, self._now, ask)

    def _asked_hook(self, parent: Manifest) -> str:
        """Which hook is asked about *parent*: "sync" or "finalize"."""
        leaving = parent["metadata"].get("deletionTimestamp") or not self._definition.selects(
            parent
        )
        return "finalize" if "finalize" in self._definition.hooks and leaving else "sync"

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
            answer = self._controller.webhook.post(hook.webhook, body)
            code = answer.code
            return read(answer)
        except (HookFailed, NoAnswer, TooManyRequests) as failure:
            error = str(failure)
            raise
        finally:
            self._recorder.calls.append(
                Call(name, self._definition.name, qualified_name(parent), code, error)
            )

    def _with_namespace(self, child: Manifest, parent: Manifest) -> Manifest:
        """A desired child beside its parent, unless it says where else it is to be."""
        metadata = dict(child.get("metadata") or {})
        namespace = metadata.get("namespace") or parent["metadata"].get("namespace")
        if namespace:
            metadata["namespace"] = namespace
        return {**child, "metadata": metadata}

    def _manages(self, parent: Manifest) -> bool:
        """Whether the children are ours to manage: not those of a parent that is being deleted."""
        return not parent["metadata"].get("deletionTimestamp") or self._finalizes(parent)

    def _finalizes(self, parent: Manifest) -> bool:
        """Whether the children of a parent that is being deleted are still ours to manage."""
        collected = _COLLECTOR_FINALIZERS.intersection(parent["metadata"].get("finalizers") or ())
        return not collected and self._has_finalizer(parent) and self._definition.has_finalizer

    def _manage(self, parent: Manifest, observed: Observed, desired: Sequence[Manifest]) -> str:
        try:
            manage(
                self._recorder,
                self._snapshot,
                self._controller.applier,
                self._definition.methods,
                parent,
                observed,
                desired,
            )
        except ChildrenFailed as error:
            return f"can't reconcile children for {self._name(parent)}: {error}"
        return ""
