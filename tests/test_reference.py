"""docs/reference: complete, as the models have it, and read as it was meant."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import given

from hooks.composite import Composite
from hooks.contract import Manifest
from hooks.decorator import Decorator
from hooks.decorators import DECORATORS
from hooks.kinds import KINDS
from hooks.kinds.document import DOCUMENT
from hooks.manifests import custom_resource_definition, object_schema
from hooks.reference.fields import reference
from hooks.reference.kind import kind_page
from hooks.reference.markdown import prose, table
from hooks.reference.skeleton import skeleton
from hooks.reference.sources import Example, Sources, read
from tests import golden, markdown

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference"
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.singular)


def page(kind: Composite) -> str:
    return (FOLDER / f"{kind.singular}.md").read_text()


def fields(schema: Manifest, path: str) -> Iterator[tuple[str, Manifest, bool]]:
    """Every field below *path*: its path, schema, and whether it is required."""
    for name, each in schema.get("properties", {}).items():
        yield f"{path}.{name}", each, name in schema.get("required", ())
        yield from fields(each, f"{path}.{name}")
    if "items" in schema:
        yield from fields(schema["items"], f"{path}[]")


@every_kind
def test_every_field_is_told_with_its_description(kind: Composite) -> None:
    schema = object_schema(kind)["properties"]
    told = {
        f"{table.heading}.{row[0]}": row[-1].split("\nMatches")[0].split("\nEach matches")[0]
        for table in markdown.tables(page(kind))
        if table.heading.startswith(("spec", "status"))
        for row in table.rows
    }
    wanted = {
        path: each["description"].replace("`", "")
        for part in ("spec", "status")
        for path, each, _ in fields(schema[part], part)
    }
    assert told.keys() == wanted.keys()
    for path, text in told.items():
        # The default has a column of its own, unless it is long.
        assert wanted[path] == text or wanted[path].startswith(f"{text} Default: "), path


@every_kind
def test_required_fields_and_defaults_are_told(kind: Composite) -> None:
    told = {
        f"{table.heading}.{row[0]}": row[2]
        for table in markdown.tables(page(kind))
        if table.heading.startswith("spec")
        for row in table.rows
    }
    for path, schema, required in fields(object_schema(kind)["properties"]["spec"], "spec"):
        assert (told[path] == "required") == required, path
        default = schema.get("default")
        if default is not None and not isinstance(default, dict):
            assert yaml.safe_load(told[path]) == default, path


@every_kind
def test_every_rule_is_told_with_its_message(kind: Composite) -> None:
    schema = object_schema(kind)
    nodes = [schema, *(each for _, each, _ in fields(schema, ""))]
    nodes += [each["items"] for each in nodes if "items" in each]
    text = page(kind).replace("\\", "")  # which no message has
    for node in nodes:
        for rule in node.get("x-kubernetes-validations", ()):
            assert f"{rule['message']}.\n" in text


@every_kind
def test_all_fields_at_once_is_yaml_with_all_fields(kind: Composite) -> None:
    shape = object_schema(kind)["properties"]["spec"]
    (text,) = (each for each in markdown.blocks(page(kind)) if each.startswith("spec:"))
    assert set(paths(yaml.safe_load(text))) == {path for path, _, _ in fields(shape, ".spec")} | {
        ".spec"
    }


def paths(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key != "<key>" or isinstance(each, dict):  # a text by any key is no field
                yield f"{path}.{key}"
            yield from paths(each, f"{path}.{key}")
    elif isinstance(value, list):
        for each in value:
            yield from paths(each, f"{path}[]")


@every_kind
def test_columns_and_children_are_told(kind: Composite) -> None:
    told = {table.heading: table for table in markdown.tables(page(kind))}
    version = custom_resource_definition(kind)["spec"]["versions"][0]
    assert [name.split(" (")[0] for name in told["Columns"].column(0)] == [
        column["name"] for column in version["additionalPrinterColumns"]
    ]
    assert [row[:2] for row in told["Children"].rows] == [
        [child.kind, child.api_version] for child in kind.children
    ]
    # Each is called after its parent, and some golden case has it.
    assert all(name.startswith("<name>-") for name in told["Children"].column(2))


@every_kind
def test_an_example_is_shown_as_it_stands(kind: Composite) -> None:
    shown, *_ = markdown.blocks(page(kind))
    assert shown in {path.read_text() for path in ROOT.glob("examples/*.yaml")}
    assert kind.kind in {each["kind"] for each in yaml.safe_load_all(shown)}


def test_there_is_no_page_but_the_generated_ones() -> None:
    wanted = {"README.md", "conditions.md", *(f"{kind.singular}.md" for kind in KINDS)}
    wanted |= {f"{each.singular}.md" for each in DECORATORS}
    assert {path.name for path in FOLDER.iterdir()} == wanted


@pytest.mark.parametrize("decorator", DECORATORS, ids=lambda each: each.singular)
def test_a_decorator_is_told_with_all_that_asks_for_it_and_all_that_it_makes(
    decorator: Decorator,
) -> None:
    told = markdown.tables((FOLDER / f"{decorator.singular}.md").read_text())
    found = {each.heading: each for each in told}
    assert found["Labels and annotations"].column(0) == [each.key for each in decorator.settings]
    made = found["Attachments"]
    assert made.column(0) == [each.kind for each in decorator.attachments]
    for path in golden.cases():
        body = golden.load(path)["response"]["body"]
        if path.parent.name != decorator.singular or not isinstance(body, dict):
            continue
        name = golden.load(path)["request"]["object"]["metadata"]["name"]
        wanted = decorator.name.replace("<name>", name)
        for each in body["attachments"] if isinstance(body["attachments"], list) else ():
            assert each["metadata"]["name"] == wanted or len(wanted) > 40 or name[0].isdigit()


def test_no_text_is_taken_for_a_tag() -> None:
    for path in FOLDER.glob("*.md"):
        assert markdown.html(path.read_text()) <= {"<br>"}, path.name


def test_an_example_is_found_by_what_is_in_it() -> None:
    plain = Example("examples/a.yaml", "# Short. Rest.\n---\nkind: Document\n")
    fuller = Example("examples/b.yaml", "# A longer\n# one: with more.\nkind: Document\nspec: {}\n")
    mixed = Example("examples/c.yaml", "kind: Document\n---\nkind: Secret\n" + "# much more\n" * 9)
    other = Example("examples/d.yaml", "kind: Pipeline\n")
    sources = Sources((plain, mixed, fuller, other))
    assert sources.examples_of(DOCUMENT) == [fuller, plain, mixed]
    assert [each.about for each in (plain, fuller, mixed)] == [
        "Short.",
        "A longer one: with more.",
        "",
    ]


def test_what_is_not_there_is_not_told(tmp_path: Path) -> None:
    """A new kind has a page before it has an example or a golden case that is answered."""
    case = tmp_path / "tests" / "golden" / "document" / "new.yaml"
    case.parent.mkdir(parents=True)
    case.write_text("why: It is new.\nrequest: {parent: {metadata: {name: it}}}\n")
    bare = replace(DOCUMENT, related_kinds=())
    text = kind_page(bare, custom_resource_definition(bare), read(tmp_path))
    assert "## Example" not in text
    assert "| ConfigMap | `v1` |  |" in text


# What no kind of ours has yet, or not for ever.
TANK = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 2, "description": "Its name."},
        "label": {
            "type": "object",
            "description": "<Of> it. Default: those of the lake, if any.",
            "maxProperties": 1,
            "additionalProperties": {"type": "string"},
        },
    },
}
LAKE: Manifest = {
    "type": "object",
    "required": ["tanks"],
    "x-kubernetes-validations": [
        {"rule": "has(self.a)", "message": "a must be set"},
        {"rule": "self.b", "message": f"b must be {'very ' * 11}long"},
    ],
    "properties": {
        "tanks": {
            "type": "object",
            "description": "Tanks by number.",
            "minProperties": 1,
            "additionalProperties": TANK,
        },
        "limits": {
            "type": "object",
            "description": "Limits of a*b*c. Default: none.",
            "properties": {
                "depth": {"type": "integer", "description": "In metres. Default: x. y."}
            },
        },
        "schedule": {
            "type": "string",
            "description": "When. Default: */5 * * * *.",
            "default": "*/5 * * * *",
        },
        "values": {"type": "object", "description": "Anything of yours."},
        "either": {"description": "It costs $5 or $6."},
        "sizes": {
            "type": "array",
            "description": "Sizes.",
            "items": {"x-kubernetes-int-or-string": True, "pattern": "^(1|2)$"},
        },
    },
}


REFERENCE = """\
### `spec`

