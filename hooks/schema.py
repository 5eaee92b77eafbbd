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
    """*schema* without references, titles and unions with null, none of which are allowed."""
    if "$ref" in schema:
        target = definitions[schema["$ref"].removeprefix("#/$defs/")]
        return structural(
            target | {key: schema[key] for key in schema if key != "$ref"}, definitions
        )
    if "anyOf" in schema:
        value, *_ = [each for each in schema["anyOf"] if each != {"type": "null"}]
        return structural(
            value | {key: schema[key] for key in schema if key != "anyOf"}, definitions
        )
    kept = {
        key: converted(key, value, definitions)
        for key, value in schema.items()
        if key not in ("title", "$defs") and not (key == "default" and value is None)
    }
    return {key: kept[key] for key in (*FIRST, *sorted(kept.keys() - set(FIRST))) if key in kept}


def converted(key: str, value: Any, definitions: Manifest) -> Any:
    if key == "properties":
        return {name: structural(each, definitions) for name, each in value.items()}
    if key in ("items", "additionalProperties") and isinstance(value, dict):
        return structural(value, definitions)
    return value
