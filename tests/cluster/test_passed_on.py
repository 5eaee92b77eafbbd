"""What is passed on to children: the hook refuses what the real API server would refuse there."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hooks.contract import Manifest
from hooks.kinds.pipeline.children import desired
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.plan import plan
from hooks.kinds.pipeline.resolution import resolved
from hooks.platform import Platform
from orasi.cluster.api import ApiError, Cluster
from orasi.cluster.kubernetes import Kubernetes
from tests.cluster.controlplane import ControlPlane
from tests.collector.rendered import request
from tests.passed_on import CASES, STRICTER
from tests.scenarios.pipeline import flow


@pytest.fixture(scope="module")
def real(control_plane: ControlPlane) -> Iterator[Cluster]:
    with contextlib.closing(Kubernetes(control_plane.kubeconfig)) as cluster:
        yield cluster


def children(spec: PipelineSpec) -> list[Manifest]:
    """As they would be if nothing were checked."""
    asked = request(spec)
    made = plan(asked, Platform(), resolved(asked))
    return list(desired(replace(made, monitored=True)))


def refusals(real: Cluster, manifests: list[Manifest]) -> Iterator[str]:
    kinds = {(each.api_version, each.kind): each for each in real.resources()}
    for manifest in manifests:
        resource = kinds[manifest["apiVersion"], manifest["kind"]]
        try:
            real.apply(resource, manifest, field_manager="tests", dry_run=True)
        except ApiError as error:
            yield f"{manifest['kind']}: {error}"


@pytest.mark.parametrize("name", CASES)
def test_the_api_server_judges_alike(name: str, real: Cluster) -> None:
    fields, path = CASES[name]
    spec = PipelineSpec.model_validate({"flows": [flow()], **fields})
    found = list(refusals(real, children(spec)))
    assert bool(found) is (bool(path) and name not in STRICTER), found
