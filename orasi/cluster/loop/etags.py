"""What a hook has answered under which ETag: the answer to take when it says "not modified"."""

from dataclasses import dataclass, field

from orasi.cluster.api import Manifest
from orasi.cluster.loop.snapshot import key_of
from orasi.cluster.loop.webhook import Answer

NOT_MODIFIED = (304, 412)

_Key = tuple[str, str, str]


@dataclass(frozen=True)
class _Kept:
    tag: str
    answer: Answer
    until: float  # seconds of the clock


@dataclass
class Etags:
    """The answers of one hook of one controller, by kind, namespace and name of the parent."""

    seconds: float = float("inf")  # how long one is kept
    _kept: dict[_Key, _Kept] = field(default_factory=dict)

    def headers(self, parent: Manifest, now: float) -> dict[str, str]:
        """What to send with a call about *parent*."""
        kept = self._kept.get(_key(parent))
        return {"If-None-Match": kept.tag} if kept and now <= kept.until else {}

    def answer(self, parent: Manifest, answer: Answer, sent: dict[str, str], now: float) -> Answer:
        """*answer*, or the one that was kept if it is said to be the same."""
        if sent and answer.code in NOT_MODIFIED:
            return self._kept[_key(parent)].answer
        tag = answer.header("ETag")
        if answer.code == 200 and tag:
            self._kept[_key(parent)] = _Kept(tag, answer, now + self.seconds)
        return answer


def _key(parent: Manifest) -> _Key:
    return parent["kind"], *key_of(parent)
