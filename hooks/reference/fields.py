"""Fields of an object as tables: one for each part that is large, or that is an item of a list."""

from collections.abc import Iterator
from dataclasses import dataclass

from hooks.contract import Manifest
from hooks.reference.markdown import anchor, code, link, page, prose, table
from hooks.reference.schema import bounds, described, element, literal, patterns, type_of

# Of an object of so many fields, those within it counted, the whole path is shown in one table.
MOST_INLINE = 8

# In characters: a longer one stays in the description.
LONGEST_DEFAULT = 24


@dataclass(frozen=True)
class Field:
    path: str  # within its section, such as "limits.cpu"
    schema: Manifest
    required: bool


@dataclass(frozen=True)
class Section:
    path: str  # within the object, such as "spec.flows[]"
    schema: Manifest  # of an object with properties
    description: str = ""

    @property
    def fields(self) -> list[Field]:
        return list(within(self.schema))

    @property
    def inner(self) -> Iterator["Section"]:
        """The sections of what is not told in this one."""
        for field in self.fields:
            path, schema = f"{self.path}.{field.path}", field.schema
            while inner := element(schema):
                path, schema = path + inner[0], inner[1]
            if "properties" in schema and not is_inline(field.schema):
                yield Section(path, schema, field.schema.get("description", ""))


def within(schema: Manifest, prefix: str = "") -> Iterator[Field]:
    required = schema.get("required", ())
    for name, each in schema["properties"].items():
        yield Field(f"{prefix}{name}", each, name in required)
        if is_inline(each):
            yield from within(each, f"{prefix}{name}.")


def is_inline(schema: Manifest) -> bool:
    return "properties" in schema and size(schema) <= MOST_INLINE


def size(schema: Manifest) -> int:
    properties = schema.get("properties", {})
    return sum(1 + size(each) for each in properties.values())


def sections(path: str, schema: Manifest) -> Iterator[Section]:
    section = Section(path, schema)
    yield from with_inner(section)


def with_inner(section: Section) -> Iterator[Section]:
    yield section
    for inner in section.inner:
        yield from with_inner(inner)


def reference(path: str, schema: Manifest, *, defaults: bool = True) -> str:
    """Markdown for all of *schema*, which stands at *path*; without a column for *defaults* where
    nothing is set by anybody who reads this."""
    return page(*(rendered(each, defaults=defaults) for each in sections(path, schema)))


def rendered(section: Section, *, defaults: bool) -> str:
    header = (
        ("Field", "Type", "Default", "Description")
        if defaults
        else ("Field", "Type", "Description")
    )
    targets = {each.path for each in section.inner}
    return page(
        f"### {code(section.path)}",
        prose(described({"description": section.description})[0]),
        table(
            header, (row(field, section, targets, defaults=defaults) for field in section.fields)
        ),
        across(section),
    )


def row(field: Field, section: Section, targets: set[str], *, defaults: bool) -> list[str]:
    allowed = bounds(field.schema)
    return [
        code(field.path),
        "<br>".join(filter(None, (linked_type(field, section, targets), allowed))),
        *([default(field)] if defaults else []),
        description(field),
    ]


def linked_type(field: Field, section: Section, targets: set[str]) -> str:
    path, schema = f"{section.path}.{field.path}", field.schema
    while inner := element(schema):
        path, schema = path + inner[0], inner[1]
    named = type_of(field.schema)
    return link(named, f"#{anchor(path)}") if path in targets else named


def default(field: Field) -> str:
    """As a value, in words where those say more than an object could; "" if there is none."""
    value = field.schema.get("default")
    if field.required:
        return "**required**"
    if value is None or isinstance(value, dict):
        said = described(field.schema)[1]
        return prose(said) if len(said) <= LONGEST_DEFAULT else ""
    return code(literal(value))


def description(field: Field) -> str:
    text, said = described(field.schema)
    if len(said) > LONGEST_DEFAULT:
        text = f"{text} Default: {said}."
    return "<br>".join([prose(text), *patterns(field.schema)])


def across(section: Section) -> str:
    """What holds across the fields that are told in *section*."""
    own = [("", section.schema)]
    own += [
        (f"{code(field.path)}: ", field.schema)
        for field in section.fields
        if is_inline(field.schema)
    ]
    return rules(
        [
            (path, rule)
            for path, schema in own
            for rule in schema.get("x-kubernetes-validations", ())
        ]
    )


def rules(found: list[tuple[str, Manifest]]) -> str:
    """Each rule by its message, after whose it is; in CEL it would say the same to few."""
    items = (f"- {path}{prose(each['message'])}.\n" for path, each in found)
    return page("Rules, which the API server checks:", "".join(items)) if found else ""
