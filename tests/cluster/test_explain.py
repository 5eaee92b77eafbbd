"""kubectl explain, which reads what the API server publishes: each field has something to say."""

import pytest

from hooks.composite import Composite
from hooks.kinds import KINDS
from tests.cluster.controlplane import ControlPlane

EMPTY = "<empty>"  # what kubectl prints where a description is missing


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_each_field_is_explained(kind: Composite, control_plane: ControlPlane) -> None:
    top = control_plane.kubectl("explain", kind.singular)
    assert kind.description.split(".")[0].split(":")[0] in " ".join(top.split())
    for part in ("spec", "status"):
        said = control_plane.kubectl("explain", f"{kind.singular}.{part}")
        assert EMPTY not in said
        fields = said.split("FIELDS:")[1]
        assert fields.count("\n  ") >= len(getattr(kind, part).model_fields)
