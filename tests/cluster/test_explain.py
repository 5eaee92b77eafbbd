"""kubectl explain, which reads what the API server publishes: each field has something to say."""

from collections.abc import Iterator

import pytest

from hooks.composite import Composite
from hooks.contract import Manifest
from hooks.kinds import KINDS
from hooks.manifests import object_schema
from tests.cluster.controlplane import ControlPlane

EMPTY = "<empty>"  # what kubectl prints where a description is missing
INDENT = 2
OF_EVERY_KIND = ("apiVersion", "kind", "metadata")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_each_field_is_explained(kind: Composite, control_plane: ControlPlane) -> None:
    fields = dict(described(object_schema(kind)))
    everything = control_plane.kubectl("explain", kind.singular, "--recursive")
    head, tree = everything.split("FIELDS:\n")
    assert kind.description.split(".")[0].split(":")[0] in " ".join(head.split())
    assert {path for path in paths(tree) if not path.startswith(OF_EVERY_KIND)} == fields.keys()
    deepest = max(fields, key=lambda path: path.count("."))
    for path in ("spec", "status", deepest):
        said = control_plane.kubectl("explain", f"{kind.singular}.{path}")
        assert EMPTY not in said
        assert " ".join(fields[path].split()) in " ".join(said.split())


def paths(tree: str) -> Iterator[str]:
    """Of the fields that kubectl prints one below the other: "spec.flows.from.otlp"."""
    above: list[str] = []
    for line in tree.splitlines():
        name, _, type_ = line.strip().partition("\t")
        if not type_.startswith("<"):
            continue  # the values that a field may have
        depth = (len(line) - len(line.lstrip())) // INDENT
        above[depth - 1 :] = [name]
        yield ".".join(above)


def described(schema: Manifest, path: str = "") -> Iterator[tuple[str, str]]:
    """The path and the description of each field in it."""
    schema = schema.get("items", schema)
    for name, field in schema.get("properties", {}).items():
        if not path and name in OF_EVERY_KIND:
            continue
        yield f"{path}{name}", field["description"]
        yield from described(field, f"{path}{name}.")
