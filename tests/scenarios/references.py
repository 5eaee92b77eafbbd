"""Objects that depend on each other, as a user meets them. Each scenario has its own namespace."""

from typing import Any

from tests.scenarios import objects, pipeline
from tests.scenarios.pipeline import NAME, becomes, deployment, edit, flow, ours, says
from tests.scenarios.world import Manifest, World, condition

OUT = {"connector": {"name": "out"}}
CONNECTED = {"flows": [flow(to=[OUT])]}
FLAGS = {"configurations": [{"name": "flags", "file": {"mountPath": "/etc/orasi/flags"}}]}


def manifest(kind: str, name: str, spec: Manifest) -> Manifest:
    return {
        "apiVersion": "orasi.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec,
    }


def sink(verbosity: str = "basic") -> Manifest:
    return manifest("Connector", "out", {"sink": {"debug": {"verbosity": verbosity}}})


def configuration(**values: Any) -> Manifest:
    return manifest("Configuration", "flags", {"format": "env", "values": values})


def sending_to(name: str, *names: str) -> Manifest:
    """A Pipeline that sends to others."""
    to = [{"pipeline": {"name": each}} for each in names] or [{"debug": {}}]
    return manifest("Pipeline", name, {"flows": [flow(to=to)]})


def connect(world: World) -> Manifest:
    """The Deployment of a Pipeline that sends to a Connector, once it runs."""
    world.apply(sink())
    world.apply(pipeline.manifest(**CONNECTED))
    becomes(world, "True", "Running")
    return deployment(world)


def rolled(world: World, before: Manifest) -> int:
    """How often the Pipeline has rolled since *before*."""
    generation = deployment(world)["metadata"]["generation"]
    return int(generation - before["metadata"]["generation"])


def dependencies(world: World) -> list[Manifest]:
    found: list[Manifest] = pipeline.pipeline(world)["status"]["dependencies"]
    return found


def gone(world: World, kind: str, name: str) -> None:
    world.eventually(f"{kind} {name} is gone", lambda: world.get(kind, name) is None)


def a_connector_is_used(world: World) -> None:
    connect(world)
    (name,) = ours(world, "ConfigMap")
    text = objects.existing(world, "ConfigMap", name)["data"]["collector.yaml"]
    assert "debug/basic" in text
    assert dependencies(world) == [{"kind": "Connector", "name": "out", "state": "Found"}]
    assert condition(pipeline.pipeline(world), "Resolved")["status"] == "True"


def an_edit_of_a_connector_rolls_once(world: World) -> None:
    before = connect(world)
    world.apply(sink("detailed"))
    world.eventually("it rolls", lambda: rolled(world, before) == 1)
    becomes(world, "True", "Running")
    world.settle()
    assert rolled(world, before) == 1


def an_edit_of_a_configuration_rolls_once(world: World) -> None:
    world.apply(configuration(COLOUR="red"))
    before = pipeline.run(world, **FLAGS)
    world.apply(configuration(COLOUR="blue"))
    world.eventually("it rolls", lambda: rolled(world, before) == 1)
    becomes(world, "True", "Running")
    world.settle()
    assert rolled(world, before) == 1


def a_configuration_is_environment(world: World) -> None:
    world.apply(configuration(COLOUR="$(red) $x"))
    use = {"name": "flags", "env": {"prefix": "APP_"}}
    found = pipeline.run(world, configurations=[use])
    (container,) = found["spec"]["template"]["spec"]["containers"]
    values = {each["name"]: each.get("value") for each in container["env"]}
    assert values["APP_COLOUR"] == "$$(red) $$x"


def what_does_not_concern_it_rolls_nothing(world: World) -> None:
    before = connect(world)
    world.patch("Connector", "out", {"metadata": {"labels": {"team": "lake"}}})
    world.apply(manifest("Connector", "other", {"sink": {"debug": {}}}))
    world.settle()
    assert rolled(world, before) == 0


def born_before_its_connector_it_creates_nothing(world: World) -> None:
    world.apply(pipeline.manifest(**CONNECTED))
    says(world, "ReferenceNotFound", "Connector out does not exist")
    assert ours(world, "Deployment") == []
    assert dependencies(world) == [{"kind": "Connector", "name": "out", "state": "Missing"}]
    world.apply(sink())
    becomes(world, "True", "Running")


