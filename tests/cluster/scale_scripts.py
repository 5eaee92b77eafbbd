"""What is done to an autoscaler of a Pipeline, in memory and on the real control plane.

No engine is there: a script says what an engine would report, and a Deployment has the pods.
"""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path

import yaml

from orasi.cluster.api import ApiError, Manifest, Resource
from tests.cluster.autoscaler_scripts import SMALL
from tests.cluster.place import Place
from tests.cluster.workload_scripts import Script
from tests.memory.documents import DEFINITIONS
from tests.memory.workloads import (
    AUTOSCALERS,
    DEPLOYMENTS,
    autoscaler,
    deployment,
    manifest,
    with_spec,
)

PIPELINES = Resource("orasi.io/v1alpha1", "Pipeline", "pipelines")
DEFINITION = Path("manifests/crds/pipelines.yaml")


def start(place: Place, replicas: int) -> None:
    """A Pipeline of which nothing has been reported, and its autoscaler."""
    try:
        place.cluster.create(DEFINITIONS, yaml.safe_load(DEFINITION.read_text()))
    except ApiError as error:
        if error.code != HTTPStatus.CONFLICT:
            raise
    flow = {"name": "all", "from": [{"otlp": {"http": {}}}], "to": [{"debug": {}}]}
    spec = {"replicas": replicas, "flows": [flow]}
    place.create(PIPELINES, manifest(PIPELINES, "web", spec))
    place.create(AUTOSCALERS, autoscaler(PIPELINES))


def size(place: Place) -> int:
    found: int = place.get(PIPELINES)["spec"]["replicas"]
    return found


def pipeline_within_bounds(place: Place) -> Iterator[None]:
    """So nothing says which pods are its own."""
    start(place, 3)
    yield
    assert size(place) == 3


def pipeline_out_of_bounds(place: Place) -> Iterator[None]:
    start(place, 8)
    yield
    assert size(place) == 6
    place.edit(with_spec, resource=AUTOSCALERS, minReplicas=1, maxReplicas=4)
    yield
    assert size(place) == 4


def pipeline_with_a_load(place: Place) -> Iterator[None]:
    place.create(DEPLOYMENTS, deployment(replicas=2, resources=SMALL))
    place.rest(place)
    place.use({"cpu": 250})
    start(place, 2)
    nothing: Manifest = {"endpoints": [], "dependencies": []}
    place.report(PIPELINES, "web", replicas=2, readyReplicas=2, selector="app=web", **nothing)
    yield
    assert size(place) == 5


SCRIPTS: Sequence[Script] = (
    pipeline_within_bounds,
    pipeline_out_of_bounds,
    pipeline_with_a_load,
)
