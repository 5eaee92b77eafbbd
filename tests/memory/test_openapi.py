"""Schemas of built-in kinds: each is there, and what is known besides them is still about them."""

from collections.abc import Mapping

import pytest

from orasi.cluster.memory.builtin import BUILT_IN
from orasi.cluster.memory.kinds import Kind
from orasi.cluster.memory.openapi import defaults, overlay, struct

TABLES = (
    overlay.FILLED_IN,
    overlay.KEPT_IF_EMPTY,
    overlay.NO_DEFAULT,
    overlay.NULL_IF_EMPTY,
    overlay.OMITTED_IF_ZERO,
)


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.resource.kind)
def test_each_kind_has_a_schema(kind: Kind) -> None:
    assert kind.schema.properties or kind.schema.preserve_unknown


@pytest.mark.parametrize("table", TABLES)
def test_what_is_known_besides_is_of_fields_that_there_are(
    table: Mapping[str, Mapping[str, object] | tuple[str, ...]],
) -> None:
    for name, fields in table.items():
        assert set(fields) <= struct(name).properties.keys(), name


def test_each_struct_that_is_filled_in_is_there() -> None:
    assert all(struct(name).properties for name in defaults.BY_STRUCT)
