"""What Pipelines do to telemetry on its way, as a user meets it."""

from tests.scenarios import objects, pipeline
from tests.scenarios.world import World


def what_samples_runs_alone(world: World) -> None:
    """No two pods ever judge parts of the same traces, also when there may be more again."""
    policies = [{"name": "failed", "errors": {}}]
    tail = {"name": "worthy", "sample": {"tail": {"policies": policies}}}
    sampling = pipeline.flow(signals=["traces"], process=["worthy"])
    before = pipeline.run(world, flows=[sampling], processors=[tail])
    pipeline.edit(world, replicas=3)
    pipeline.says(world, "TooManyReplicas", "sample.tail of processor worthy")
    assert pipeline.deployment(world)["spec"]["replicas"] == 1
    pipeline.edit(world, flows=[pipeline.flow(signals=["traces"])])
    world.eventually("there are more pods", lambda: pipeline.serving(world) == 3)
    pipeline.becomes(world, "True", "Running")
    # One edit of ours for the rollout, and then one for the number.
    generation = before["metadata"]["generation"]
    assert pipeline.deployment(world)["metadata"]["generation"] == generation + 2


def what_is_laid_over_rolls_once(world: World) -> None:
    before = pipeline.run(world)
    pipeline.edit(world, extraConfig={"service": {"telemetry": {"logs": {"level": "debug"}}}})
    pipeline.becomes(world, "True", "Running")
    assert (
        pipeline.deployment(world)["metadata"]["generation"] == before["metadata"]["generation"] + 1
    )
    world.eventually("one is left", lambda: len(pipeline.ours(world, "ConfigMap")) == 1)
    (name,) = pipeline.ours(world, "ConfigMap")
    text = objects.existing(world, "ConfigMap", name)["data"]["collector.yaml"]
    assert "level: debug" in text
    pipeline.edit(world, extraConfig={"service": {"extensions": []}})
    pipeline.says(world, "ExtraConfigConflict", "it must have health_check, too")
    assert pipeline.ours(world, "ConfigMap") == [name]