| Field | Type | Default | Description |
| --- | --- | --- | --- |
| `tanks` | [map of objects](#spectankskey)<br>at least 1 key | **required** | Tanks by number. |
| `limits` | object | none | Limits of a\\*b\\*c. |
| `limits.depth` | integer |  | In metres. Default: x. y. |
| `schedule` | string | `"*/5 * * * *"` | When. |
| `values` | any object |  | Anything of yours. |
| `either` | anything |  | It costs \\$5 or \\$6. |
| `sizes` | list of integers or strings |  | Sizes.<br>Each matches `^(1\\|2)$`. |

Rules, which the API server checks:

- a must be set.
- b must be very very very very very very very very very very very long.

### `spec.tanks.<key>`

Tanks by number.

| Field | Type | Default | Description |
| --- | --- | --- | --- |
| `name` | string<br>exactly 2 characters | **required** | Its name. |
| `label` | map of strings<br>at most 1 key |  | \\<Of> it. Default: those of the lake, if any. |
"""

SKELETON = """\
spec:                                    # required; a must be set
  tanks:                                 # required
    <key>:
      name: <string>                     # required
      label: {<key>: <string>}
  limits:
    depth: <integer>
  schedule: "*/5 * * * *"
  values: <any object>
  either: <anything>
  sizes: [<integer or string>]
"""


def test_fields_of_every_shape() -> None:
    assert reference("spec", LAKE) == REFERENCE


def test_skeleton_of_every_shape() -> None:
    assert skeleton("spec", LAKE) == SKELETON


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"])))
def test_prose_is_read_as_it_was_meant(text: str) -> None:
    text = f"a{text.replace('`', '')}z"
    (found,) = markdown.tables(table(("Text",), [(prose(text),)]))
    assert found.rows == [[text]]
