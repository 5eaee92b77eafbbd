"""Metacontroller's loop over any cluster, in passes that can be counted and repeated."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from orasi.cluster.api import ApiError, Clock, Cluster, Manifest, Pass
from orasi.cluster.loop.appliers import DynamicApply, ServerSideApply
from orasi.cluster.loop.composite import Composite
from orasi.cluster.loop.definition import InvalidController, definition
from orasi.cluster.loop.reasons import Reasons
from orasi.cluster.loop.recorder import Recorder
from orasi.cluster.loop.related import Related
from orasi.cluster.loop.snapshot import Key, NotServed, Snapshot, qualified_name
from orasi.cluster.loop.webhook import Webhook

ApplyStrategy = Literal["dynamic-apply", "server-side-apply"]

_CONTROLLERS = ("metacontroller.k8s.io/v1alpha1", "compositecontrollers")
_EVENTS = ("v1", "events")


@dataclass(frozen=True)
class _Running:
    """A controller that has been found sound, and what it remembers."""

    source: Manifest  # as it was when it was started
    composite: Composite
    reasons: Reasons

    def is_of(self, controller: Manifest) -> bool:
        """Whether *controller* is what was started: only its spec counts."""
        return bool(
            self.source["metadata"]["uid"] == controller["metadata"]["uid"]
            and self.source["spec"] == controller["spec"]
        )


class Metacontroller:
    """Runs every CompositeController of a cluster.

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
        self._running: dict[str, _Running] = {}
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
            try:
                running.reasons.notice(self._snapshot)
            except ApiError as error:
                recorder.errors[f"CompositeController {name}"] = str(error)
                continue
            for key, parent in running.reasons.take(self._clock.now(), self._snapshot):
                self._sync(running, key, parent, recorder)
        self._cluster.run_controllers()
        return Pass(
            self._passes, tuple(recorder.calls), tuple(recorder.writes), dict(recorder.errors)
        )

    def next_due(self) -> float | None:
        """When the earliest retry, 429 or resync is due, by the clock; None if nothing waits."""
        due = [running.reasons.next_due() for running in self._running.values()]
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
        due = [running.reasons.next_retry() for running in self._running.values()]
        return min((at for at in due if at is not None), default=None)

    def _anything_new(self) -> bool:
        """Whether the cluster's own controllers have given a parent a reason since the pass."""
        self._snapshot.renew()
        try:
            for running in self._running.values():
                if running.reasons.notice(self._snapshot):
                    return True
        except ApiError:
            return False  # the next pass will say what is wrong
        return False

    def _start_and_stop(self, recorder: Recorder) -> None:
        try:
            resource = self._snapshot.resource(*_CONTROLLERS)
        except NotServed:
            self._running.clear()  # Metacontroller's kinds are not installed (yet)
            return
        controllers = {
            str(controller["metadata"]["name"]): controller
            for controller in self._snapshot.objects(resource).by_key.values()
        }
        for name in self._running.keys() - controllers.keys():
            del self._running[name]
        for name, controller in sorted(controllers.items()):
            running = self._running.get(name)
            if running is not None and running.is_of(controller):
                continue
            self._running.pop(name, None)
            try:
                self._running[name] = self._started(controller)
            except (InvalidController, ApiError) as error:
                recorder.errors[f"CompositeController {name}"] = str(error)

    def _started(self, controller: Manifest) -> _Running:
        checked = definition(controller, self._snapshot, self._cluster)
        related = Related()
        return _Running(
            controller,
            Composite(checked, self._webhook, self._applier, related),
            Reasons(checked, related, self._clock.now()),
        )

    def _sync(self, running: _Running, key: Key, parent: Manifest, recorder: Recorder) -> None:
        outcome = running.composite.sync(parent, self._snapshot, recorder, self._clock.now())
        message = f"Sync error: {outcome.error}" if outcome.error else ""
        if message:
            recorder.errors[f"{parent['kind']} {qualified_name(parent)}"] = message
        if outcome.wait is None and running.reasons.news(key, message):
            self._tell(parent, message, recorder)
        running.reasons.finished(key, outcome, self._clock.now())

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
