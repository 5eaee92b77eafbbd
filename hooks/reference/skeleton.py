"""All fields of an object at once, as the YAML that an author writes."""

from collections.abc import Iterator

from hooks.contract import Manifest
from hooks.reference.schema import element, literal, type_of

# Where comments begin, unless a line is longer, and how long they may be.
COMMENTS_FROM = 40
LONGEST_COMMENT = 90


def skeleton(name: str, schema: Manifest) -> str:
    """Defaults where there are any, else what is to be written in angle brackets."""
    return "".join(
        f"{line:{COMMENTS_FROM}} # {comment}\n" if comment else f"{line}\n"
        for line, comment in lines(name, schema, required=True)
    )


def lines(name: str, schema: Manifest, *, required: bool) -> Iterator[tuple[str, str]]:
    """Each line and its comment."""
    inner = element(schema)
    comment = about(schema, required=required)
    if "properties" in schema:
        yield f"{name}:", comment
        yield from indented(members(schema), "  ")
    elif inner and "properties" in inner[1]:
        yield f"{name}:", comment
        yield from item(inner)
    else:
        yield f"{name}: {value(schema)}", comment


def about(schema: Manifest, *, required: bool) -> str:
    """Whether it is required, and rules as far as a line has room: all are told with the fields."""
    inner = element(schema)
    notes = ["required"] if required else []
    notes += messages(schema)
    notes += [f"each: {message}" for message in messages(inner[1] if inner else {})]
    found = ""
    for note in notes:
        longer = f"{found}; {note}" if found else note
        found = longer if len(longer) <= LONGEST_COMMENT else found
    return found


def messages(schema: Manifest) -> list[str]:
    return [each["message"] for each in schema.get("x-kubernetes-validations", ())]


def members(schema: Manifest) -> Iterator[tuple[str, str]]:
    required = schema.get("required", ())
    for name, each in schema["properties"].items():
        yield from lines(name, each, required=name in required)


def item(inner: tuple[str, Manifest]) -> Iterator[tuple[str, str]]:
    """The item of a list, or the member of a map."""
    step, schema = inner
    if step == "[]":
        first, *rest = members(schema)
        yield f"- {first[0]}", first[1]
        yield from indented(iter(rest), "  ")
    else:
        yield "  <key>:", ""
        yield from indented(members(schema), "    ")


def indented(found: Iterator[tuple[str, str]], by: str) -> Iterator[tuple[str, str]]:
    for line, comment in found:
        yield f"{by}{line}", comment


def value(schema: Manifest) -> str:
    inner = element(schema)
    if "default" in schema:
        return literal(schema["default"])
    if inner:
        each = value(inner[1])
        return f"[{each}]" if inner[0] == "[]" else f"{{<key>: {each}}}"
    if "enum" in schema:
        return f"<{' | '.join(map(str, schema['enum']))}>"
    return f"<{type_of(schema)}>"
