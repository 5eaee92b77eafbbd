"""What may stand where a field stands that its kind does not have.

The API server says only where it is: it reads what it gets before it asks any rule of ours.
"""

import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from orasi.cluster.api import Manifest

# As server-side apply names it, a line each if there are several.
_UNDECLARED = re.compile(r"\.([\w.\[\]-]+): field not declared in schema$", re.MULTILINE)
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_LONGEST_VALUE = 60
_CLOSE = 0.6  # of 1, which is the same word


def advice(message: str, manifest: Manifest, definition: Manifest) -> list[str]:
    """A sentence for each field that *message* calls undeclared, with its value and what may be.

    *definition* is the CustomResourceDefinition of *manifest*, which the message is about.
    """
    version = manifest["apiVersion"].rpartition("/")[2]
    schemas = [
        each["schema"]["openAPIV3Schema"]
        for each in definition["spec"]["versions"]
        if each["name"] == version
    ]
    return [
        sentence
        for schema in schemas
        for path in _UNDECLARED.findall(message)
        for sentence in _advised(path, manifest, schema)
    ]


def _advised(path: str, manifest: Manifest, schema: Manifest) -> Iterator[str]:
    *steps, field = [int(index) if index else name for index, name in _STEP.findall(path)]
    value: Any = manifest
    try:
        for step in steps:
            value = value[step]
            schema = schema["items"] if isinstance(step, int) else schema["properties"][step]
        text = json.dumps(value[field], ensure_ascii=False)
    except (LookupError, TypeError):
        return  # a name with a dot, which reads like two
    allowed = sorted(schema.get("properties", ()))
    if not allowed:
        return  # as of metadata, which no definition lists
    shown = text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
    close = get_close_matches(str(field), allowed, n=1, cutoff=_CLOSE)
    meant = f"; is {close[0]} meant?" if close else "."
    place = path.rpartition(".")[0] or manifest["kind"]
    yield f"{path} is {shown}{meant} Fields of {place}: {', '.join(allowed)}."
