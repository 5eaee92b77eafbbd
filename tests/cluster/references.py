"""Objects that depend on each other, on a real API server only."""

import requests

from tests.cluster.world import ClusterWorld
from tests.scenarios import Scenario, objects
from tests.scenarios.pipeline import CHILD, NAME, deployment, flow, run
from tests.scenarios.references import CONNECTED, manifest, sink
from tests.scenarios.world import condition

PLANTED = "pl4nted-s3cret"
RUN_SECONDS = 150  # a CronJob runs at the next full minute


def secrets_are_told_nowhere(world: ClusterWorld) -> None:
    """Not in any object but the Secret itself, and in no log, event or metric."""
    literals = [f"--from-literal={key}={PLANTED}-{key}" for key in ("username", "password")]
    world.kubectl("create", "secret", "generic", "kafka-user", *literals)
    kafka = {"brokers": ["kafka:9092"], "topics": {"logs": "clean"}}
    sasl = {"mechanism": "SCRAM-SHA-512", "secretRef": {"name": "kafka-user"}}
    spec = {"tls": {}, "auth": {"sasl": sasl}, "sink": {"kafka": kafka}}
    world.apply(manifest("Connector", "out", spec))
    flows = [flow(signals=["logs"], to=[{"connector": {"name": "out"}}])]
    run(world, flows=flows)
    (container,) = deployment(world)["spec"]["template"]["spec"]["containers"]
    names = [each["name"] for each in container["env"] if "valueFrom" in each]
    assert names == ["CONNECTOR_OUT_PASSWORD", "CONNECTOR_OUT_USERNAME"]
    kinds = world.kubectl("api-resources", "--namespaced", "--verbs=list", "--output=name")
    listed = ",".join(sorted(set(kinds.split()) - {"secrets"}))
    objects_ = world.kubectl("get", listed, "--output=json", "--show-managed-fields")
    assert CHILD in objects_
    metrics = requests.get(f"{world.server.url}/metrics", timeout=10).text
    assert "orasi_reconciliations_total" in metrics
    for text in (objects_, metrics, world.server.log_text(), world.engine.log_text()):
        assert PLANTED not in text


def a_probe_tells_whether_a_system_is_reached(world: ClusterWorld) -> None:
    """Here nothing really runs: a Job's pod is completed by the node that pretends to."""
    probed = {"sink": {"otlp": {"endpoint": "kafka:4317"}}, "probe": {"schedule": "* * * * *"}}
    world.apply(manifest("Connector", "out", probed))
    objects.becomes(world, "Connector", "out", "True", "Accepted")

    def reached() -> bool:
        found = condition(objects.existing(world, "Connector", "out"), "Reachable")
        return (found["status"], found["reason"]) == ("True", "Probed")

    world.eventually("the probe has run", reached, RUN_SECONDS)
    row = world.kubectl("get", "oconn", "out", "--no-headers").split()
    assert row[:-1] == ["out", "otlp", "True", "True", "Accepted"]
    world.patch("Connector", "out", {"spec": {"probe": None}})
    world.eventually("the probe is gone", lambda: not world.list("CronJob"))


def kubectl_deletes_all_of_it(world: ClusterWorld) -> None:
    """In the order of kubectl, which is not the one in which they are used."""
    world.apply(sink())
    run(world, **CONNECTED)
    world.kubectl("delete", "orasi", "--all", "--timeout=60s")
    assert world.get("Pipeline", NAME) is None
    assert world.get("Connector", "out") is None


REFERENCES: tuple[Scenario[ClusterWorld], ...] = (
    Scenario(secrets_are_told_nowhere),
    Scenario(a_probe_tells_whether_a_system_is_reached),
    Scenario(kubectl_deletes_all_of_it),
)
