"""Metacontroller's loop over any cluster, in passes that can be counted and repeated."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from orasi.cluster.api import ApiError, Clock, Cluster, Manifest, Pass, Resource
from orasi.cluster.loop.appliers import DynamicApply, ServerSideApply
from orasi.cluster.loop.composite import CompositeSync
from orasi.cluster.loop.decorator import DecoratorSync
from orasi.cluster.loop.definition import Definition, InvalidController, composite, decorator
from orasi.cluster.loop.events import Events
from orasi.cluster.loop.reasons import Reasons
from orasi.cluster.loop.recorder import Recorder
from orasi.cluster.loop.related import Related
from orasi.cluster.loop.revisions import API_VERSION
from orasi.cluster.loop.snapshot import Key, NotServed, Snapshot, qualified_name
from orasi.cluster.loop.sync import Controller, Sync
from orasi.cluster.loop.webhook import Webhook

ApplyStrategy = Literal["dynamic-apply", "server-side-apply"]

_WARNINGS = ("CreateError", "SyncError")


@dataclass(frozen=True)
class _Type:
    """A type of controllers: how one is read, and how its parents are synced."""

    define: Callable[[Manifest, Snapshot, Cluster], Sequence[Definition]]
    steps: type[Sync]


_TYPES = {
    "compositecontrollers": _Type(composite, CompositeSync),
    "decoratorcontrollers": _Type(decorator, DecoratorSync),
}


@dataclass(frozen=True)
class _Running:
    """A controller that has been found sound, and what it remembers, for each kind of parents."""

    source: Manifest  # as it was when it was started
    work: Sequence[tuple[Controller, Reasons]]
    refused: Manifest | None = None  # what it has become since, which is left alone
    refusal: str = ""  # why that cannot be run

    def is_of(self, controller: Manifest) -> bool:
        """Whether *controller* is what was seen last."""
        return _is_same(self.refused or self.source, controller)

    def was_started_as(self, controller: Manifest) -> bool:
        return _is_same(self.source, controller)


def _is_same(one: Manifest, other: Manifest) -> bool:
    """Only the spec counts."""
    return bool(one["metadata"]["uid"] == other["metadata"]["uid"] and one["spec"] == other["spec"])


class Metacontroller:
    """Runs every CompositeController and DecoratorController of a cluster.

    A pass lists what there is, syncs each parent that has a reason once, in the order of
    namespace and name, and then lets the cluster's own controllers work. Two runs from the same
    start make the same calls and writes.
    """

    def __init__(
        self,
        cluster: Cluster,
        webhook: Webhook,
        clock: Clock,
        *,
        apply_strategy: ApplyStrategy = "dynamic-apply",
    ) -> None:
        self._cluster = cluster
        self._webhook = webhook
        self._clock = clock
        self._applier = DynamicApply() if apply_strategy == "dynamic-apply" else ServerSideApply()
        self._snapshot = Snapshot(cluster)
        self._running: dict[str, _Running] = {}  # by kind and name
        self._events = Events(cluster)
        self._passes = 0

    def run_pass(self) -> Pass:
        """Sync every parent that has a reason now, once.

        Whatever fails is in the pass's `errors`. Raises `ApiError` if the controllers themselves
        cannot be listed.
        """
        self._passes += 1
        recorder = Recorder(self._cluster)
        self._snapshot.renew()
        self._start_and_stop(recorder)
        for name, running in sorted(self._running.items()):
            noticed = []  # by all of them before the first is synced
            for controller, reasons in running.work:
                now = self._clock.now()
                try:
                    if reasons.notice(self._snapshot, now):
                        ask = controller.ask(self._snapshot, recorder, now)
                        reasons.ask_strangers(self._snapshot, now, ask)
                except ApiError as error:
                    recorder.errors[name] = str(error)
                    continue
                noticed.append((controller, reasons))
            for controller, reasons in noticed:
                for key, parent in reasons.take(self._clock.now(), self._snapshot):
                    self._sync(controller, reasons, key, parent, recorder)
        self._cluster.run_controllers()
        return Pass(
            self._passes, tuple(recorder.calls), tuple(recorder.writes), dict(recorder.errors)
        )

    def next_due(self) -> float | None:
        """When the earliest retry, 429 or resync is due, by the clock; None if nothing waits."""
        return min((reasons.next_due() for reasons in self._all_reasons()), default=None)

    def settle(self, *, patience: float = 60.0) -> Iterator[Pass]:
        """Passes until one changes nothing and leaves no reason for another.

        Errors and 429s are retried as they fall due, up to *patience* seconds of the clock after
        the first of them. What the cluster will do by itself, as pods that start, is waited for
        if it is at most *patience* away. Resyncs are not waited for. Hooks that answer
        differently each time never settle: then this does not end by itself.
        """
        deadline: float | None = None
        while True:
            done = self.run_pass()
            yield done
            retry = self._next_retry()
            if retry is not None:
                deadline = self._clock.now() + patience if deadline is None else deadline
                retry = retry if retry <= deadline else None
            # A real engine would also sync while pods start, and report that they do. Here each
            # pass is followed by what the cluster does next: fewer passes, to the same end.
            waited = self._let_cluster_work(retry, patience)
            if done.changes or self._anything_new():
                continue
            while waited:
                waited = self._let_cluster_work(retry, patience)
                if self._anything_new():
                    break
            else:
                if retry is None:
                    return
                self._clock.sleep_until(retry)

    def _let_cluster_work(self, retry: float | None, patience: float) -> bool:
        """Wait until the cluster does something by itself; False if that is not worth waiting."""
        change = self._cluster.next_change()
        if change is None or change > self._clock.now() + patience:
            return False
        if retry is not None and retry <= change:
            return False
        self._clock.sleep_until(change)
        self._cluster.run_controllers()
        return True

    def _next_retry(self) -> float | None:
        due = [reasons.next_retry() for reasons in self._all_reasons()]
        return min((at for at in due if at is not None), default=None)

    def _anything_new(self) -> bool:
        """Whether the cluster's own controllers have given a parent a reason since the pass."""
        self._snapshot.renew()
        try:
            for reasons in self._all_reasons():
                if reasons.notice(self._snapshot, self._clock.now()):
                    return True
        except ApiError:
            return False  # the next pass will say what is wrong
        return False

    def _all_reasons(self) -> Iterator[Reasons]:
        return (reasons for running in self._running.values() for _, reasons in running.work)

    def _start_and_stop(self, recorder: Recorder) -> None:
        found = {
            f"{controller['kind']} {controller['metadata']['name']}": (kind, controller)
            for plural, kind in _TYPES.items()
            for controller in self._controllers(plural)
        }
        for name in sorted(self._running.keys() - found.keys()):
            self._stop(name)
        for name, (kind, controller) in sorted(found.items()):
            running = self._running.get(name)
            if running is None or not running.is_of(controller):
                self._start(recorder, name, kind, controller)
            if name in self._running and self._running[name].refusal:
                recorder.errors[name] = self._running[name].refusal

    def _start(self, recorder: Recorder, name: str, kind: _Type, controller: Manifest) -> None:
        """Start it in the place of what it was before, unless it went back to just that."""
        before = self._running.get(name)
        if before is not None and before.work and before.was_started_as(controller):
            self._running[name] = replace(before, refused=None, refusal="")
            return
        try:
            started = self._started(kind, controller)
        except ApiError as error:  # its CRD could not be read: what it was before goes on
            recorder.errors[name] = str(error)
        except InvalidController as error:
            recorder.errors[name] = str(error)
            self._refuse(name, controller, error)
        else:
            self._stop(name)
            self._running[name] = started
            title = controller["metadata"]["name"]
            self._tell(controller, "Starting", f"Starting controller: {title}")
            self._tell(controller, "Started", f"Started controller: {title}")

    def _refuse(self, name: str, controller: Manifest, error: InvalidController) -> None:
        if error.is_ignored:  # and so is that it is not what goes on
            before = self._running.get(name) or _Running(controller, ())
            self._running[name] = replace(before, refused=controller, refusal=str(error))
            self._tell(controller, "SyncError", str(error))
            return
        self._stop(name)
        if error.is_told:
            why = f"Cannot create new controller: {error}"
            self._tell(controller, "CreateError", why)

    def _stop(self, name: str) -> None:
        stopped = self._running.pop(name, None)
        if stopped is not None and stopped.work:
            title = stopped.source["metadata"]["name"]
            self._tell(stopped.source, "Stopping", f"Stopping controller: {title}")
            self._tell(stopped.source, "Stopped", f"Stopped controller: {title}")

    def _controllers(self, plural: str) -> Sequence[Manifest]:
        try:
            resource = self._snapshot.resource(API_VERSION, plural)
        except NotServed:
            return ()  # Metacontroller's kinds are not installed (yet)
        return tuple(self._snapshot.objects(resource).by_key.values())

    def _started(self, kind: _Type, controller: Manifest) -> _Running:
        watched: dict[Resource, None] = {}
        return _Running(
            controller,
            [
                self._work(kind, each, watched)
                for each in kind.define(controller, self._snapshot, self._cluster)
            ],
        )

    def _work(
        self, kind: _Type, definition: Definition, watched: dict[Resource, None]
    ) -> tuple[Controller, Reasons]:
        customize = definition.hooks.get("customize")
        keeps_home = customize is not None and customize.reader.version == "v1"
        related = Related(definition.parent, watched, keeps_home=keeps_home)
        return (
            Controller(definition, self._webhook, self._applier, related, kind.steps),
            Reasons(definition, related, self._clock.now()),
        )

    def _sync(
        self,
        controller: Controller,
        reasons: Reasons,
        key: Key,
        parent: Manifest,
        recorder: Recorder,
    ) -> None:
        outcome = controller.sync(
            parent,
            self._snapshot,
            recorder,
            self._clock.now(),
            is_late=reasons.has_failed(key),
        )
        if outcome.error:
            message = f"Sync error: {outcome.error}"
            recorder.errors[f"{parent['kind']} {qualified_name(parent)}"] = message
            self._tell(parent, "SyncError", message)
        reasons.finished(key, outcome, self._clock.now())

    def _tell(self, about: Manifest, reason: str, message: str) -> None:
        kind: Literal["Normal", "Warning"] = "Warning" if reason in _WARNINGS else "Normal"
        self._events.tell(about, kind, reason, message, self._clock.now())
