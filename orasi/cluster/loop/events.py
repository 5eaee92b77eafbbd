"""Events as `kubectl describe` shows them: client-go counts what repeats, and limits the rest."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, TypeVar

from orasi.cluster.api import ApiError, Cluster, Manifest, Resource
from orasi.cluster.loop.snapshot import key_of

SIMILAR, WITHIN = 10, 600.0  # messages of one reason, in seconds, after which all are one event
BURST, REFILL = 25, 300.0  # events of one object and type, and in how many seconds one more
REMEMBERED = 4096  # of each thing that is remembered, the latest

_EVENTS = Resource("v1", "Event", "events")
_Key = tuple[str, ...]

K = TypeVar("K")
V = TypeVar("V")


class _Latest(dict[K, V]):
    """Forgets what was put in first."""

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        if len(self) > REMEMBERED:
            del self[next(iter(self))]


@dataclass
class _Similar:
    """The messages of one object and reason."""

    messages: dict[str, None] = field(default_factory=dict)  # in order
    last: float = 0.0


@dataclass
class _Allowance:
    tokens: float = BURST
    at: float = 0.0


class Events:
    """What has been told of each object. Times are seconds of the clock."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._similar: _Latest[_Key, _Similar] = _Latest()
        self._told: _Latest[_Key, tuple[int, Manifest]] = _Latest()  # how often, and the event
        self._allowances: _Latest[_Key, _Allowance] = _Latest()
        self._serial = 0

    def tell(
        self,
        about: Manifest,
        kind: Literal["Normal", "Warning"],
        reason: str,
        message: str,
        now: float,
    ) -> None:
        uid = about["metadata"]["uid"]
        key, message = self._aggregated((uid, kind, reason), message, now)
        count, event = self._told.get(key, (0, {}))
        self._told[key] = count + 1, event
        if not self._is_allowed((uid, kind), now):
            return
        try:
            if event:
                change = {"count": count + 1, "lastTimestamp": _time(now), "message": message}
                event = self._cluster.patch(_EVENTS, *key_of(event), change)
            else:
                self._serial += 1
                event = self._cluster.create(
                    _EVENTS, self._event(about, kind, reason, message, count + 1, now)
                )
        except ApiError:
            event = {}  # an event is a courtesy: the error itself is in the pass
        self._told[key] = count + 1, event

    def _aggregated(self, group: _Key, message: str, now: float) -> tuple[_Key, str]:
        """Under which key an event is counted, and its text."""
        similar = self._similar.get(group) or _Similar()
        self._similar[group] = similar
        if now - similar.last > WITHIN:
            similar.messages.clear()
        similar.messages[message] = None
        similar.last = now
        if len(similar.messages) < SIMILAR:
            return (*group, message), message
        del similar.messages[next(iter(similar.messages))]
        return group, f"(combined from similar events): {message}"

    def _is_allowed(self, spender: _Key, now: float) -> bool:
        allowance = self._allowances.get(spender) or _Allowance(at=now)
        self._allowances[spender] = allowance
        refilled = allowance.tokens + (now - allowance.at) / REFILL
        allowance.tokens, allowance.at = min(float(BURST), refilled), now
        if allowance.tokens < 1:
            return False
        allowance.tokens -= 1
        return True

    def _event(
        self, about: Manifest, kind: str, reason: str, message: str, count: int, now: float
    ) -> Manifest:
        metadata = about["metadata"]
        namespace = metadata.get("namespace")
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": f"{metadata['name']}.{int(now * 1e6) + self._serial:016x}",
                "namespace": namespace or "default",
            },
            "involvedObject": {
                "apiVersion": about["apiVersion"],
                "kind": about["kind"],
                "name": metadata["name"],
                "uid": metadata["uid"],
                "resourceVersion": metadata["resourceVersion"],
                **({"namespace": namespace} if namespace else {}),
            },
            "type": kind,
            "reason": reason,
            "message": message,
            "source": {"component": "metacontroller"},
            "reportingComponent": "metacontroller",
            "firstTimestamp": _time(now),
            "lastTimestamp": _time(now),
            "count": count,
        }


def _time(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
