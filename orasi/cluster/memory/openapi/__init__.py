"""Schemas of built-in kinds: what the API server publishes of them, and what Go does besides.

`kubernetes.json` is what a real kube-apiserver answers at `/openapi/v3`, without descriptions; its
first line names the version, and the command that writes it. `overlay.py` and `defaults.py` have,
by hand, what is not to be read there.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from hooks.quantity import MILLI, NANO
from orasi.cluster.memory import demands
from orasi.cluster.memory.openapi import defaults, overlay
from orasi.cluster.memory.schema import Schema

Document = dict[str, Any]

DATA = Path(__file__).parent / "kubernetes.json"
NAMED = ("apiVersion", "kind", "metadata")
QUANTITY = "api.resource.Quantity"
SPECIAL: dict[str, Document] = {
    "meta.v1.MicroTime": {"type": "string", "format": "micro-time"},
    QUANTITY: {"quantity": NANO},
    "runtime.RawExtension": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    "util.intstr.IntOrString": {"x-kubernetes-int-or-string": True, "format": "int32"},
}
"""What decodes itself in Go, for which OpenAPI has only a type."""


def content(group_key: str) -> Schema:
    """What objects of a kind, say "Deployment.apps/v1", have besides their type and metadata."""
    name = _published()["kinds"][group_key]
    fields = _published()["definitions"][name]["properties"]
    return part(name, [field for field in fields if field not in NAMED])


def part(name: str, fields: Iterable[str]) -> Schema:
    """A struct of which there are these *fields* only."""
    document = _completed(name)
    kept = {field: document["properties"][field] for field in fields}
    required = [
        field for field in _published()["definitions"][name].get("required", ()) if field in kept
    ]
    return Schema.parse(
        {**document, "properties": kept, "judge": demands.judge(name, required)}, struct
    )


@cache
def struct(name: str) -> Schema:
    """One of Go's structs, say "core.v1.Container", which are shared by all that refer to it."""
    return Schema.parse(_completed(name), struct)


@cache
def _published() -> Document:
    document: Document = json.loads(DATA.read_text())
    return document


def _completed(name: str) -> Document:
    """What is published of a struct, with what is known besides."""
    if name in SPECIAL:
        return SPECIAL[name]
    document: Document = _published()["definitions"][name]
    if "properties" not in document:
        return document
    fields = {
        field: _map(each) | overlay.field(name, field, each)
        for field, each in document["properties"].items()
    }
    return {
        **document,
        "properties": fields,
        "required": [],  # Go does not know whether a field was sent, but only what is in it.
        "go": ".".join(name.split(".")[-2:]),
        "typed": True,
        "fill": defaults.BY_STRUCT.get(name),
        "judge": demands.judge(name, document.get("required", ())),
    }


def _map(schema: Document) -> Document:
    """*schema* with what a null stands for in a map of bytes or amounts: Go's zero.

    And amounts in a list of resources are rounded up to thousandths, unlike any other.
    """
    values = schema.get("additionalProperties", {})
    if values.get("$ref") == QUANTITY:
        return {**schema, "additionalProperties": {"quantity": MILLI, "default": "0"}}
    if values.get("format") == "byte":
        return {**schema, "additionalProperties": {**values, "default": ""}}
    return schema
