"""One schema, three judges: the model, the embedded cluster and the real API server agree."""

import contextlib
from collections.abc import Iterator
from typing import Any

import hypothesis.strategies as st
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from pydantic import ValidationError

from hooks.composite import Composite
from hooks.kinds import KINDS
from orasi.cluster.api import ApiError, Cluster, Manifest, Resource
from orasi.cluster.kubernetes import Kubernetes
from tests.cluster.controlplane import ControlPlane
from tests.worlds import World, specs, spoiled

NAMESPACE = "judged"


@pytest.fixture(scope="module")
def real(control_plane: ControlPlane) -> Iterator[Cluster]:
    control_plane.kubectl("create", "namespace", NAMESPACE)
    with contextlib.closing(Kubernetes(control_plane.kubeconfig)) as cluster:
        yield cluster
    control_plane.kubectl("delete", "namespace", NAMESPACE)


def stored(cluster: Cluster, resource: Resource, spec: Any, namespace: str) -> Any:
    """The spec as the cluster keeps it, or the code of its refusal."""
    manifest: Manifest = {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "metadata": {"name": "it", "namespace": namespace},
        "spec": spec,
    }
    try:
        found = cluster.create(resource, manifest)["spec"]
    except ApiError as error:
        return error.code
    cluster.delete(resource, namespace, "it")
    return found


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.singular)
@given(data=st.data())
@settings(max_examples=200)
def test_they_accept_and_store_the_same(
    kind: Composite, client: FlaskClient, real: Cluster, data: st.DataObject
) -> None:
    spec = spoiled(data.draw(specs(kind)), data)
    world = World(kind, client, "dynamic-apply")
    judged = stored(real, world.parents, spec, NAMESPACE)
    assert stored(world.cluster, world.parents, spec, "default") == judged
    try:
        kind.spec.model_validate(spec)
    except ValidationError:
        assert judged == 422
    else:
        assert judged != 422
