"""Pipelines, as a user meets them. Each scenario has a namespace of its own."""

from typing import Any

from tests.scenarios import objects
from tests.scenarios.world import Manifest, World, condition
from tests.scenarios.wrong import WRONG

NAME = "web"
CHILD = f"{NAME}-pipeline"
OURS = "app.kubernetes.io/managed-by"
CHILDREN = (
    "ConfigMap",
    "Deployment",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "Service",
    "ServiceAccount",
)


def flow(verbosity: str = "basic", **changes: Any) -> Manifest:
    source = {"otlp": {"grpc": {"port": 4317}, "http": {"port": 4318}}}
    return {
        "name": "all",
        "from": [source],
        "to": [{"debug": {"verbosity": verbosity}}],
        **changes,
    }


def manifest(**spec: Any) -> Manifest:
    return {
        "apiVersion": "orasi.io/v1alpha1",
        "kind": "Pipeline",
        "metadata": {"name": NAME},
        "spec": {"flows": [flow()], **spec},
    }


def becomes(world: World, status: str, reason: str) -> Manifest:
    """The Ready condition, once it says so of the present generation."""
    return objects.becomes(world, "Pipeline", NAME, status, reason)


def says(world: World, reason: str, text: str) -> None:
    """Wait until the Pipeline is not Ready for *reason*, and *text* is in the message."""
    world.eventually(
        f"the message says: {text}", lambda: text in becomes(world, "False", reason)["message"]
    )


def edit(world: World, **spec: Any) -> None:
    world.patch("Pipeline", NAME, {"spec": spec})


def deployment(world: World) -> Manifest:
    return objects.existing(world, "Deployment", CHILD)


def pipeline(world: World) -> Manifest:
    return objects.existing(world, "Pipeline", NAME)


def run(world: World, **spec: Any) -> Manifest:
    """The Deployment, once the Pipeline is Ready."""
    world.apply(manifest(**spec))
    becomes(world, "True", "Running")
    return deployment(world)


def ours(world: World, kind: str) -> list[str]:
    return [
        each["metadata"]["name"]
        for each in world.list(kind)
        if each["metadata"].get("labels", {}).get(OURS) == "orasi-controller"
    ]


def serving(world: World) -> int:
    return int(deployment(world)["status"].get("availableReplicas", 0))


def runs(world: World) -> None:
    run(world, replicas=2)
    status = pipeline(world)["status"]
    assert (status["replicas"], status["readyReplicas"], status["flows"]) == (2, 2, 1)
    assert status["endpoints"] == [
        {"protocol": protocol, "address": f"{CHILD}.{world.namespace}.svc:{port}"}
        for protocol, port in (("grpc", 4317), ("http", 4318))
    ]
    assert {condition(pipeline(world), each)["status"] for each in ("Configured", "Available")} == {
        "True"
    }
    (configuration,) = ours(world, "ConfigMap")
    assert objects.existing(world, "ConfigMap", configuration)["immutable"] is True
    assert len(ours(world, "Pod")) == 2


def an_edit_rolls_once(world: World) -> None:
    """Good pods stay until the new ones are ready, and the old configuration until then."""
    before = run(world, replicas=2)
    (old,) = ours(world, "ConfigMap")
    least = [serving(world)]
    edit(world, flows=[flow("detailed")])

    def rolled() -> bool:
        least.append(serving(world))
        found = objects.ready(world, "Pipeline", NAME)
        if found.get("reason") == "RollingOut":
            assert old in ours(world, "ConfigMap")
        return found.get("reason") == "Running"

    world.eventually("the rollout is complete", rolled)
    assert min(least) == 2
    assert deployment(world)["metadata"]["uid"] == before["metadata"]["uid"]
    assert deployment(world)["metadata"]["generation"] == before["metadata"]["generation"] + 1
    world.eventually("the old configuration is gone", lambda: len(ours(world, "ConfigMap")) == 1)
    assert ours(world, "ConfigMap") != [old]


def a_second_apply_writes_nothing(world: World) -> None:
    run(world)
    world.settle()
    before = world.writes()
    world.apply(manifest())
    world.settle()
    assert world.writes() == before


