"""Every scenario on the embedded cluster, under both apply strategies, in virtual time."""

import contextlib
import inspect
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from hooks import NAMESPACE
from hooks.kinds.document import DOCUMENT
from hooks.platform import NAME as PLATFORM
from orasi.cluster.api import ApiError
from orasi.cluster.loop.metacontroller import ApplyStrategy
from tests import scenarios
from tests.scenarios import EVERYWHERE, Scenario
from tests.scenarios.world import Manifest, T, World
from tests.worlds import CONTROLLERS, DEFINITIONS, STRATEGIES
from tests.worlds import World as Embedded

ROOT = Path(__file__).parent.parent
OPERATOR = ROOT / "tests/cluster/podmonitors.yaml"
OVERLAY = ROOT / "metacontroller/pod-monitors/kustomization.yaml"
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}  # what our pods promise to be
RESYNCS = 3  # what only time brings about may take so many


class EmbeddedWorld:
    """A scenario's world over an embedded cluster: to wait is to let the loop run."""

    def __init__(self, embedded: Embedded, namespace: str, strategy: ApplyStrategy) -> None:
        self.namespace = namespace
        self.strategy = strategy
        self._cluster = embedded.cluster
        self._loop = embedded.loop
        self._clock = embedded.clock
        self._writes = 0
        self._watch_pods()
        described = {"name": namespace, "labels": RESTRICTED}
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": described}
        self._cluster.create(self._resource("Namespace"), body)

    def _watch_pods(self) -> None:
        """Have the Prometheus operator's kind, and the overlay for it."""
        self._cluster.create(DEFINITIONS, yaml.safe_load(OPERATOR.read_text()))
        (patch,) = yaml.safe_load(OVERLAY.read_text())["patches"]
        found = self._cluster.get(CONTROLLERS, "", patch["target"]["name"])
        (addition,) = json.loads(patch["patch"])
        children = [*found["spec"]["childResources"], addition["value"]]
        spec = {**found["spec"], "childResources": children}
        self._cluster.update(CONTROLLERS, {**found, "spec": spec})

    def apply(self, manifest: Manifest) -> None:
        name = manifest["metadata"]["name"]
        if self.get(manifest["kind"], name):
            self.patch(manifest["kind"], name, manifest)
            return
        resource = self._resource(manifest["kind"])
        body = manifest | {"metadata": manifest["metadata"] | {"namespace": self.namespace}}
        # kubectl is strict: no field that is not declared is dropped in silence.
        try:
            self._cluster.apply(resource, body, field_manager="kubectl", dry_run=True)
        except ApiError as error:
            if "not declared" in str(error):
                raise
        self._cluster.create(resource, body)

    def refusal(self, manifest: Manifest) -> str:
        with pytest.raises(ApiError) as refused:
            self.apply(manifest)
        return str(refused.value)

    def patch(self, kind: str, name: str, patch: Manifest) -> None:
        self._cluster.patch(self._resource(kind), self._place(kind), name, patch)

    def scale(self, kind: str, name: str, replicas: int) -> None:
        self.patch(kind, name, {"spec": {"replicas": replicas}})

    def platform(self, settings: str | None) -> None:
        resource = self._resource("ConfigMap")
        names = [each["metadata"]["name"] for each in self._cluster.list(resource, NAMESPACE)]
        if PLATFORM in names:
            self._cluster.delete(resource, NAMESPACE, PLATFORM)
        if settings is None:
            return
        described = {"name": PLATFORM, "namespace": NAMESPACE}
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": described}
        self._cluster.create(resource, body | {"data": {"platform.yaml": settings}})

    def delete(self, kind: str, name: str) -> None:
        self._cluster.delete(self._resource(kind), self._place(kind), name)

    def get(self, kind: str, name: str) -> Manifest | None:
        return next((one for one in self.list(kind) if one["metadata"]["name"] == name), None)

    def list(self, kind: str) -> Sequence[Manifest]:
        return self._cluster.list(self._resource(kind), self._place(kind))

    def eventually(self, what: str, predicate: Callable[[], T]) -> T:
        for _ in range(RESYNCS):
            self.settle()
            with contextlib.suppress(AssertionError):
                if value := predicate():
                    return value
            self._clock.sleep_until(self._loop.next_due() or self._clock.now())
        value = predicate()
        assert value, f"the loop is at rest, but not: {what}"
        return value

    def settle(self) -> None:
        for done in self._loop.settle():
            assert done.number < 100, "it never comes to rest"
            self._writes += len(done.writes)

    def writes(self) -> int:
        return self._writes

    def _resource(self, kind: str) -> Any:
        return next(each for each in self._cluster.resources() if each.kind == kind)

    def _place(self, kind: str) -> str:
        return self.namespace if self._resource(kind).namespaced else ""


def test_every_scenario_that_is_written_is_played() -> None:
    """A story is a function of a world and of nothing else, which no other story is made of."""
    played = {scenario.run for scenario in EVERYWHERE}
    rooms = [each for each in vars(scenarios).values() if inspect.ismodule(each)]
    for module in [each for each in rooms if each.__name__.startswith(scenarios.__name__)]:
        text = inspect.getsource(module)
        for story in filter(inspect.isfunction, vars(module).values()):
            shape = inspect.signature(story)
            arguments = [each.annotation for each in shape.parameters.values()]
            is_story = arguments == [World] and shape.return_annotation is None
            is_part = text.count(f"{story.__name__}(") > 1
            if is_story and story.__module__ == module.__name__ and not is_part:
                assert story in played, story.__name__


@pytest.mark.parametrize("scenario", EVERYWHERE, ids=str)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_scenario(scenario: Scenario[World], strategy: ApplyStrategy, client: FlaskClient) -> None:
    embedded = Embedded(DOCUMENT, client, strategy)
    scenario.run(EmbeddedWorld(embedded, scenario.namespace, strategy))
