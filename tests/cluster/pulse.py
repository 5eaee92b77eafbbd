"""How fast the controllers of a control plane are: on a busy machine five seconds are not long."""

import itertools
import threading
from typing import Self

from orasi.cluster.api import ApiError, Cluster, Manifest
from tests.memory.workloads import JOBS, NAMESPACES, job, namespace

POLL_SECONDS = 0.5


class Pulse:
    """One Job after the other: each is made, gets its pod, and is seen to have come to its end.

    What was written before one began has gone through the same hands as that Job when it ends.
    """

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        """The *namespace* is made, and removed in the end."""
        self.beats = 0
        self._cluster = cluster
        self._namespace = namespace
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._cluster.create(NAMESPACES, namespace(self._namespace))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()
        self._cluster.delete(NAMESPACES, "", self._namespace)

    def _run(self) -> None:
        for number in itertools.count():
            if self._stopped.is_set():
                return
            try:
                self._beat(f"beat-{number}")
            except ApiError:  # That was none; who waits for beats has his own patience.
                self._stopped.wait(POLL_SECONDS)

    def _beat(self, name: str) -> None:
        body = job(name)
        body["metadata"]["namespace"] = self._namespace
        self._cluster.create(JOBS, body)
        while not self._stopped.wait(POLL_SECONDS):
            if _is_over(self._cluster.get(JOBS, self._namespace, name)):
                self._cluster.delete(JOBS, self._namespace, name)
                self.beats += 1
                return


def _is_over(found: Manifest) -> bool:
    return "completionTime" in found.get("status", {})
