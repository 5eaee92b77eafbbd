"""The numbers of an indexed Job's pods, each of which has to succeed once."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from orasi.cluster.api import Manifest

INDEX = "batch.kubernetes.io/job-completion-index"
VARIABLE = {
    "name": "JOB_COMPLETION_INDEX",
    "valueFrom": {"fieldRef": {"fieldPath": f"metadata.labels['{INDEX}']"}},
}


def index_of(pod: Manifest) -> int:
    return int(pod["metadata"].get("annotations", {}).get(INDEX, "-1"))


def parsed(text: str) -> set[int]:
    """Of "0-2,5", these four."""
    found: set[int] = set()
    for first, _, last in re.findall(r"(\d+)(-(\d+))?", text):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def written(indexes: Iterable[int]) -> str:
    """With a hyphen in place of all but the ends of three or more in a row."""
    ordered = enumerate(sorted(indexes))
    runs = [[index for _, index in run] for _, run in groupby(ordered, key=_shift)]
    texts = [map(str, run) if len(run) < 3 else (f"{run[0]}-{run[-1]}",) for run in runs]
    return ",".join(text for run in texts for text in run)


def _shift(entry: tuple[int, int]) -> int:
    """The same for all that are in a row."""
    position, index = entry
    return index - position


def pending(completions: int, done: Iterable[int], active: Sequence[Manifest]) -> list[int]:
    taken = {*done, *map(index_of, active)}
    return [index for index in range(completions) if index not in taken]


def numbered(template: Manifest, name: str, index: int) -> Manifest:
    """The *template* of the pod of that number; *name* is the Job's."""
    described, spec = template.get("metadata", {}), template["spec"]
    noted: dict[str, Any] = {
        field: {**described.get(field, {}), INDEX: str(index)}
        for field in ("annotations", "labels")
    }
    containers = {
        field: list(map(_told, spec[field]))
        for field in ("containers", "initContainers")
        if field in spec
    }
    return {
        "metadata": {**described, **noted},
        "spec": {**spec, **containers, "hostname": f"{name}-{index}"},
    }


def _told(container: Manifest) -> Manifest:
    known = container.get("env", [])
    if any(each["name"] == VARIABLE["name"] for each in known):
        return container
    return {**container, "env": [*known, VARIABLE]}