def a_reference_that_breaks_keeps_what_runs(world: World) -> None:
    before = connect(world)
    broken: Manifest = {"sink": None, "source": {"otlp": {"grpc": {}}}}
    world.patch("Connector", "out", {"spec": broken})
    says(world, "WrongDirection", "Connector out has a source only")
    edit(world, replicas=2)
    world.eventually("two pods serve", lambda: pipeline.serving(world) == 2)
    assert deployment(world)["spec"]["template"] == before["spec"]["template"]
    world.patch("Connector", "out", {"spec": {"source": None, "sink": {"debug": {}}}})
    becomes(world, "True", "Running")
    assert deployment(world)["spec"]["template"] == before["spec"]["template"]


def a_kind_that_is_not_there_keeps_what_runs(world: World) -> None:
    """Nor does the engine ask for it, which would be an error in its log."""
    before = pipeline.run(world)
    edit(world, flows=[flow(to=[{"debug": {}}, {"storage": {"name": "lake"}}])])
    says(world, "ReferenceNotServed", "Storage lake cannot be used")
    assert deployment(world)["spec"] == before["spec"]
    edit(world, flows=[flow()])
    becomes(world, "True", "Running")


def what_is_in_use_waits_with_its_deletion(world: World) -> None:
    connect(world)
    world.delete("Connector", "out")

    def waits() -> bool:
        found = condition(objects.existing(world, "Connector", "out"), "Deleting")
        return found.get("reason") == "InUse" and "Pipeline web" in found["message"]

    world.eventually("the Connector names its user", waits)
    says(world, "ReferenceDeleting", "Connector out is being deleted")
    assert pipeline.serving(world) == 1
    edit(world, flows=[flow()])
    gone(world, "Connector", "out")
    becomes(world, "True", "Running")


def users_and_used_go_in_any_order(world: World) -> None:
    world.apply(configuration(COLOUR="red"))
    world.apply(sink())
    world.apply(sending_to("archive"))
    flows = [flow(to=[OUT, {"pipeline": {"name": "archive"}}])]
    pipeline.run(world, flows=flows, **FLAGS)
    for kind, name in (
        ("Configuration", "flags"),
        ("Pipeline", "archive"),
        ("Connector", "out"),
        ("Pipeline", NAME),
    ):
        world.delete(kind, name)
    kinds = ("Configuration", "Connector", "Pipeline")
    world.eventually("all of them are gone", lambda: not any(map(world.list, kinds)))
    world.eventually(
        "what they were made of, too",
        lambda: not any(ours(world, kind) for kind in pipeline.CHILDREN),
    )


def a_pipeline_sends_to_another(world: World) -> None:
    world.apply(sending_to("archive"))
    pipeline.run(world, flows=[flow(to=[{"pipeline": {"name": "archive"}}])])
    (name,) = (each for each in ours(world, "ConfigMap") if each.startswith("web-pipeline-"))
    text = objects.existing(world, "ConfigMap", name)["data"]["collector.yaml"]
    assert f"dns:///archive-pipeline-headless.{world.namespace}.svc:4317" in text


def a_cycle_is_named_by_its_path(world: World) -> None:
    world.apply(sending_to("a", "b"))
    world.apply(sending_to("b", "c"))
    world.apply(sending_to("c"))
    for name in ("a", "b", "c"):
        objects.becomes(world, "Pipeline", name, "True", "Running")
    world.apply(sending_to("c", "a"))
    for name, path in (("a", "a → b → c → a"), ("b", "b → c → a → b"), ("c", "c → a → b → c")):
        found = objects.becomes(world, "Pipeline", name, "False", "Cycle")
        assert path in found["message"]
    world.patch("Pipeline", "c", {"spec": {"flows": [flow()]}})
    for name in ("a", "b", "c"):
        objects.becomes(world, "Pipeline", name, "True", "Running")


def a_cycle_can_be_deleted(world: World) -> None:
    world.apply(sending_to("a", "b"))
    world.apply(sending_to("b", "a"))
    objects.becomes(world, "Pipeline", "b", "False", "Cycle")
    world.delete("Pipeline", "a")
    world.delete("Pipeline", "b")
    world.eventually("both are gone", lambda: not world.list("Pipeline"))


def deleting_the_namespace_ends(world: World) -> None:
    """With everything that can be used in it, and a Pipeline that waits for one that waits."""
    world.apply(configuration(COLOUR="red"))
    world.apply(sink())
    world.apply(sending_to("archive"))
    world.apply(sending_to("relay", "archive"))
    pipeline.run(world, flows=[flow(to=[OUT, {"pipeline": {"name": "relay"}}])], **FLAGS)
    for name in ("archive", "relay"):
        objects.becomes(world, "Pipeline", name, "True", "Running")
    world.delete("Namespace", world.namespace)
    world.eventually(
        "the namespace is gone", lambda: world.get("Namespace", world.namespace) is None
    )
