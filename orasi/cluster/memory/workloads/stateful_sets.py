"""The StatefulSet controller: pods with a number, a name and volumes of their own."""

from collections.abc import Iterator
from contextlib import suppress

from orasi.cluster.api import ApiError, Cluster, Manifest
from orasi.cluster.memory.workloads import claims, history
from orasi.cluster.memory.workloads.objects import (
    CONTROLLER_REVISIONS,
    ENDED,
    PODS,
    STATEFUL_SETS,
    Objects,
    is_doomed,
    is_ready,
    phase,
    pod_of,
    replicas,
)
from orasi.cluster.memory.workloads.owners import Owner, availabilities, each_synced

REVISION_HASH = "controller.kubernetes.io/hash"
POD_NAME = "statefulset.kubernetes.io/pod-name"
POD_INDEX = "apps.kubernetes.io/pod-index"


def run(cluster: Cluster, now: float) -> bool:
    """Whether anything was written."""
    kinds = (PODS, CONTROLLER_REVISIONS)
    return each_synced(
        cluster, now, STATEFUL_SETS, kinds, lambda owner: _Sync(owner).run(), may_adopt=_may_adopt
    )


def _may_adopt(stateful_set: Manifest, orphan: Manifest) -> bool:
    """A pod only if it has one of its names."""
    base, _, number = orphan["metadata"]["name"].rpartition("-")
    is_member = base == stateful_set["metadata"]["name"] and number.isdecimal()
    return bool(orphan["kind"] != PODS.kind or is_member)


def changes(objects: Objects) -> Iterator[float]:
    return availabilities(objects, STATEFUL_SETS, "readyReplicas", "availableReplicas")


def _ordinal(pod: Manifest) -> int:
    """-1 for whatever is not named as the pods of a StatefulSet are."""
    number = str(pod["metadata"]["name"]).rpartition("-")[2]
    return int(number) if number.isdecimal() else -1


def _revision(pod: Manifest) -> str:
    return str(pod["metadata"].get("labels", {}).get(history.LABEL, ""))


class _Sync:
    """One look at one StatefulSet."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._set = owner.manifest
        self._pods = {_ordinal(each): each for each in owner.owned[PODS] if _ordinal(each) >= 0}
        spec = self._set["spec"]
        start = int(spec.get("ordinals", {}).get("start", 0))
        self._wanted = range(start, start + replicas(self._set))
        self._ordered = spec["podManagementPolicy"] != "Parallel"

    def run(self) -> None:
        try:
            self._update = history.brought_up_to_date(self._owner, REVISION_HASH)
        except ApiError:  # told by an event only
            return
        revisions = self._owner.owned[CONTROLLER_REVISIONS]
        known = self._set.get("status", {}).get("currentRevision")
        named = (each for each in revisions if history.name_of(each) == known)
        self._current = next(named, self._update)
        if not is_doomed(self._set):
            with suppress(ApiError):  # told by an event only
                self._manage()
        self._owner.report({**self._set, "status": self._status()})
        live = {history.name_of(each) for each in (self._current, self._update)}
        live |= set(map(_revision, self._pods.values()))
        history.forget(self._owner, live)

    def _manage(self) -> None:
        """Bring the pods nearer to what is wanted. Raises ApiError."""
        for ordinal in self._wanted:
            if not self._is_settled(ordinal) and self._ordered:
                return
        condemned = sorted(self._pods.keys() - set(self._wanted), reverse=True)
        for ordinal in condemned:
            pod = self._pods[ordinal]
            claims.retained(self._owner, pod, scaled=True)
        for ordinal in condemned:
            if self._ordered and not self._may_go(ordinal):
                return
            self._delete(ordinal)
            if self._ordered:
                return
        if self._pods.keys() >= set(self._wanted):
            self._roll()

    def _is_settled(self, ordinal: int) -> bool:
        """Whether a pod is there and available; if there was none, one is made.

        One that has ended makes room for another, however it ended.
        """
        pod = self._pods.get(ordinal)
        if pod is not None and phase(pod) in ENDED:
            self._delete(ordinal)
            return False
        if pod is None:
            self._create(ordinal)
            return False
        if not is_ready(pod):
            claims.created(self._owner, ordinal)
        if self._ordered and not self._is_available(ordinal):
            return False
        claims.retained(self._owner, pod, scaled=False)
        return True

    def _is_available(self, ordinal: int) -> bool:
        return self._owner.is_available(self._pods[ordinal])

    def _may_go(self, ordinal: int) -> bool:
        """In order, only the first of those that are not well need not become so before."""
        unwell = [each for each in sorted(self._pods) if not self._is_available(each)]
        return self._is_available(ordinal) or unwell[0] == ordinal

    def _create(self, ordinal: int) -> None:
        """Its claims, and then the pod."""
        claims.created(self._owner, ordinal)
        self._pods[ordinal] = self._owner.create(PODS, self._pod(ordinal))

    def _pod(self, ordinal: int) -> Manifest:
        metadata, spec = self._set["metadata"], self._set["spec"]
        old = ordinal < self._wanted.start + self._partition()
        revision = self._current if old else self._update
        name = f"{metadata['name']}-{ordinal}"
        labels = {
            history.LABEL: history.name_of(revision),
            POD_NAME: name,
            POD_INDEX: str(ordinal),
        }
        template = history.template(revision)
        own = claims.volumes(self._set, ordinal)
        names = {each["name"] for each in own}
        others = [each for each in template["spec"].get("volumes", ()) if each["name"] not in names]
        subdomain = {"subdomain": spec["serviceName"]} if spec.get("serviceName") else {}
        pod = {**template["spec"], "hostname": name, **subdomain}
        if own or others:
            pod["volumes"] = [*own, *others]
        return pod_of(self._set, {**template, "spec": pod}, labels, name=name)

    def _partition(self) -> int:
        rolling = self._set["spec"]["updateStrategy"].get("rollingUpdate", {})
        return int(rolling.get("partition", 0))

    def _delete(self, ordinal: int) -> None:
        self._owner.delete(PODS, self._pods.pop(ordinal))

    def _roll(self) -> None:
        """From the highest number, one at a time; the next when the one before is available."""
        if self._set["spec"]["updateStrategy"]["type"] == "OnDelete":
            return
        for ordinal in reversed(self._wanted[self._partition() :]):
            if _revision(self._pods[ordinal]) != history.name_of(self._update):
                self._delete(ordinal)
                return
            if not self._is_available(ordinal):
                return

    def _status(self) -> Manifest:
        pods, wanted = self._pods.values(), len(self._wanted)
        current, update = map(history.name_of, (self._current, self._update))
        counts = {
            "readyReplicas": sum(map(is_ready, pods)),
            "currentReplicas": sum(_revision(each) == current for each in pods),
            "updatedReplicas": sum(_revision(each) == update for each in pods),
        }
        rolls = self._set["spec"]["updateStrategy"]["type"] == "RollingUpdate"
        if rolls and counts["updatedReplicas"] == counts["readyReplicas"] == len(pods) == wanted:
            counts["currentReplicas"], current = wanted, update
        return {
            "observedGeneration": self._set["metadata"]["generation"],
            "replicas": len(pods),
            "availableReplicas": sum(map(self._is_available, self._pods)),
            **{name: number for name, number in counts.items() if number},
            "currentRevision": current,
            "updateRevision": update,
            "collisionCount": 0,
        }
