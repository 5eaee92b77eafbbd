"""What Go's JSON decoder says of a value that does not fit into the type of a built-in kind."""

import re
from typing import Any

from orasi.cluster.memory.openapi.go_types import EMBEDDED, NAMED
from orasi.cluster.memory.problems import Problem, as_json, not_into_go
from orasi.cluster.memory.schema import Schema
from orasi.cluster.values import type_name

STEP = re.compile(r"\[(\d+)\]\.?|([^.\[]+)\.?")
SIMPLE = {"boolean": "bool", "number": "float64", "string": "string"}
VOLUME = "Volume"
"""Everything in this struct but the name is in one of another."""


def explained(schema: Schema, value: Any, problem: Problem) -> str:
    """*problem* of *value* in Go's words: the innermost struct, and the way there without indexes.

    Of what parses itself, as times do, these are our own, and of bytes Go names no place.
    """
    if not problem.path:
        return problem.detail
    owner, named, rest = "", "", problem.path
    way: list[str] = []
    while rest and not schema.additional and (step := STEP.match(rest)):
        rest = rest[step.end() :]
        if step[1]:
            schema, value = schema.items or schema, value[int(step[1])]
            continue
        name = step[2]
        owner = schema.go.rpartition(".")[2]
        way += [*_embedding(owner, name), name]
        named = NAMED.get(owner, {}).get(name, "")
        schema, value = schema.properties[name], value[name]
    if schema.additional and (rest or problem.path.endswith(".")):  # "" is a key as well
        schema, value = schema.additional, value[rest]
    if _parses_itself(schema, value):
        return problem.detail or str(problem)
    wanted = _type(schema, named)
    found = type_name(value)
    if wanted in ("int32", "int64") and found in ("integer", "number"):
        found = f"number {as_json(value)}"
    return not_into_go(found, f"{owner}.{'.'.join(way)}", wanted)


def _embedding(owner: str, name: str) -> list[str]:
    if owner == VOLUME and name != "name":
        return ["VolumeSource"]
    found = EMBEDDED.get(owner, {}).get(name)
    return [found] if found else []


def _parses_itself(schema: Schema, value: Any) -> bool:
    return schema.quantity is not None or (schema.type == "string" and isinstance(value, str))


def _type(schema: Schema, named: str) -> str:
    if schema.items:
        return f"[]{_type(schema.items, named)}"
    if schema.additional and schema.additional.quantity is not None:
        return "v1.ResourceList"
    if schema.additional:
        return f"map[string]{_type(schema.additional, named)}"
    if schema.int_or_string:
        return "int32"
    if schema.limits.get("format") == "byte":
        return "[]uint8"
    if schema.type == "integer":
        return str(schema.limits.get("format", "int64"))
    return named or schema.go or SIMPLE[schema.type]
