"""Label selectors, as `metav1.LabelSelector` means them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from orasi.cluster.names import VALUE, key_faults

Labels = Mapping[str, str]
OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
Predicate = Callable[[Labels], bool]


class InvalidSelector(ValueError):
    """The selector names an operator that does not exist, values that do not go with it, or what
    cannot be a label."""


def predicate(selector: Mapping[str, Any] | None) -> Predicate:
    """What *selector* accepts; None and {} accept everything. Raises `InvalidSelector`."""
    selector = selector or {}
    tests = [_label(key, value) for key, value in (selector.get("matchLabels") or {}).items()]
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


@lru_cache(maxsize=4096)  # Controllers ask for the same few each time that they look.
def _label(key: str, value: str) -> Predicate:
    return _requirement(key, "In", (value,))


def _requirement(key: str, operator: str, values: Sequence[str]) -> Predicate:
    if operator not in OPERATORS:
        raise InvalidSelector(f'"{operator}" is not a valid label selector operator')
    if errors := list(dict.fromkeys(_errors(key, operator, values))):
        raise InvalidSelector(errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]")
    accepted = frozenset(values)
    if operator == "In":
        return lambda labels: labels.get(key) in accepted
    if operator == "NotIn":
        return lambda labels: key not in labels or labels[key] not in accepted
    return lambda labels: (key in labels) == (operator == "Exists")


def _errors(key: str, operator: str, values: Sequence[str]) -> Iterator[str]:
    """What the API server's library says of a requirement."""
    if faults := key_faults(key):
        yield _invalid("key", key, faults)
    if operator in ("In", "NotIn"):
        if not values:
            fault = "for 'in', 'notin' operators, values set can't be empty"
            yield _invalid("values", None, (fault,))
    elif values:
        fault = "values set must be empty for exists and does not exist"
        yield _invalid("values", list(values), (fault,))
    for index, value in enumerate(values):
        if faults := tuple(VALUE.faults(value)):
            yield _invalid(f"values[{index}][{key}]", value, faults)


def _invalid(path: str, value: Any, faults: Iterable[str]) -> str:
    shown = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return f"{path}: Invalid value: {shown}: {'; '.join(faults)}"
