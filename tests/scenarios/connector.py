"""Connectors, as a user meets them. Each scenario has a namespace of its own."""

from typing import Any

from tests.scenarios import objects
from tests.scenarios.world import Manifest, World, condition

NAME = "events"
CHILD = f"{NAME}-connector"
SINK = {"kafka": {"brokers": ["kafka.shop.svc:9093"], "topics": {"logs": "clean-logs"}}}
TLS = {"caRef": {"name": "kafka-ca"}, "clientCertificateRef": {"name": "kafka-client"}}
SELDOM = "0 0 1 1 *"  # else it might run while a scenario looks
PROBE = {"schedule": SELDOM}


def manifest(name: str = NAME, **spec: Any) -> Manifest:
    return {
        "apiVersion": "orasi.io/v1alpha1",
        "kind": "Connector",
        "metadata": {"name": name},
        "spec": {"sink": SINK, **spec},
    }


def becomes(world: World, status: str, reason: str, name: str = NAME) -> Manifest:
    """The Ready condition, once it says so of the present generation."""
    return objects.becomes(world, "Connector", name, status, reason)


def probe(world: World, **spec: Any) -> Manifest:
    """The CronJob, once the Connector is Ready."""
    world.apply(manifest(tls=TLS, probe=PROBE, **spec))
    becomes(world, "True", "Accepted")
    return cron_job(world)


def edit(world: World, **spec: Any) -> None:
    world.patch("Connector", NAME, {"spec": spec})


def cron_job(world: World) -> Manifest:
    return objects.existing(world, "CronJob", CHILD)


def schedule(world: World) -> str:
    return str(cron_job(world)["spec"]["schedule"])


def is_accepted(world: World) -> None:
    """Without a probe nothing is made of it."""
    world.apply(manifest())
    becomes(world, "True", "Accepted")
    status = objects.existing(world, "Connector", NAME)["status"]
    assert {key: status[key] for key in ("exporters", "receivers", "signals", "sink")} == {
        "exporters": [f"kafka/{NAME}"],
        "receivers": [],
        "signals": {"sink": ["logs"]},
        "sink": "kafka",
    }
    assert not world.list("CronJob")


def a_probe_is_scheduled(world: World) -> None:
    assert probe(world)["spec"]["schedule"] == SELDOM
    found = objects.existing(world, "Connector", NAME)
    assert condition(found, "Reachable")["status"] == "Unknown"


def the_longest_name_can_be_probed(world: World) -> None:
    """A CronJob's name may be shorter than those of others."""
    name = "x" * 40
    world.apply(manifest(name, probe=PROBE))
    becomes(world, "True", "Accepted", name)
    assert objects.existing(world, "CronJob", f"{name}-connector")


def a_second_apply_writes_nothing(world: World) -> None:
    probe(world)
    world.settle()
    before = world.writes()
    world.apply(manifest(tls=TLS, probe=PROBE))
    world.settle()
    assert world.writes() == before


def an_edit_updates_in_place(world: World) -> None:
    before = probe(world)
    edit(world, probe={"schedule": "30 3 1 1 *"}, tls={"clientCertificateRef": None})
    world.eventually("the schedule follows", lambda: schedule(world) == "30 3 1 1 *")
    becomes(world, "True", "Accepted")
    after = cron_job(world)
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    (volume,) = after["spec"]["jobTemplate"]["spec"]["template"]["spec"]["volumes"]
    assert ["configMap" in each for each in volume["projected"]["sources"]] == [True]


def a_probe_without_tls_lets_go_of_its_files(world: World) -> None:
    probe(world)
    edit(world, tls=None)
    becomes(world, "True", "Accepted")
    template = cron_job(world)["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert not template.get("volumes")
    assert not template["containers"][0].get("volumeMounts")


def an_edit_by_hand_is_put_back(world: World) -> None:
    probe(world)
    world.patch("CronJob", CHILD, {"spec": {"suspend": True, "schedule": "1 1 1 1 *"}})

    def put_back() -> bool:
        spec = cron_job(world)["spec"]
        return bool((spec["suspend"], spec["schedule"]) == (False, SELDOM))

    world.eventually("it is as it was", put_back)
    becomes(world, "True", "Accepted")


def a_deletion_by_hand_is_put_back(world: World) -> None:
    uid = probe(world)["metadata"]["uid"]
    world.delete("CronJob", CHILD)
    world.eventually("there is another", lambda: cron_job(world)["metadata"]["uid"] != uid)
    becomes(world, "True", "Accepted")


def without_its_probe_nothing_is_left(world: World) -> None:
    probe(world)
    edit(world, probe=None)
    world.eventually("the CronJob is gone", lambda: not world.list("CronJob"))
    becomes(world, "True", "Accepted")
    assert condition(objects.existing(world, "Connector", NAME), "Reachable") == {}


def an_unsound_edit_keeps_the_probe(world: World) -> None:
    before = probe(world)
    edit(world, auth={"bearer": {"secretRef": {"name": "token"}}})
    assert "use spec.auth.sasl" in becomes(world, "False", "UnusableAuth")["message"]
    assert cron_job(world)["spec"] == before["spec"]
    edit(world, auth=None)
    becomes(world, "True", "Accepted")


def trust_in_anybody_is_warned_of(world: World) -> None:
    world.apply(manifest(tls={"insecureSkipVerify": True}))
    message = becomes(world, "True", "InsecureSkipVerify")["message"]
    assert "spec.tls.insecureSkipVerify" in message


def a_pause_keeps_what_is_there(world: World) -> None:
    probe(world)
    objects.pause(world, "Connector", NAME)
    edit(world, probe={"schedule": "1 1 1 1 *"})
    becomes(world, "False", "Paused")
    world.settle()
    assert schedule(world) == SELDOM
    objects.unpause(world, "Connector", NAME)
    world.eventually("the schedule follows", lambda: schedule(world) == "1 1 1 1 *")
    becomes(world, "True", "Accepted")


def a_wrong_spec_is_refused_by_name(world: World) -> None:
    both = {**SINK, "debug": {}}
    for field, wrong in (
        ("at least one of source and sink must be set", manifest(sink=None)),
        ("exactly one of otlp, kafka, prometheusRemoteWrite", manifest(sink=both)),
        ("exactly one of basic, bearer and sasl", manifest(auth={})),
        ("schedule must be five fields of cron", manifest(probe={"schedule": "@hourly"})),
        ("schedule must be five fields of cron", manifest(probe={"schedule": "0 9 * * 7"})),
        ("schedule must be five fields of cron", manifest(probe={"schedule": "60 * * * *"})),
        ("spec.probe.schedule", manifest(probe={})),
    ):
        assert field in world.refusal(wrong)
    assert not world.list("Connector")


def deleting_leaves_nothing(world: World) -> None:
    probe(world)
    world.delete("Connector", NAME)
    world.eventually("the Connector is gone", lambda: world.get("Connector", NAME) is None)
    assert not world.list("CronJob")


def deleting_the_namespace_ends(world: World) -> None:
    probe(world)
    world.delete("Namespace", world.namespace)
    world.eventually(
        "the namespace is gone", lambda: world.get("Namespace", world.namespace) is None
    )
