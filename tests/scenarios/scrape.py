"""Services whose pods are scraped. Each scenario has a namespace of its own."""

from typing import Any

from tests.scenarios import objects
from tests.scenarios.pipeline import flow, manifest
from tests.scenarios.world import Manifest, World

NAME = "shop"
MADE = f"{NAME}-scrape"
ON = {"orasi.io/scrape": "true"}
LONG = "shop-frontend-of-the-whole-european-region"


def service(name: str = NAME, annotations: Any = ON, **spec: Any) -> Manifest:
    ports = [
        {"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"},
        {"name": "metrics", "port": 9100, "protocol": "TCP", "targetPort": 9100},
    ]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": {"app": name}, "annotations": annotations},
        "spec": {"selector": {"app": name}, "ports": ports, **spec},
    }


def annotate(world: World, **annotations: str | None) -> None:
    keys = {f"orasi.io/{name}": value for name, value in annotations.items()}
    world.patch("Service", NAME, {"metadata": {"annotations": keys}})


def version(world: World) -> str:
    return str(objects.existing(world, "Service", NAME)["metadata"]["resourceVersion"])


def twin(world: World) -> Manifest:
    return objects.existing(world, "Service", MADE)


def source(world: World, name: str = MADE) -> Manifest:
    found: Manifest = objects.existing(world, "Connector", name)["spec"]["source"]["prometheus"]
    return found


def made(world: World) -> list[bool]:
    return [bool(world.get(kind, MADE)) for kind in ("Service", "Connector")]


def scraped(world: World) -> str:
    """The version of the Service once its Connector is Ready; it must never have another."""
    world.apply(service())
    before = version(world)
    world.eventually("both are made", lambda: all(made(world)))
    objects.becomes(world, "Connector", MADE, "True", "Accepted")
    return before


def gets_a_connector(world: World) -> None:
    before = scraped(world)
    spec = twin(world)["spec"]
    assert (spec["clusterIP"], spec["selector"]) == ("None", {"app": NAME})
    assert spec["ports"] == [
        {"name": "metrics", "port": 9100, "protocol": "TCP", "targetPort": 9100}
    ]
    assert "app" not in twin(world)["metadata"]["labels"]
    host = f"_metrics._tcp.{MADE}.{world.namespace}.svc"
    assert source(world)["dns"] == {"names": [host], "type": "SRV"}
    assert (source(world)["path"], source(world)["interval"]) == ("/metrics", "30s")
    world.settle()
    assert version(world) == before
    assert [each["metadata"]["name"] for each in world.list("Connector")] == [MADE]


def annotations_are_followed(world: World) -> None:
    scraped(world)
    annotate(world, port="http", path="/stats", interval="5m")
    before = version(world)
    world.eventually("the Connector follows", lambda: source(world)["path"] == "/stats")
    world.eventually("the twin follows", lambda: twin(world)["spec"]["ports"][0]["port"] == 80)
    (port,) = twin(world)["spec"]["ports"]
    assert (port["targetPort"], source(world)["interval"]) == ("http", "5m")
    world.settle()
    assert version(world) == before


def the_selector_is_followed(world: World) -> None:
    scraped(world)
    world.patch("Service", NAME, {"spec": {"selector": {"app": None, "tier": "web"}}})
    world.eventually("the twin follows", lambda: twin(world)["spec"]["selector"] == {"tier": "web"})


def without_its_annotation_nothing_is_left(world: World) -> None:
    scraped(world)
    annotate(world, scrape=None)
    before = version(world)
    world.eventually("both are gone", lambda: not any(made(world)))
    world.settle()
    assert version(world) == before
    assert "finalizers" not in objects.existing(world, "Service", NAME)["metadata"]


def an_edit_by_hand_is_put_back(world: World) -> None:
    scraped(world)
    edit = {"spec": {"source": {"prometheus": {"interval": "1s"}}}}
    world.patch("Connector", MADE, edit)
    world.eventually("the interval is back", lambda: source(world)["interval"] == "30s")
    world.delete("Service", MADE)
    world.eventually("the twin is back", lambda: all(made(world)))


def a_second_apply_writes_nothing(world: World) -> None:
    scraped(world)
    world.settle()
    before = world.writes()
    world.apply(service())
    world.patch("Service", NAME, {"metadata": {"annotations": {"note": "mine"}}})
    world.settle()
    assert world.writes() == before


def a_mistake_changes_nothing_and_is_told(world: World) -> None:
    scraped(world)
    annotate(world, port="9999")
    before = version(world)
    world.eventually("it is told", lambda: '"9999"' in told(world))
    assert "80 (http), 9100 (metrics)" in told(world)
    world.settle()
    assert all(made(world))
    assert (version(world), twin(world)["spec"]["ports"][0]["port"]) == (before, 9100)
    annotate(world, port="http")
    world.eventually("it is mended", lambda: twin(world)["spec"]["ports"][0]["port"] == 80)


def told(world: World) -> str:
    """What events say of the Service."""
    return "\n".join(
        each["message"]
        for each in world.list("Event")
        if each["involvedObject"]["name"] == NAME and each["reason"] == "SyncError"
    )


def what_cannot_be_scraped_gets_nothing(world: World) -> None:
    external = {"type": "ExternalName", "externalName": "example.com"}
    world.apply({**service(), "spec": external})
    world.eventually("it is told", lambda: "ExternalName" in told(world))
    world.settle()
    assert not any(made(world))


def a_twin_is_not_scraped_itself(world: World) -> None:
    scraped(world)
    world.patch("Service", MADE, {"metadata": {"annotations": ON}})
    world.settle()
    assert world.get("Connector", f"{MADE}-scrape") is None
    world.patch("Service", MADE, {"metadata": {"annotations": {"orasi.io/scrape": None}}})


def a_long_name_is_shortened(world: World) -> None:
    world.apply(service(LONG))
    world.eventually("a Connector is made", lambda: world.list("Connector"))
    (connector,) = world.list("Connector")
    name = connector["metadata"]["name"]
    objects.becomes(world, "Connector", name, "True", "Accepted")
    assert len(name) <= 40
    assert world.get("Service", name)


def a_pipeline_uses_the_connector(world: World) -> None:
    scraped(world)
    source = {"from": [{"connector": {"name": MADE}}]}
    world.apply(manifest(flows=[flow(signals=["metrics"]) | source]))
    objects.becomes(world, "Pipeline", "web", "True", "Running")
    # It goes with the Service, but only when nobody needs it any more.
    world.delete("Service", NAME)
    world.eventually("the twin is gone", lambda: world.get("Service", MADE) is None)
    world.settle()
    assert world.get("Connector", MADE)
    world.delete("Pipeline", "web")
    world.eventually("the Connector is gone", lambda: not any(made(world)))


def deleting_the_namespace_ends(world: World) -> None:
    scraped(world)
    world.delete("Namespace", world.namespace)
    world.eventually(
        "the namespace is gone", lambda: world.get("Namespace", world.namespace) is None
    )
