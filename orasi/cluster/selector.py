"""Label selectors, as `metav1.LabelSelector` means them."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

Labels = Mapping[str, str]
OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
Predicate = Callable[[Labels], bool]


class InvalidSelector(ValueError):
    """The selector names an operator that does not exist, values that do not go with it, or what
    cannot be a label."""


_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_KEY, _VALUE = re.compile(_NAME), re.compile(f"({_NAME})?")
_LOOKS = "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "


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


def _check_labels(key: str, values: Iterable[str]) -> None:
    """Raises what the API server's library says of a key or value that no label has."""
    name = key.rpartition("/")[2]
    if not _KEY.fullmatch(name):
        empty = "" if name else "name part must be non-empty; "
        raise InvalidSelector(
            f"key: Invalid value: {json.dumps(key)}: {empty}name part must consist of {_LOOKS}"
            "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
            f"'{_NAME}')"
        )
    for index, value in enumerate(values):
        if not _VALUE.fullmatch(value):
            raise InvalidSelector(
                f"values[{index}][{key}]: Invalid value: {json.dumps(value)}: a valid label must "
                f"be an empty string or consist of {_LOOKS}character (e.g. 'MyValue',  or "
                f"'my_value',  or '12345', regex used for validation is '({_NAME})?')"
            )


@lru_cache(maxsize=4096)  # Controllers ask for the same few each time that they look.
def _label(key: str, value: str) -> Predicate:
    return _requirement(key, "In", (value,))


def _requirement(key: str, operator: str, values: Any) -> Predicate:
    accepted = frozenset(values)
    if operator in OPERATORS:
        _check_labels(key, values)
    if operator in ("In", "NotIn"):
        if not accepted:
            raise InvalidSelector(
                "values: Invalid value: null: for 'in', 'notin' operators, "
                "values set can't be empty"
            )
        if operator == "In":
            return lambda labels: labels.get(key) in accepted
        return lambda labels: key not in labels or labels[key] not in accepted
    if operator not in OPERATORS:
        raise InvalidSelector(f'"{operator}" is not a valid label selector operator')
    if accepted:
        shown = json.dumps(list(values), separators=(",", ":"))
        raise InvalidSelector(
            f"values: Invalid value: {shown}: "
            "values set must be empty for exists and does not exist"
        )
    return lambda labels: (key in labels) == (operator == "Exists")