def an_edit_by_hand_is_put_back(world: World) -> None:
    run(world)
    template = {"spec": {"serviceAccountName": "default"}}
    world.patch("Deployment", CHILD, {"spec": {"replicas": 3, "template": template}})

    def put_back() -> bool:
        spec = deployment(world)["spec"]
        account = spec["template"]["spec"]["serviceAccountName"]
        return bool((spec["replicas"], account) == (1, CHILD))

    world.eventually("replicas and service account are back", put_back)
    becomes(world, "True", "Running")


def a_deletion_by_hand_is_put_back(world: World) -> None:
    run(world, replicas=2)
    for kind in CHILDREN:
        (name, *_) = ours(world, kind)
        uid = objects.existing(world, kind, name)["metadata"]["uid"]
        world.delete(kind, name)

        def replaced(kind: str = kind, name: str = name, uid: str = uid) -> bool:
            return bool(objects.existing(world, kind, name)["metadata"]["uid"] != uid)

        world.eventually(f"there is another {kind}", replaced)
    becomes(world, "True", "Running")


def a_restart_by_hand_stays(world: World) -> None:
    """What `kubectl rollout restart` writes is kubectl's."""
    run(world)
    before = ours(world, "Pod")
    restarted = {"kubectl.kubernetes.io/restartedAt": "2026-11-23T10:00:00Z"}
    template = {"metadata": {"annotations": restarted}}
    world.patch("Deployment", CHILD, {"spec": {"template": template}})
    world.eventually("the pods are replaced", lambda: not {*before} & {*ours(world, "Pod")})
    becomes(world, "True", "Running")
    world.settle()
    kept = deployment(world)["spec"]["template"]["metadata"]["annotations"]
    assert restarted.items() <= kept.items()


def the_number_of_pods_follows(world: World) -> None:
    """Also while an autoscaler or `kubectl scale` writes it: they write the same field."""
    run(world)
    assert ours(world, "PodDisruptionBudget") == []
    edit(world, replicas=3)
    becomes(world, "True", "Running")
    assert serving(world) == 3
    assert ours(world, "PodDisruptionBudget") == [CHILD]
    edit(world, replicas=0)
    becomes(world, "True", "SwitchedOff")
    assert ours(world, "Pod") == []
    assert ours(world, "PodDisruptionBudget") == []


def a_pause_keeps_what_is_there(world: World) -> None:
    run(world)
    objects.pause(world, "Pipeline", NAME)
    world.patch("Deployment", CHILD, {"spec": {"replicas": 2}})
    edit(world, flows=[flow("detailed")])
    becomes(world, "False", "Paused")
    world.settle()
    assert deployment(world)["spec"]["replicas"] == 2
    assert len(ours(world, "ConfigMap")) == 1
    objects.unpause(world, "Pipeline", NAME)
    becomes(world, "True", "Running")
    assert deployment(world)["spec"]["replicas"] == 1


def an_unsound_edit_keeps_what_runs(world: World) -> None:
    """But for the number of pods, which nobody should have to wait for."""
    before = run(world)
    edit(world, flows=[flow(process=["nosie"])])
    assert "nosie" in becomes(world, "False", "UnknownProcessor")["message"]
    edit(world, replicas=2)
    world.eventually("two pods serve", lambda: serving(world) == 2)
    assert ours(world, "PodDisruptionBudget") == [CHILD]
    template = deployment(world)["spec"]["template"]
    assert template == before["spec"]["template"]
    edit(world, flows=[flow()])
    becomes(world, "True", "Running")
    assert deployment(world)["spec"]["template"] == template


def born_unsound_creates_nothing(world: World) -> None:
    world.apply(manifest(flows=[flow(process=["nosie"])]))
    becomes(world, "False", "UnknownProcessor")
    assert not [name for kind in CHILDREN for name in ours(world, kind)]


