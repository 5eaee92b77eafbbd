"""What happens in a pass, in the order in which it does: seen where calls and writes are made."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from orasi.applying import Name
from orasi.cluster.api import ApiError, Call, Cluster, Manifest, Pass, Resource, Write
from orasi.cluster.loop.merge import encoded
from orasi.cluster.loop.webhook import NO_HEADERS, Answer, NoAnswer, Webhook, webhook_url
from orasi.state import name_of

HEADERS = ("Content-Type", "Retry-After", "ETag")  # those that Metacontroller reads

EVENT = "Event"  # it tells of an error, which is shown anyway, and is in no pass

Keep = Callable[[str, Any], None]
"""Takes a name and the JSON to keep under it."""


@dataclass(frozen=True)
class Asked:
    """One call, as it is made."""

    number: int  # of the run, from 1
    passes: int  # which pass of its round, from 1
    path: str  # of the hook's URL, without the query: "/hooks/pipeline/sync"
    subject: Name  # the parent, or the object that is decorated

    @property
    def file(self) -> str:
        """`0001-pass-1-pipeline-sync-default-web`, short enough for every file system."""
        words = [*self.path.removeprefix("/hooks").split("/"), self.subject.qualified]
        name = "-".join(filter(None, words)).replace("/", "-")
        return f"{self.number:04}-pass-{self.passes}-{name}"[:200]


@dataclass(frozen=True)
class Called:
    """One call, and what came of it."""

    asked: Asked
    call: Call  # as the loop sees it
    answer: Answer | None  # None: there was none
    seconds: float


@dataclass(frozen=True)
class Written:
    """One write, and why it was refused."""

    write: Write
    refusal: str = ""
    dry_run: bool = False


@dataclass
class _Answered:
    asked: Asked
    answer: Answer | None = None
    seconds: float = 0.0


@dataclass
class _Tried:
    refusal: str = ""
    dry_run: Write | None = None  # the loop keeps nothing of one


class Trace:
    """Implements `Webhook` and `Cluster`: stands between the loop and the two that it is given.

    A pass does not say which of its writes came before which of its calls; this does.
    """

    def __init__(self, webhook: Webhook, cluster: Cluster, keep: Keep | None = None) -> None:
        self._webhook = webhook
        self._cluster = cluster
        self._keep = keep
        self._passes = 1
        self._seen: list[_Answered | _Tried] = []
        self.calls = 0  # of all passes
        self.resources, self.get, self.list = cluster.resources, cluster.get, cluster.list
        self.run_controllers, self.next_change = cluster.run_controllers, cluster.next_change

    def begin(self) -> None:
        """The next pass is the first of a round."""
        self._passes = 1

    def after(self, done: Pass) -> list[Called | Written]:
        """What happened in the pass that is *done*."""
        calls, writes = iter(done.calls), iter(done.writes)
        happened = [
            Called(each.asked, next(calls), each.answer, each.seconds)
            if isinstance(each, _Answered)
            else Written(each.dry_run or next(writes), each.refusal, each.dry_run is not None)
            for each in self._seen
        ]
        self._seen.clear()
        self._passes += 1
        return happened

    def post(
        self, webhook: Manifest, body: Manifest, headers: Mapping[str, str] = NO_HEADERS
    ) -> Answer:
        self.calls += 1
        subject = name_of(body["parent"] if "parent" in body else body["object"])
        asked = Asked(self.calls, self._passes, urlsplit(webhook_url(webhook)).path, subject)
        if self._keep:
            self._keep(f"{asked.file}.request", json.loads(encoded(body)))
        answered = _Answered(asked)
        self._seen.append(answered)
        started = time.perf_counter()
        try:
            answer = answered.answer = self._webhook.post(webhook, body, headers)
        except NoAnswer as error:
            if self._keep:
                self._keep(f"{asked.file}.response", {"code": None, "error": str(error)})
            raise
        finally:
            answered.seconds = time.perf_counter() - started
        if self._keep:
            self._keep(f"{asked.file}.response", _told(answer))
        return answer

    def create(self, resource: Resource, manifest: Manifest) -> Manifest:
        if resource.kind == EVENT:
            return self._cluster.create(resource, manifest)
        with self._trying():
            return self._cluster.create(resource, manifest)

    def update(self, resource: Resource, manifest: Manifest) -> Manifest:
        with self._trying():
            return self._cluster.update(resource, manifest)

    def update_status(self, resource: Resource, manifest: Manifest) -> Manifest:
        with self._trying():
            return self._cluster.update_status(resource, manifest)

    def patch(
        self, resource: Resource, namespace: str, name: str, merge_patch: Manifest
    ) -> Manifest:
        if resource.kind == EVENT:
            return self._cluster.patch(resource, namespace, name, merge_patch)
        with self._trying():
            return self._cluster.patch(resource, namespace, name, merge_patch)

    def apply(
        self, resource: Resource, manifest: Manifest, *, field_manager: str, dry_run: bool = False
    ) -> Manifest:
        name = name_of(manifest)
        dry = Write("patch", resource, name.namespace, name.name) if dry_run else None
        with self._trying(dry):
            return self._cluster.apply(
                resource, manifest, field_manager=field_manager, dry_run=dry_run
            )

    def delete(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        *,
        uid: str | None = None,
        propagation: str = "Background",
    ) -> None:
        with self._trying():
            self._cluster.delete(resource, namespace, name, uid=uid, propagation=propagation)

    @contextmanager
    def _trying(self, dry_run: Write | None = None) -> Iterator[None]:
        tried = _Tried(dry_run=dry_run)
        self._seen.append(tried)
        try:
            yield
        except ApiError as error:
            tried.refusal = error.message
            tried.dry_run = dry_run and replace(dry_run, code=error.code)
            raise


def _told(answer: Answer) -> Manifest:
    """*answer* as JSON; a body that is none stays text."""
    text = answer.body.decode(errors="replace")
    try:
        body = json.loads(text)
    except ValueError:
        body = text
    headers = {name: answer.header(name) for name in HEADERS if answer.header(name)}
    return {"code": answer.code, "headers": headers, "body": body}
