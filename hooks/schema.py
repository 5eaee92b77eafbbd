"""From a pydantic model to the structural schema that a CustomResourceDefinition carries."""

from typing import Any

from pydantic import BaseModel

from hooks.contract import Manifest

CONDITIONS: Manifest = {
    "type": "array",
    "description": "What is true of the object, each fact once; Ready sums up.",
    "maxItems": 16,
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["type"],
    "items": {
        "type": "object",
        "required": ["type", "status", "reason", "message", "lastTransitionTime"],
        "properties": {
            "type": {
                "type": "string",
                "maxLength": 64,
                "description": "Name of the fact, such as Ready.",
            },
            "status": {
                "type": "string",
                "enum": ["True", "False", "Unknown"],
                "description": "Whether the fact holds.",
            },
            "reason": {
                "type": "string",
                "maxLength": 64,
                "description": "Why, in one word for programs.",
            },
            "message": {
                "type": "string",
                "maxLength": 1024,
                "description": "Why, in a sentence for people.",
            },
            "lastTransitionTime": {
                "type": "string",
                "format": "date-time",
                "description": "When the status last changed.",
            },
            "observedGeneration": {
                "type": "integer",
                "format": "int64",
                "minimum": 0,
                "description": "The metadata.generation that was judged.",
            },
        },
    },
}

OBSERVED_GENERATION: Manifest = {
    "type": "integer",
    "format": "int64",
    "minimum": 0,
    "description": "The metadata.generation that this status answers; Metacontroller sets it.",
}


# What a reader looks for first; the rest follows by name.
FIRST = ("type", "description", "default", "required")

# The keywords of a structural schema that are made here. Another one would be refused, or dropped.
KEYWORDS = {
    *FIRST,
    *("additionalProperties", "anyOf", "enum", "format", "items", "properties"),
    *("maxItems", "maxLength", "maxProperties", "maximum"),
    *("minItems", "minLength", "minimum", "pattern"),
    *("x-kubernetes-int-or-string", "x-kubernetes-list-map-keys", "x-kubernetes-list-type"),
    *("x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations"),
}


def structural_schema(model: type[BaseModel], description: str) -> Manifest:
    """The schema of *model*, in the subset of OpenAPI that Kubernetes calls structural."""
    schema = model.model_json_schema(by_alias=True)
    return structural(schema | {"description": description}, schema.get("$defs", {}))


def status_schema(model: type[BaseModel]) -> Manifest:
    """The schema of a status: the facts of *model*, and what every status has."""
    schema = structural_schema(model, "What was observed; written by the controller only.")
    common = {"conditions": CONDITIONS, "observedGeneration": OBSERVED_GENERATION}
    return schema | {"properties": dict(sorted((schema["properties"] | common).items()))}


def structural(schema: Manifest, definitions: Manifest) -> Manifest:
    """*schema* without references, titles and unions with null, none of which are allowed.

    Raises ValueError for what Kubernetes could not say: other unions, other keywords.
    """
    if "$ref" in schema:
        target = definitions[schema["$ref"].removeprefix("#/$defs/")]
        return structural(
            target | {key: schema[key] for key in schema if key != "$ref"}, definitions
        )
    if "anyOf" in schema and "x-kubernetes-int-or-string" not in schema:
        values = [each for each in schema["anyOf"] if each != {"type": "null"}]
        if len(values) != 1:
            raise ValueError(f"a union of several types: {values}")
        return structural(
            values[0] | {key: schema[key] for key in schema if key != "anyOf"}, definitions
        )
    if "const" in schema:
        schema = {key: schema[key] for key in schema if key != "const"} | {
            "enum": [schema["const"]]
        }
    kept = {
        key: converted(key, value, definitions)
        for key, value in schema.items()
        if key not in ("title", "$defs") and not (key == "default" and value is None)
    }
    if kept.keys() - KEYWORDS:
        raise ValueError(f"no keywords of a structural schema: {sorted(kept.keys() - KEYWORDS)}")
    return {key: kept[key] for key in (*FIRST, *sorted(kept.keys() - set(FIRST))) if key in kept}


def converted(key: str, value: Any, definitions: Manifest) -> Any:
    if key == "properties":
        return {name: structural(each, definitions) for name, each in value.items()}
    if key in ("items", "additionalProperties") and isinstance(value, dict):
        return structural(value, definitions)
    return without_nulls(value) if key == "default" else value


def without_nulls(default: Any) -> Any:
    """*default* as an author would write it: what is not there is left out."""
    if isinstance(default, dict):
        return {key: without_nulls(value) for key, value in default.items() if value is not None}
    return default
