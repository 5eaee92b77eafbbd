"""Label selectors, as `metav1.LabelSelector` means them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

Labels = Mapping[str, str]
Predicate = Callable[[Labels], bool]


class InvalidSelector(ValueError):
    """The selector names an operator that does not exist, or values that do not go with it."""


def predicate(selector: Mapping[str, Any] | None) -> Predicate:
    """What *selector* accepts; None and {} accept everything. Raises `InvalidSelector`."""
    selector = selector or {}
    tests = [
        _requirement(key, "In", (v,)) for key, v in (selector.get("matchLabels") or {}).items()
    ]
    tests += [
        _requirement(item.get("key", ""), item.get("operator", ""), item.get("values") or ())
        for item in selector.get("matchExpressions") or ()
    ]
    return lambda labels: all(test(labels) for test in tests)


def labels(manifest: Mapping[str, Any]) -> Labels:
    """The labels of an object, never None."""
    return manifest["metadata"].get("labels") or {}


def annotations(manifest: Mapping[str, Any]) -> Labels:
    """The annotations of an object, never None."""
    return manifest["metadata"].get("annotations") or {}


def _requirement(key: str, operator: str, values: Any) -> Predicate:
    accepted = frozenset(values)
    if operator in ("In", "NotIn"):
        if not accepted:
            raise InvalidSelector(
                "values: Invalid value: null: for 'in', 'notin' operators, "
                "values set can't be empty"
            )
        if operator == "In":
            return lambda labels: labels.get(key) in accepted
        return lambda labels: key not in labels or labels[key] not in accepted
    if operator not in ("Exists", "DoesNotExist"):
        raise InvalidSelector(f'"{operator}" is not a valid label selector operator')
    if accepted:
        shown = json.dumps(list(values), separators=(",", ":"))
        raise InvalidSelector(
            f"values: Invalid value: {shown}: "
            "values set must be empty for exists and does not exist"
        )
    return lambda labels: (key in labels) == (operator == "Exists")
