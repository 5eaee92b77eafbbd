"""Does an object fit its schema? What the API server would hold against it."""

from collections.abc import Callable, Iterator
from typing import Any

from orasi.cluster.memory.go_base64 import illegal_base64
from orasi.cluster.memory.limits import CHECKS, join
from orasi.cluster.memory.problems import Problem, duplicate, invalid, undecoded, wrong_type
from orasi.cluster.memory.schema import Schema
from orasi.cluster.values import ABSENT, same, type_name

READ = {"format", "quantity"}
"""Which keywords of a schema say how Go reads the JSON of a built-in kind."""


def misfits(schema: Schema, value: Any, old: Any = ABSENT) -> Iterator[Problem]:
    """Where *value* does not fit. What it had in *old* already is tolerated, as Kubernetes does
    ("ratcheting"), so that a tightened CRD does not block finalizers and the like."""
    yield from _problems(schema, value, old, "")
    if not schema.typed:
        yield from _duplicates(schema, value, old, "")


def unreadable(schema: Schema, value: Any, path: str = "") -> Iterator[Problem]:
    """Where *value*, as it was sent, cannot be read into Go's types; null always can."""
    if value is None:
        return
    if type(value) not in schema.classes:
        yield wrong_type(path, type_name(value), schema.type or "integer,string")
        return
    if schema.limits.get("format") == "byte" and (why := illegal_base64(value)):
        yield undecoded(why)
        return
    for keyword, limit in schema.limits.items():
        if keyword in READ:
            yield from CHECKS[keyword](path, value, limit)
    for child, item, _, place in _parts(schema, value, ABSENT, path, "{}.{}", _may_misfit):
        yield from unreadable(child, item, place)


def rule_problems(schema: Schema, value: Any, old: Any = ABSENT) -> Iterator[Problem]:
    """What the CEL rules have against *value*; only sound if there are no blocking misfits."""
    yield from _rule_problems(schema, value, old, "")


def _problems(schema: Schema, value: Any, old: Any, path: str) -> Iterator[Problem]:
    if value is None and schema.nullable:
        return
    if old is not ABSENT and same(value, old):
        return
    if type(value) not in schema.classes:
        wanted = "integer,string" if schema.int_or_string else schema.type
        yield wrong_type(path, type_name(value), wanted)
        return
    for keyword, limit in schema.limits.items():
        yield from CHECKS[keyword](path, value, limit)
    yield from _combination_problems(schema, value, path)
    for child, item, before, place in _parts(schema, value, old, path, "{}.{}", _may_misfit):
        if not (schema.typed and place == "status"):  # of which Go demands next to nothing
            yield from _problems(child, item, before, place)
    if schema.judge:
        yield from schema.judge(path, value)


def _combination_problems(schema: Schema, value: Any, path: str) -> Iterator[Problem]:
    for part in schema.all_of:
        yield from _problems(part, value, ABSENT, path)
    if schema.any_of:
        yield from _choice_problems(schema.any_of, value, path, "at least one schema (anyOf)")
    if schema.one_of:
        yield from _choice_problems(schema.one_of, value, path, "one and only one schema (oneOf)")
    if schema.none_of and not any(_problems(schema.none_of, value, ABSENT, path)):
        yield invalid("", "", f'"{path}" must not validate the schema (not)')


def _choice_problems(
    parts: tuple[Schema, ...], value: Any, path: str, demand: str
) -> Iterator[Problem]:
    """*value* must fit one of *parts*, as *demand* says, and with oneOf no second one."""
    outcomes = [list(_problems(part, value, ABSENT, path)) for part in parts]
    fitting = outcomes.count([])
    is_exclusive = "oneOf" in demand
    if fitting == 0:
        suffix = ". Found none valid" if is_exclusive else ""
        yield invalid("", "", f'"{path}" must validate {demand}{suffix}')
        yield from min(outcomes, key=len)
    elif fitting > 1 and is_exclusive:
        suffix = f". Found {fitting} valid alternatives"
        yield invalid("", "", f'"{path}" must validate {demand}{suffix}')


def _duplicates(schema: Schema, value: Any, old: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict | list) or (old is not ABSENT and same(value, old)):
        return
    if isinstance(value, list) and schema.list_type != "atomic":
        seen = set()
        for index, item in enumerate(value):
            if (key := schema.item_key(item)) in seen:
                keyed = schema.list_type == "map" and isinstance(item, dict)
                shown = schema.key_fields(item) if keyed else item
                yield duplicate(f"{path}[{index}]", shown)
            seen.add(key)
    for child, item, before, place in _parts(schema, value, old, path, "{}[{}]", _has_parts):
        yield from _duplicates(child, item, before, place)


def _rule_problems(schema: Schema, value: Any, old: Any, path: str) -> Iterator[Problem]:
    if not schema.has_rules or value is None:
        return
    is_kept = old is not ABSENT and same(value, old)
    if is_kept and not schema.has_transition_rules:
        return
    for rule in schema.rules:
        if is_kept and not rule.is_transition:
            continue
        problem = rule.problem(path, value, ABSENT if old is None else old, schema.type)
        if problem:
            yield problem
    for child, item, before, place in _parts(schema, value, old, path, "{}[{}]", _has_rules):
        yield from _rule_problems(child, item, before, place)


def _may_misfit(schema: Schema, value: Any) -> bool:
    return type(value) not in schema.plain_classes


def _has_parts(_schema: Schema, value: Any) -> bool:
    return isinstance(value, dict | list)


def _has_rules(schema: Schema, _value: Any) -> bool:
    return schema.has_rules


def _parts(
    schema: Schema,
    value: Any,
    old: Any,
    path: str,
    key_path: str,
    counts: Callable[[Schema, Any], bool],
) -> Iterator[tuple[Schema, Any, Any, str]]:
    """What *value* consists of, as far as it *counts*: schema, part, the same part of *old*, path.

    *key_path* says how a key of a map is written, in which the API server is of two minds.
    """
    if isinstance(value, dict):
        was = old if isinstance(old, dict) else {}
        for name, item in value.items():
            if (child := schema.child(name)) and counts(child, item):
                is_key = path and child is schema.additional
                place = key_path.format(path, name) if is_key else join(path, name)
                yield child, item, was.get(name, ABSENT), place
    elif isinstance(value, list) and schema.items:
        was = {}
        if schema.list_type == "map" and isinstance(old, list):  # Others say not which was which.
            was = {schema.item_key(item): item for item in old}
        for index, item in enumerate(value):
            if not counts(schema.items, item):
                continue
            before = was.get(schema.item_key(item), ABSENT) if was else ABSENT
            yield schema.items, item, before, f"{path}[{index}]"
