"""Pipelines on a real API server only: by kubectl's own commands, and what concerns all at once."""

import json

from hooks import NAMESPACE, __version__
from hooks.decorators import DECORATORS
from hooks.kinds import KINDS
from tests.cluster.audit import lines
from tests.cluster.engine import USER
from tests.cluster.first_pipeline import the_first_pipeline_is_as_told
from tests.cluster.outages import GONE
from tests.cluster.world import ClusterWorld
from tests.scenarios import Scenario
from tests.scenarios.pipeline import (
    CHILD,
    NAME,
    becomes,
    deployment,
    edit,
    flow,
    ours,
    run,
    says,
    serving,
)

IMAGE = "example.com/platform:1"
NEXT = "9.9.9"


def kubectl_scales_and_restarts(world: ClusterWorld) -> None:
    run(world)
    world.kubectl("scale", "pipeline", NAME, "--replicas=3")
    becomes(world, "True", "Running")
    assert serving(world) == 3
    world.kubectl("rollout", "restart", "deployment", CHILD)
    world.kubectl("rollout", "status", "deployment", CHILD, "--timeout=60s")
    becomes(world, "True", "Running")
    world.settle()
    annotations = deployment(world)["spec"]["template"]["metadata"]["annotations"]
    assert "kubectl.kubernetes.io/restartedAt" in annotations
    head, row = (line.split() for line in world.kubectl("get", "opipe").splitlines())
    assert head == ["NAME", "MODE", "FLOWS", "REPLICAS", "READY", "REASON", "AGE"]
    assert row[:-1] == [NAME, "Deployment", "1", "3", "True", "Running"]
    world.kubectl("wait", "--for=condition=Available", "pipeline", NAME, "--timeout=10s")


def a_rollout_takes_one_write_of_each(world: ClusterWorld) -> None:
    """By the audit log: the Deployment is written once, and one ConfigMap comes and one goes."""
    run(world, replicas=3)
    world.settle()
    audit = world.control_plane.audit
    start = audit.mark()
    edit(world, flows=[flow("detailed")])
    becomes(world, "True", "Running")
    world.eventually("one configuration is left", lambda: len(ours(world, "ConfigMap")) == 1)
    world.settle()
    written = audit.writes(USER, start, world.namespace)
    children = [each for each in written if each.resource != "pipelines"]
    assert sorted((each.resource, each.verb == "delete") for each in children) == [
        ("configmaps", False),
        ("configmaps", True),
        ("deployments", False),
    ], lines(written)


def platform_defaults_are_followed(world: ClusterWorld) -> None:
    """And what cannot be used freezes, until it is mended."""

    def image() -> str:
        (container,) = deployment(world)["spec"]["template"]["spec"]["containers"]
        return str(container["image"])

    usual = run(world)["spec"]["template"]
    settings = f"--namespace={NAMESPACE}"
    create = ("create", "configmap", "orasi-platform", settings)
    kubectl = world.control_plane.kubectl
    try:
        kubectl(*create, f"--from-literal=platform.yaml=collector: {{image: {IMAGE}}}")
        world.eventually("the image is the platform's", lambda: image() == IMAGE)
        becomes(world, "True", "Running")
        broken = json.dumps({"data": {"platform.yaml": "collector: {imgae: x}"}})
        kubectl("patch", "configmap", "orasi-platform", settings, f"--patch={broken}")
        says(world, "InvalidPlatformSettings", "platform.yaml.collector.imgae")
        edit(world, replicas=2)
        world.eventually("only the number of pods is followed", lambda: serving(world) == 2)
        assert image() == IMAGE
    finally:
        kubectl("delete", "configmap", "orasi-platform", settings, "--ignore-not-found")
    becomes(world, "True", "Running")
    assert serving(world) == 2
    assert deployment(world)["spec"]["template"] == usual


def an_upgrade_writes_no_child(world: ClusterWorld) -> None:
    """Of the server and then of the controllers, as the README has it."""
    run(world)
    world.settle()
    before = world.writes()
    try:
        world.server.restart(app=f"hooks.app:create_app(version='{NEXT}')")
        world.settle()
        repoint(world, NEXT)
        world.settle()
        edit(world, replicas=2)  # so it is the new one that answers
        becomes(world, "True", "Running")
        world.settle()
    finally:
        world.server.restart()
        repoint(world, __version__)
    becomes(world, "True", "Running")
    world.settle()
    changed = world.control_plane.audit.writes(USER, namespace=world.namespace)[before:]
    assert {each.resource for each in changed} <= {
        "pipelines",
        "deployments",  # the edit
        "poddisruptionbudgets",  # of two pods
    }, lines(changed)
    assert len([each for each in changed if each.resource == "deployments"]) == 1, lines(changed)


def repoint(world: ClusterWorld, version: str) -> None:
    """Have the controllers call a server of *version*."""
    entries = [
        *(("compositecontroller", each.plural, each.singular, each.hooks) for each in KINDS),
        *(("decoratorcontroller", each.plural, each.singular, each.hooks) for each in DECORATORS),
    ]
    for controller, plural, singular, hooks in entries:
        paths = [
            {
                "op": "replace",
                "path": f"/spec/hooks/{hook}/webhook/path",
                "value": f"/hooks/{singular}/{hook}?version={version}",
            }
            for hook in hooks
        ]
        world.control_plane.kubectl(
            "patch",
            controller,
            f"{plural}.orasi.io",
            "--type=json",
            f"--patch={json.dumps(paths)}",
        )


PIPELINES: tuple[Scenario[ClusterWorld], ...] = (
    Scenario(kubectl_scales_and_restarts),
    Scenario(a_rollout_takes_one_write_of_each),
    Scenario(the_first_pipeline_is_as_told),
    Scenario(platform_defaults_are_followed, serial=True),
    Scenario(
        an_upgrade_writes_no_child,
        serial=True,
        expected_errors=(GONE, "context canceled"),
    ),
)
