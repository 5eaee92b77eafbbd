"""What `kubectl explain` does not show of a schema, told in its descriptions instead.

It shows types, enums and what is required, but neither the bounds of numbers nor rules.
"""

from collections.abc import Iterator

from hooks.contract import Manifest

# Of rules those that say which fields there have to be; others are told where they matter.
CHOICES = ("exactly one of ", "at least one of ")
DEFAULT = "Default: "


def explained(schema: Manifest) -> Manifest:
    """*schema*, an object's or an item's, with descriptions that tell all below it."""
    told = dict(schema)
    if "properties" in told:
        told["properties"] = {name: field(each) for name, each in told["properties"].items()}
    if isinstance(told.get("items"), dict):
        told["items"] = explained(told["items"])
    return told


def field(schema: Manifest) -> Manifest:
    told = explained(schema)
    more = [*bounds(schema), *choices(schema)]
    if more and "description" in schema:
        before, default, after = schema["description"].partition(DEFAULT)
        told["description"] = " ".join(filter(None, (before.rstrip(), *more, default + after)))
    return told


def bounds(schema: Manifest) -> Iterator[str]:
    """Of a number, unless its description has them already."""
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None and str(most) not in schema.get("description", ""):
        yield f"From {least} to {most}."


def choices(schema: Manifest) -> Iterator[str]:
    """Which fields an object must have, or each item of a list."""
    item = schema.get("items", schema)
    for rule in item.get("x-kubernetes-validations", ()):
        said = rule["message"]
        if said.startswith(CHOICES):
            yield f"{said[0].upper()}{said[1:]}." if item is schema else f"Of each, {said}."
