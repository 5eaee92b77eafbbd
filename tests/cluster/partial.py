"""Parts of objects, as patches and server-side apply send them, drawn by Hypothesis."""

from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
from hypothesis.strategies import DataObject

if TYPE_CHECKING:
    from orasi.cluster.api import Manifest

KEYS = (
    "name",
    "key",
    "ip",
    "port",
    "containerPort",
    "protocol",
    "mountPath",
    "topologyKey",
    "whenUnsatisfiable",
    "type",
)
"""Without these an item of a keyed list is none."""


def part(value: Any, data: DataObject, *, nulls: bool = False) -> Any:
    """*value* without some of its fields; with *nulls*, some are null instead."""
    if isinstance(value, list):
        return value if nulls else [part(each, data) for each in value]
    if not isinstance(value, dict):
        return value
    kept: Manifest = {}
    for name, item in value.items():
        fate = data.draw(st.integers(0, 5))
        if fate >= 2 or name in KEYS:
            kept[name] = part(item, data, nulls=nulls)
        elif fate == 1 and nulls:
            kept[name] = None
    return kept