def a_wrong_spec_is_refused_by_name(world: World) -> None:
    twice = [flow(), flow()]
    both = flow(to=[{"debug": {}, "otlp": {"endpoint": "a:1"}}])
    nowhere = flow(to=[{"otlp": {"endpoint": "a"}}])
    deaf = flow() | {"from": [{"otlp": {}}]}
    for field, wrong in (
        ("spec.flows", manifest(flows=[])),
        ("spec.flows[1]", manifest(flows=twice)),
        ("spec.flows[0].name", manifest(flows=[flow(name="All")])),
        ("spec.flows[0].from", manifest(flows=[flow() | {"from": []}])),
        ("at least one of grpc and http", manifest(flows=[deaf])),
        ("exactly one of otlp, debug, connector, pipeline and storage", manifest(flows=[both])),
        (
            'endpoint must be "<host>:<port>"',
            manifest(flows=[nowhere]),
        ),
        ("spec.flows[0].signals[0]", manifest(flows=[flow(signals=["profiles"])])),
        ("spec.replicas", manifest(replicas=-1)),
        ("spec.mode", manifest(mode="Job")),
        ("spec.resources.limits.memory", manifest(resources={"limits": {"memory": "lots"}})),
        (
            "by at least 10, and limitPercentage is 20, spikeLimitPercentage is 20",
            manifest(memoryLimiter={"limitPercentage": 20, "spikeLimitPercentage": 20}),
        ),
        (
            "limitPercentage minus spikeLimitPercentage must be at most 70",
            manifest(memoryLimiter={"limitPercentage": 100, "spikeLimitPercentage": 1}),
        ),
        (
            "exactly one of batch, filter, transform, attributes, resource, redact and sample",
            manifest(processors=[{"name": "nothing"}]),
        ),
        *((text, manifest(**spec)) for text, spec in WRONG),
    ):
        assert field in world.refusal(wrong)
    assert not world.list("Pipeline")


def a_quota_is_reported(world: World) -> None:
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "small"}}
    world.apply(quota | {"spec": {"hard": {"pods": "1"}}})
    world.eventually(
        "the quota holds", lambda: objects.existing(world, "ResourceQuota", "small").get("status")
    )
    world.apply(manifest(replicas=2))
    says(world, "ReplicaFailure", f"Deployment {CHILD}: 1 of 2 replicas are updated. pods ")
    says(world, "ReplicaFailure", "exceeded quota: small")
    world.patch("ResourceQuota", "small", {"spec": {"hard": {"pods": "9"}}})
    becomes(world, "True", "Running")


def a_stuck_rollout_keeps_the_old_pods(world: World) -> None:
    """No node has so much room. A pod that restarts meanwhile finds its configuration."""
    run(world)
    (pod,) = ours(world, "Pod")
    (old,) = ours(world, "ConfigMap")
    edit(world, flows=[flow("detailed")], resources={"requests": {"cpu": 10_000}})
    counts = "1 of 1 replicas are updated, 1 not available yet, 1 old still to end."
    says(world, "RollingOut", f"Deployment {CHILD}: {counts}")
    assert condition(pipeline(world), "Available")["status"] == "True"
    world.delete("Pod", pod)
    world.eventually("it is replaced", lambda: pod not in ours(world, "Pod") and serving(world))
    assert old in ours(world, "ConfigMap")
    world.patch("Deployment", CHILD, {"spec": {"progressDeadlineSeconds": 5}})
    says(world, "ProgressDeadlineExceeded", "has timed out progressing")
    edit(world, resources={"requests": {"cpu": "1000m"}})
    becomes(world, "True", "Running")
    world.eventually("one configuration is left", lambda: len(ours(world, "ConfigMap")) == 1)


def withdraw(world: World) -> None:
    world.delete("Pipeline", NAME)
    world.eventually("the Pipeline is gone", lambda: world.get("Pipeline", NAME) is None)
    assert not [name for kind in CHILDREN for name in ours(world, kind)]
    world.eventually("the pods are gone", lambda: not ours(world, "Pod"))


def deleting_leaves_nothing(world: World) -> None:
    run(world, replicas=2)
    withdraw(world)


def deleting_beats_a_pause(world: World) -> None:
    run(world)
    objects.pause(world, "Pipeline", NAME)
    withdraw(world)


def deleting_ends_a_rollout(world: World) -> None:
    run(world)
    edit(world, flows=[flow("detailed")], resources={"requests": {"cpu": 10_000}})
    becomes(world, "False", "RollingOut")
    withdraw(world)


def deleting_the_namespace_ends(world: World) -> None:
    run(world, replicas=2)
    world.delete("Namespace", world.namespace)
    world.eventually(
        "the namespace is gone", lambda: world.get("Namespace", world.namespace) is None
    )
