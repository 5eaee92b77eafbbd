"""Plays a scenario on the embedded cluster, and tells it as the recording does."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from orasi.cluster.api import ApiError, Manifest, Resource, VirtualClock
from orasi.cluster.loop.metacontroller import ApplyStrategy, Metacontroller
from orasi.cluster.loop.webhook import Answer, NoAnswer, timeout
from orasi.cluster.memory.merge_patch import merge_patched
from tests.conformance.cluster import ENGINE, USER, Recorded
from tests.conformance.hook import reply, subject
from tests.conformance.snapshot import served, snapshot, without_uids

QUIET = 2.7  # seconds without a call and a write, after which a step is seen to be at its end
PATIENCE = 12.0  # seconds, after which a step that is not quiet does not settle
ROUND = 0.05  # seconds that a pass takes: loops of the recording go round 16 to 20 times a second
START = 0.5  # seconds between the controller's start and the first step

NOT_FOUND = 404

EVENT = Resource("v1", "Event", "events")
NAMESPACE = Resource("v1", "Namespace", "namespaces", False)


@dataclass
class Hooks:
    """Implements `Webhook`: the verbatim hook, and a record of its calls."""

    clock: VirtualClock
    calls: list[Manifest]
    began: float = 0.0  # when the step did
    _asked: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def post(
        self, webhook: Manifest, body: Manifest, headers: Mapping[str, str] | None = None
    ) -> Answer:
        address = urlsplit(webhook["url"])
        if address.netloc != "HOOK":
            refused = f"dial tcp {address.netloc}: connect: connection refused"
            raise NoAnswer(f'http error: Post "{webhook["url"]}": {refused}')
        hook, asked = address.path.rpartition("/")[2], subject(body)["metadata"]
        key = hook, asked["uid"], asked.get("generation", 0)
        answer = reply(hook, body, headers or {}, self._asked[key])
        self._asked[key] += 1
        self.calls.append(self._shown(hook, body, headers or {}, answer.code))
        limit = timeout(webhook)
        self.clock.sleep_until(self.clock.now() + min(answer.delay, limit))
        if answer.delay > limit:
            late = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
            raise NoAnswer(f'http error: Post "{webhook["url"]}": {late}')
        return Answer(answer.code, answer.headers, answer.body.encode())

    def _shown(self, hook: str, body: Manifest, headers: Mapping[str, str], code: int) -> Manifest:
        metadata = subject(body)["metadata"]
        place = (metadata.get("namespace"), metadata["name"])
        shown: Manifest = {
            "at": round(self.clock.now() - self.began, 1),
            "hook": hook,
            "object": "/".join(filter(None, place)),
            "generation": metadata.get("generation"),
        }
        if hook != "customize":
            shown["finalizing"] = body["finalizing"]
            for key in ("children", "attachments", "related"):
                if key in body:
                    shown[key] = {group: sorted(found) for group, found in body[key].items()}
        if metadata.get("deletionTimestamp"):
            shown["deleting"] = True
        if "If-None-Match" in headers:
            shown["ifNoneMatch"] = True
        return {**shown, "code": code}


class Player:
    """One scenario under one apply strategy."""

    def __init__(self, scenario: Manifest, strategy: ApplyStrategy) -> None:
        self._scenario = scenario
        self._clock = VirtualClock()
        self.cluster = Recorded(self._clock)
        self._users = self.cluster.as_manager(USER)
        self._hooks = Hooks(self._clock, self.cluster.calls)
        self.loop = Metacontroller(
            self.cluster.as_manager(ENGINE), self._hooks, self._clock, apply_strategy=strategy
        )
        own: Manifest = {"metadata": {"name": scenario["namespace"]}}
        self._homes: list[Manifest] = [own, *scenario.get("namespaces", ())]
        self._told: dict[str, int] = {}
        self.controller_started = False  # before the first step

    def play(self) -> Iterator[Manifest]:
        """What is seen after each step, as in the vectors."""
        for each in self._homes:
            self._users.create(NAMESPACE, {"apiVersion": "v1", "kind": "Namespace", **each})
        for manifest in self._scenario.get("initial", ()):
            self._create({"object": manifest})
        self._create({"object": self._scenario["controller"]})
        self._watch(START)
        self.controller_started = any(
            event["reason"] == "Started" for event in self.cluster.list(EVENT)
        )
        self._new_warnings("parents")  # what is said of the controller belongs to the first step
        for number, step in enumerate(self._scenario["steps"], 1):
            yield {"step": number, "what": step["what"], **self._step(step["actions"])}

    def _step(self, actions: Sequence[Manifest]) -> Manifest:
        self._hooks.calls.clear()
        self.cluster.audit.clear()
        began = self._hooks.began = self._clock.now()
        watched = [action["seconds"] for action in actions if action["do"] == "watch"]
        for number, action in enumerate(each for each in actions if each["do"] != "watch"):
            if number == 1:  # the first has been heard of, the others come during its sync
                self.loop.run_pass()
            self._do(action)
        seen: Manifest = {"settles": True}
        if watched:
            self._watch(sum(watched))
            seen["watchedSeconds"] = sum(watched)
        else:
            seen["settles"] = self._becomes_quiet()
        calls = list(self._hooks.calls)
        writes = [entry.shown() for entry in self.cluster.audit if entry.is_shown]
        if not seen["settles"]:
            seconds = self._clock.now() - began
            seen["callsPerSecond"] = round(len(calls) / seconds, 1)
            seen["writesPerSecond"] = round(len(writes) / seconds, 1)
        homes = [each["metadata"]["name"] for each in self._homes]
        objects = snapshot(self.cluster, self._scenario["kinds"], homes, self.cluster.uids)
        return {
            **seen,
            "calls": calls,
            "writes": writes,
            "warnings": self._new_warnings("parents"),
            "controllerWarnings": self._new_warnings("controllers"),
            "objects": objects,
        }

    def _becomes_quiet(self) -> bool:
        deadline = self._clock.now() + PATIENCE
        quiet_at = self._clock.now() + QUIET
        while self._clock.now() < quiet_at:
            if self._clock.now() >= deadline:
                return False
            if self._pass():
                quiet_at = self._clock.now() + QUIET
            else:
                self._sleep_at_most_until(quiet_at)
        return True

    def _watch(self, seconds: float) -> None:
        end = self._clock.now() + seconds
        while self._clock.now() < end:
            if not self._pass():
                self._sleep_at_most_until(end)

    def _pass(self) -> bool:
        """Whether anything was called or written in it."""
        calls, writes = len(self._hooks.calls), len(self.cluster.audit)
        self.loop.run_pass()
        if (calls, writes) == (len(self._hooks.calls), len(self.cluster.audit)):
            return False
        self._clock.sleep_until(self._clock.now() + ROUND)
        return True

    def _sleep_at_most_until(self, moment: float) -> None:
        due = self.loop.next_due()
        self._clock.sleep_until(moment if due is None else min(moment, due))

    def _do(self, action: Manifest) -> None:
        kinds: Mapping[str, Any] = {
            "create": self._create,
            "patch": self._patch,
            "delete": self._delete,
        }
        try:
            kinds[action["do"]](action)
        except ApiError as error:
            # Of what is not there the recording says nothing: it is missed among the objects.
            if error.code != NOT_FOUND and not action.get("mayFail"):
                raise

    def _create(self, action: Manifest) -> None:
        manifest = dict(action["object"])
        resource = self._resource(manifest["kind"])
        metadata = dict(manifest["metadata"])
        if resource.namespaced:
            metadata.setdefault("namespace", self._scenario["namespace"])
        owner = action.get("ownedBy")
        if owner:
            metadata["ownerReferences"] = [self._owner_reference(owner)]
        self._users.create(resource, {**manifest, "metadata": metadata})

    def _owner_reference(self, owner: Manifest) -> Manifest:
        found = self._users.get(*self._place(owner))
        return {
            "apiVersion": found["apiVersion"],
            "kind": found["kind"],
            "name": found["metadata"]["name"],
            "uid": found["metadata"]["uid"],
            "controller": True,
            "blockOwnerDeletion": True,
        }

    def _patch(self, action: Manifest) -> None:
        place = self._place(action)
        if action.get("subresource") == "status":
            old = self._users.get(*place)
            self._users.update_status(place[0], merge_patched(old, action["patch"]))
        else:
            self._users.patch(*place, action["patch"])

    def _delete(self, action: Manifest) -> None:
        self._users.delete(
            *self._place(action), propagation=action.get("propagation", "Background")
        )

    def _place(self, action: Manifest) -> tuple[Resource, str, str]:
        resource = self._resource(action["kind"])
        home = action.get("namespace", self._scenario["namespace"])
        return resource, str(home) if resource.namespaced else "", action["name"]

    def _resource(self, kind: str) -> Resource:
        return served(self.cluster, [kind])[0]

    def _new_warnings(self, about: Literal["parents", "controllers"]) -> list[Manifest]:
        """Warnings that were made or repeated since this was last asked."""
        found = []
        for event in self.cluster.list(EVENT):
            concerned, name = event["involvedObject"], event["metadata"]["name"]
            is_controller = concerned["apiVersion"].startswith("metacontroller.")
            if event["type"] != "Warning" or is_controller is (about == "parents"):
                continue
            if event["count"] != self._told.get(name):
                self._told[name] = event["count"]
                message = without_uids(event["message"], self.cluster.uids)
                found.append(
                    {
                        "type": "Warning",
                        "reason": event["reason"],
                        "object": f"{concerned['kind']} {concerned['name']}",
                        "message": message,
                    }
                )
        return found
