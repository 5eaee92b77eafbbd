"""What is wrong with the names, label keys and label values of objects, as problems of fields."""

from collections.abc import Iterator

from orasi.cluster.memory.problems import Problem, invalid
from orasi.cluster.names import NameRule, key_faults


def name_problems(
    rule: NameRule, path: str, text: str, shown: str | None = None
) -> Iterator[Problem]:
    """What is wrong with *text*; *shown* is the whole of which it is a part."""
    value = text if shown is None else shown
    return (invalid(path, value, fault) for fault in rule.faults(text))


def key_problems(path: str, key: str) -> Iterator[Problem]:
    """Of a key of labels or annotations."""
    return (invalid(path, key, fault) for fault in key_faults(key))
