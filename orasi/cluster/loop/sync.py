"""What one sync of one parent has in common, whether it is decorated or made of children."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from orasi.cluster.api import ApiError, Call, Manifest
from orasi.cluster.loop.answers import HookFailed, Reader, TooManyRequests, related_rules
from orasi.cluster.loop.appliers import Applier
from orasi.cluster.loop.children import ChildrenFailed, Observed, manage
from orasi.cluster.loop.claims import ClaimFailed
from orasi.cluster.loop.definition import Definition, Hook
from orasi.cluster.loop.recorder import Recorder
from orasi.cluster.loop.related import Ask, Groups, NotWatchedYet, Related
from orasi.cluster.loop.rules import InvalidRule
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
    is_early: bool = False  # a related kind is not watched yet: to be tried again in silence
    wait: int | None = None  # the hook answered 429: seconds until it wants to be asked again
    resync_after: float = 0.0  # seconds; 0: the hook did not ask for it
    is_news: bool = False  # what was adopted is heard of, even if it has been deleted since


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

    def sync(
        self,
        parent: Manifest,
        snapshot: Snapshot,
        recorder: Recorder,
        now: float,
        *,
        is_late: bool,
    ) -> Outcome:
        """Sync *parent* once, at the time *now* in seconds; *is_late*: its last sync failed."""
        steps = self.steps(self, snapshot, recorder, now, is_late=is_late)
        try:
            if self.definition.concerns(parent):
                steps.run(parent)
        except TooManyRequests as error:
            return Outcome(wait=error.seconds)
        except NotWatchedYet:
            return Outcome(is_early=True)
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
            failure = str(error)
        else:
            failure = ""
        return Outcome(failure, resync_after=steps.resync_after, is_news=steps.has_adopted)

    def ask(self, snapshot: Snapshot, recorder: Recorder, now: float) -> Ask:
        """Asks the customize hook about a parent outside of its sync."""
        return self.steps(self, snapshot, recorder, now, is_late=False).customized


class Sync(ABC):
    """The steps of one sync; in which order they are made is for its kinds to say."""

    subject, group = "", ""  # how a request calls the parent, and what it has

    def __init__(
        self,
        controller: Controller,
        snapshot: Snapshot,
        recorder: Recorder,
        now: float,
        *,
        is_late: bool,
    ) -> None:
        self._controller = controller
        self._definition = controller.definition
        self._snapshot = snapshot
        self._recorder = recorder
        self._now = now
        self._is_late = is_late
        self.resync_after = 0.0
        self.has_adopted = False

    @abstractmethod
    def run(self, parent: Manifest) -> None: ...

    @abstractmethod
    def _without_hook(self, parent: Manifest) -> str:
        """What is said of a parent for which there is no hook."""

    def customized(self, parent: Manifest) -> Sequence[Manifest]:
        """What the customize hook says of *parent*."""
        hook = self._definition.hooks["customize"]
        body = {"controller": self._definition.controller, "parent": parent}
        return self._ask(hook, parent, body, related_rules)

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
        if "customize" not in self._definition.hooks:
            return {}
        return self._controller.related.groups(
            parent, self._snapshot, self._now, self.customized, is_late=self._is_late
        )

    def _called(
        self,
        parent: Manifest,
        observed: Observed,
        related: Groups,
        read: Callable[[Answer, Reader], T],
    ) -> T:
        """What the hook whose turn it is says. Raises `HookFailed`, and `Failed` without one."""
        leaving = parent["metadata"].get("deletionTimestamp") or not self._definition.selects(
            parent
        )
        name = "finalize" if "finalize" in self._definition.hooks and leaving else "sync"
        hook = self._definition.hooks.get(name)
        if hook is None:
            raise Failed(self._without_hook(parent))
        groups = {resource.group_key: found for resource, found in observed.items()}
        body = {
            "controller": self._definition.controller,
            self.subject: parent,
            self.group: _keyed(groups, parent, hook.reader.version),
            "related": _keyed(related, parent, hook.reader.version),
            "finalizing": name == "finalize",
        }
        try:
            return self._ask(hook, parent, body, read)
        except (HookFailed, NoAnswer) as error:
            why = f"{name} hook failed (version={hook.reader.version}): {error}"
            raise HookFailed(why) from error

    def _ask(
        self, hook: Hook, parent: Manifest, body: Manifest, read: Callable[[Answer, Reader], T]
    ) -> T:
        code, error = None, ""
        try:
            sent = hook.etags.headers(parent, self._now) if hook.etags else {}
            answer = self._controller.webhook.post(hook.webhook, body, sent)
            code = answer.code
            if hook.etags:
                answer = hook.etags.answer(parent, answer, sent, self._now)
            return read(answer, hook.reader)
        except (HookFailed, NoAnswer, TooManyRequests) as failure:
            error = str(failure)
            raise
        finally:
            call = Call(
                hook.reader.hook, self._definition.name, qualified_name(parent), code, error
            )
            self._recorder.calls.append(call)

    def _with_namespace(self, child: Manifest, parent: Manifest) -> Manifest:
        """A desired child beside its parent, unless it says where else it is to be.

        What is of a wrong type is as good as not stated, and in metadata that are no object
        nothing can be written either.
        """
        stated = child.get("metadata", {})
        if not isinstance(stated, dict):
            # The first to miss something in it are those who ask for labels.
            return {**child, "metadata": {} if stated is None else {"labels": stated}}
        metadata = {**stated}
        if not (metadata.get("namespace") and isinstance(metadata["namespace"], str)):
            metadata["namespace"] = parent["metadata"].get("namespace") or ""
        if not metadata["namespace"]:
            del metadata["namespace"]
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


def _keyed(
    groups: Mapping[str, Mapping[str, Manifest]], parent: Manifest, version: str
) -> Mapping[str, Mapping[str, Manifest]]:
    """*groups* as hooks of *version* get them: v1 keys by name what is in the parent's namespace,
    and has nothing else."""
    home = parent["metadata"].get("namespace")
    if version != "v1" or not home:
        return groups
    return {
        group: {key_of(each)[1]: each for each in found.values() if key_of(each)[0] == home}
        for group, found in groups.items()
    }
