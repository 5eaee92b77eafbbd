"""Two replicas of the server answer in turns, as behind a Service: nobody can tell."""

from itertools import cycle
from typing import Any

import pytest
import yaml
from flask import Flask

from hooks import NAMESPACE
from hooks.app import create_app
from hooks.contract import Manifest
from hooks.kinds.pipeline import PIPELINE
from hooks.settings import Settings
from orasi.cluster.api import Resource
from tests.worlds import STRATEGIES, World

CONFIG_MAPS = Resource("v1", "ConfigMap", "configmaps")
SPEC = yaml.safe_load(
    """
    replicas: 2
    flows:
    - {name: all, from: [{otlp: {grpc: {}}}], to: [{debug: {}}]}
    """
)


class InTurns:
    """Several servers as one: each call goes to the next."""

    def __init__(self, replicas: int) -> None:
        settings = Settings(log_level="error")
        self._servers = cycle([create_app(settings=settings) for _ in range(replicas)])

    @property
    def application(self) -> Flask:
        return next(self._servers)


def platform(image: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "orasi-platform", "namespace": NAMESPACE},
        "data": {"platform.yaml": f"collector: {{image: {image}}}"},
    }


def images(world: World) -> set[str]:
    return {
        each["spec"]["template"]["spec"]["containers"][0]["image"]
        for each in world.children()
        if each["kind"] == "Deployment"
    }


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_all_follow_the_platform_and_nothing_flaps(strategy: Any) -> None:
    world = World(PIPELINE, InTurns(2), strategy)
    for name in ("a", "b", "c"):
        world.create(SPEC, name)
    list(world.loop.settle())
    for image in ("example.com/collector:1", "example.com/collector:2"):
        wanted = platform(image)
        if world.cluster.list(CONFIG_MAPS, NAMESPACE):
            world.cluster.patch(CONFIG_MAPS, NAMESPACE, "orasi-platform", wanted)
        else:
            world.cluster.create(CONFIG_MAPS, wanted)
        list(world.loop.settle())
        assert images(world) == {image}
        for name in ("a", "b", "c"):
            touched = {"metadata": {"annotations": {"touched": image}}}
            world.cluster.patch(world.parents, "default", name, touched)
        assert world.loop.run_pass().writes == ()
