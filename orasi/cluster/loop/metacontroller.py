"""Metacontroller's loop over any cluster, in passes that can be counted and repeated."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from orasi.cluster.api import ApiError, Clock, Cluster, Manifest, Pass
from orasi.cluster.loop.appliers import DynamicApply, ServerSideApply
from orasi.cluster.loop.composite import CompositeSync
from orasi.cluster.loop.decorator import DecoratorSync
from orasi.cluster.loop.definition import Definition, InvalidController, composite, decorator
from orasi.cluster.loop.reasons import Reasons
from orasi.cluster.loop.recorder import Recorder
from orasi.cluster.loop.related import Related
from orasi.cluster.loop.snapshot import Key, NotServed, Snapshot, qualified_name
from orasi.cluster.loop.sync import Controller, Sync
from orasi.cluster.loop.webhook import Webhook

ApplyStrategy = Literal["dynamic-apply", "server-side-apply"]

_API_VERSION = "metacontroller.k8s.io/v1alpha1"
_EVENTS = ("v1", "events")


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

    def is_of(self, controller: Manifest) -> bool:
        """Whether *controller* is what was started: only its spec counts."""
        return bool(
            self.source["metadata"]["uid"] == controller["metadata"]["uid"]
            and self.source["spec"] == controller["spec"]
        )


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
        self._passes = 0
        self._events = 0

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
            for controller, reasons in running.work:
                try:
                    reasons.notice(self._snapshot)
                except ApiError as error:
                    recorder.errors[name] = str(error)
                    continue
                for key, parent in reasons.take(self._clock.now(), self._snapshot):
                    self._sync(controller, reasons, key, parent, recorder)
        self._cluster.run_controllers()
        return Pass(
            self._passes, tuple(recorder.calls), tuple(recorder.writes), dict(recorder.errors)
        )

    def next_due(self) -> float | None:
        """When the earliest retry, 429 or resync is due, by the clock; None if nothing waits."""
        due = [reasons.next_due() for reasons in self._all_reasons()]
        return min((at for at in due if at is not None), default=None)

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
                if reasons.notice(self._snapshot):
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
        for name in self._running.keys() - found.keys():
            del self._running[name]
        for name, (kind, controller) in sorted(found.items()):
            running = self._running.get(name)
            if running is not None and running.is_of(controller):
                continue
            self._running.pop(name, None)
            try:
                self._running[name] = self._started(kind, controller)
            except (InvalidController, ApiError) as error:
                recorder.errors[name] = str(error)

    def _controllers(self, plural: str) -> Sequence[Manifest]:
        try:
            resource = self._snapshot.resource(_API_VERSION, plural)
        except NotServed:
            return ()  # Metacontroller's kinds are not installed (yet)
        return tuple(self._snapshot.objects(resource).by_key.values())

    def _started(self, kind: _Type, controller: Manifest) -> _Running:
        return _Running(
            controller,
            [
                self._work(kind, each)
                for each in kind.define(controller, self._snapshot, self._cluster)
            ],
        )

    def _work(self, kind: _Type, definition: Definition) -> tuple[Controller, Reasons]:
        related = Related()
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
        outcome = controller.sync(parent, self._snapshot, recorder, self._clock.now())
        message = f"Sync error: {outcome.error}" if outcome.error else ""
        if message:
            recorder.errors[f"{parent['kind']} {qualified_name(parent)}"] = message
        if outcome.wait is None and reasons.news(key, message):
            self._tell(parent, message, recorder)
        reasons.finished(key, outcome, self._clock.now())

    def _tell(self, parent: Manifest, message: str, recorder: Recorder) -> None:
        """Write the event that a user sees with `kubectl describe`."""
        self._events += 1
        metadata = parent["metadata"]
        moment = datetime.fromtimestamp(self._clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        serial = f"{int(self._clock.now() * 1e6) + self._events:016x}"
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": f"{metadata['name']}.{serial}",
                "namespace": metadata.get("namespace") or "default",
            },
            "involvedObject": {
                "apiVersion": parent["apiVersion"],
                "kind": parent["kind"],
                "name": metadata["name"],
                "uid": metadata["uid"],
                "resourceVersion": metadata["resourceVersion"],
                **({"namespace": metadata["namespace"]} if metadata.get("namespace") else {}),
            },
            "type": "Warning",
            "reason": "SyncError",
            "message": message,
            "source": {"component": "metacontroller"},
            "reportingComponent": "metacontroller",
            "firstTimestamp": moment,
            "lastTimestamp": moment,
            "count": 1,
        }
        try:
            recorder.create(self._snapshot.resource(*_EVENTS), event)
        except (ApiError, NotServed):
            return  # an event is a courtesy: the error itself is in the pass
