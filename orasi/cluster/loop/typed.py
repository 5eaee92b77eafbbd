"""A controller as hooks get to see it: Metacontroller sends its typed copy of the object."""

from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.loop.durations import as_go_writes_it

_OMITTED_IF_EMPTY = frozenset(
    {
        "attachments",
        "childResources",
        "conditions",
        "endpointConfigs",
        "fieldPaths",
        "matchAnnotations",
        "matchExpressions",
        "matchLabels",
        "values",
    }
)
"""The lists and maps. What is an object by itself stays, empty or not."""


def typed(controller: Manifest) -> Manifest:
    """*controller* as it is sent: its status is always empty."""
    spec: Manifest = _typed(controller["spec"])
    if "childResources" in spec:
        spec["childResources"] = [_child_rule(rule) for rule in spec["childResources"]]
    return {**controller, "spec": spec, "status": {}}


def _typed(value: Any, name: str = "") -> Any:
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _typed(item, key)
        for key, item in value.items()
        if item is not None and not (key in _OMITTED_IF_EMPTY and item in ([], {}))
    }
    if name == "webhook" and "timeout" in kept:
        kept["timeout"] = as_go_writes_it(kept["timeout"])
    return kept


def _child_rule(rule: Manifest) -> Manifest:
    """To be no pointer keeps the status checks from being omitted."""
    strategy = rule.get("updateStrategy")
    if strategy is None:
        return rule
    return {**rule, "updateStrategy": {"statusChecks": {}, **strategy}}
