"""What a structural schema says of a field, in words."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from hooks.contract import Manifest
from hooks.reference.markdown import code

# Texts that need no quotes in YAML, words such as "no" apart.
PLAIN = re.compile(r"[0-9]*[a-zA-Z][-a-zA-Z0-9_./]*", re.ASCII)

PLURALS = {"integer or string": "integers or strings", "anything": "anything"}


def element(schema: Manifest) -> tuple[str, Manifest] | None:
    """What a list or a map is made of, and how its path goes on; None if it is neither."""
    if "items" in schema:
        return "[]", schema["items"]
    if isinstance(schema.get("additionalProperties"), dict):
        return ".<key>", schema["additionalProperties"]
    return None


def type_of(schema: Manifest) -> str:
    inner = element(schema)
    if inner:
        of = type_of(inner[1])
        return f"{'list' if 'items' in schema else 'map'} of {PLURALS.get(of, f'{of}s')}"
    if "x-kubernetes-int-or-string" in schema:
        return "integer or string"
    if "type" not in schema:
        return "anything"
    if schema["type"] == "object" and "properties" not in schema:
        return "any object"
    return f"{schema['type']} ({schema['format']})" if "format" in schema else str(schema["type"])


def bounds(schema: Manifest) -> str:
    """What is allowed besides the type, patterns and rules apart; "" if anything is."""
    return ", ".join(filter(None, phrases(schema)))


def phrases(schema: Manifest) -> Iterator[str]:
    if "enum" in schema:
        values = [code(str(each)) for each in schema["enum"]]
        yield f"{'one of' if len(values) > 1 else 'only'} {', '.join(values)}"
    yield between(schema.get("minLength"), schema.get("maxLength"), "character")
    yield between(schema.get("minimum"), schema.get("maximum"))
    yield between(schema.get("minItems"), schema.get("maxItems"), "item")
    yield between(schema.get("minProperties"), schema.get("maxProperties"), "key")
    if schema.get("x-kubernetes-list-type") == "set":
        yield "distinct"
    if keys := schema.get("x-kubernetes-list-map-keys"):
        yield f"distinct by {', '.join(map(code, keys))}"
    inner = element(schema)
    if inner and (each := bounds(inner[1])):
        yield f"each {each}"


def between(least: int | None, most: int | None, unit: str = "") -> str:
    if least is None and most is None:
        return ""
    if least is None or most is None:
        only, words = (most, "at most") if least is None else (least, "at least")
        return f"{words} {counted(only, unit)}"
    if least == most:
        return f"exactly {counted(most, unit)}"
    return f"{number(least)} to {counted(most, unit)}"


def counted(count: int | None, unit: str) -> str:
    return f"{number(count)} {unit}{'' if count == 1 else 's'}" if unit else number(count)


def number(value: int | None) -> str:
    """Commas where they help: ports and years are read without."""
    return f"{value:,}" if value is not None and value >= 100_000 else str(value)


def patterns(schema: Manifest) -> Iterator[str]:
    if "pattern" in schema:
        yield f"Matches {code(schema['pattern'])}."
    inner = element(schema)
    if inner and "pattern" in inner[1]:
        yield f"Each matches {code(inner[1]['pattern'])}."


def described(schema: Manifest) -> tuple[str, str]:
    """A field's description without its default, and the default in words ("" without).

    Descriptions end with it, for `kubectl explain`.
    """
    description = str(schema.get("description", ""))
    before, said, after = description.rpartition("Default: ")
    if not said or ". " in after:
        return description, ""
    return before.rstrip(), after.removesuffix(".")


def literal(value: Any) -> str:
    """*value* in one line, as an author would write it in YAML."""
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    plain = isinstance(value, str) and PLAIN.fullmatch(value) and yaml.safe_load(value) == value
    return str(value) if plain else json.dumps(value)
