"""`Watching`: a real API server, of which a kind is listed again only once it has changed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from httpx2 import HTTPError, StreamError

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.kubernetes import Kubernetes

_SECONDS = 60  # of a watch: a connection that died unnoticed hides changes no longer than this
_MOST = 64  # watches, each a connection of its own: what else there is, is listed each time


@dataclass
class _Kind:
    items: Sequence[Manifest] = ()
    version: str = ""  # of which they are
    current: Event = field(default_factory=Event)  # nothing is known to have changed since
    watched: bool = False


class Watching(Kubernetes):
    """For whoever lists whole kinds again and again, as the loop does in each pass.

    What we write ourselves is seen at once, and what others do a moment later, as by
    Metacontroller: a watch of each kind tells that there is something new, and no more than that.
    """

    def __init__(self, kubeconfig: Path | str) -> None:
        super().__init__(kubeconfig)
        self._kinds: dict[Resource, _Kind] = {}

    def list(self, resource: Resource, namespace: str = "") -> Sequence[Manifest]:
        """The very same value as before while nothing has changed."""
        if namespace:
            return super().list(resource, namespace)
        kind = self._kinds.setdefault(resource, _Kind())
        if not kind.current.is_set():
            kind.current.set()  # before it is asked: what comes meanwhile is news
            try:
                kind.items, kind.version = self._listed(resource, "")
            except BaseException:
                kind.current.clear()
                raise
            if not kind.watched:
                self._begin(resource, kind)
        return kind.items

    def _begin(self, resource: Resource, kind: _Kind) -> None:
        if sum(each.watched for each in self._kinds.values()) >= _MOST:
            kind.current.clear()
            return
        kind.watched = True
        Thread(target=self._watch, args=(resource, kind), daemon=True).start()

    def _watch(self, resource: Resource, kind: _Kind) -> None:
        try:
            for event in self._events(resource, kind.version, _SECONDS):
                if _is_news(event, kind.version):
                    kind.current.clear()
        except (HTTPError, StreamError):
            pass  # whoever lists it next hears what is wrong, if anything is
        finally:
            kind.watched = False  # first: who lists it after this starts another
            kind.current.clear()

    def _written(self, resource: Resource) -> None:
        if resource in self._kinds:
            self._kinds[resource].current.clear()


def _is_news(event: str, version: str) -> bool:
    """Whether it happened after *version*; resourceVersions are numbers that grow."""
    try:
        found = json.loads(event)["object"]["metadata"]["resourceVersion"]
        return int(found) > int(version)
    except (ValueError, LookupError, TypeError):
        return True  # an error, after which the watch ends
