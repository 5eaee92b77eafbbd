"""Tenants: Namespaces with bounds. Each scenario makes one of its own namespace."""

from hooks.decorators.tenant.sizes import SIZES
from tests.scenarios import objects, pipeline
from tests.scenarios.world import Manifest, World

NAME = "orasi-tenant"
LABEL = "orasi.io/tenant"
SAID = "orasi.io/tenant-status"
ATTACHED = ("ConfigMap", "LimitRange", "NetworkPolicy", "ResourceQuota")


def label(world: World, size: str | None) -> None:
    world.patch("Namespace", world.namespace, {"metadata": {"labels": {LABEL: size}}})


def namespace(world: World) -> Manifest:
    return objects.existing(world, "Namespace", world.namespace)


def said(world: World) -> str:
    return str(namespace(world)["metadata"].get("annotations", {}).get(SAID, ""))


def attached(world: World) -> list[str]:
    return [kind for kind in ATTACHED if world.get(kind, NAME)]


def hard(world: World) -> Manifest:
    found: Manifest = objects.existing(world, "ResourceQuota", NAME)["spec"]["hard"]
    return found


def bound(world: World, size: str) -> None:
    """Make it a tenant of *size*, and wait until that is enforced."""
    label(world, size)
    world.eventually("all is attached", lambda: attached(world) == list(ATTACHED))
    world.eventually("the quota is of that size", lambda: hard(world) == SIZES[size].quota)

    def enforced() -> bool:
        status = objects.existing(world, "ResourceQuota", NAME).get("status", {})
        return bool(status.get("hard", {}).get("pods") == SIZES[size].pods)

    world.eventually("the quota is enforced", enforced)


def is_bounded(world: World) -> None:
    bound(world, "small")
    assert said(world) == ""
    assert objects.existing(world, "ConfigMap", NAME)["data"] == {
        "size": "small",
        "cpu": "1",
        "memory": "1Gi",
        "storage": "10Gi",
        "pods": "20",
        "pipelines": "5",
        "connectors": "20",
        "storages": "1",
    }
    policy = objects.existing(world, "NetworkPolicy", NAME)["spec"]
    assert policy == {"podSelector": {}, "policyTypes": ["Ingress"]}
    (owner,) = objects.existing(world, "ResourceQuota", NAME)["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"]) == ("Namespace", world.namespace)


def another_size_changes_it_in_place(world: World) -> None:
    bound(world, "small")
    before = {kind: objects.existing(world, kind, NAME)["metadata"]["uid"] for kind in ATTACHED}
    bound(world, "large")
    after = {kind: objects.existing(world, kind, NAME)["metadata"]["uid"] for kind in ATTACHED}
    assert after == before
    assert objects.existing(world, "ConfigMap", NAME)["data"]["size"] == "large"


def without_its_label_nothing_is_left(world: World) -> None:
    bound(world, "medium")
    label(world, None)
    world.eventually("all is gone", lambda: attached(world) == [])
    assert "finalizers" not in namespace(world)["metadata"]


def an_unknown_size_changes_nothing_and_is_told(world: World) -> None:
    bound(world, "small")
    world.settle()
    before = [objects.existing(world, kind, NAME) for kind in ATTACHED]
    label(world, "huge")
    world.eventually("it is told", lambda: '"huge"' in said(world))
    assert "small, medium, large and enterprise" in said(world)
    world.settle()
    after = [objects.existing(world, kind, NAME) for kind in ATTACHED]
    assert [each.get("spec", each.get("data")) for each in after] == [
        each.get("spec", each.get("data")) for each in before
    ]
    world.patch("ResourceQuota", NAME, {"spec": {"hard": {"pods": "7"}}})
    world.settle()
    assert hard(world)["pods"] == "7"
    bound(world, "medium")
    world.eventually("it is told no longer", lambda: said(world) == "")


def an_unknown_size_makes_nothing(world: World) -> None:
    label(world, "")
    world.eventually("it is told", lambda: said(world).startswith("UnknownSize"))
    world.settle()
    assert attached(world) == []
    before = world.writes()
    world.patch("Namespace", world.namespace, {"metadata": {"annotations": {"note": "mine"}}})
    world.settle()
    assert world.writes() == before
    label(world, None)
    world.eventually("it is told no longer", lambda: said(world) == "")


def an_edit_by_hand_is_put_back(world: World) -> None:
    bound(world, "small")
    world.patch("ResourceQuota", NAME, {"spec": {"hard": {"pods": "999"}}})
    world.eventually("the quota is back", lambda: hard(world) == SIZES["small"].quota)
    world.delete("NetworkPolicy", NAME)
    world.eventually("the policy is back", lambda: attached(world) == list(ATTACHED))


def a_second_apply_writes_nothing(world: World) -> None:
    bound(world, "enterprise")
    world.settle()
    before = world.writes()
    label(world, "enterprise")
    world.patch("Namespace", world.namespace, {"metadata": {"annotations": {"note": "mine"}}})
    world.settle()
    assert world.writes() == before


def a_pause_keeps_edits_by_hand(world: World) -> None:
    bound(world, "small")
    world.patch("Namespace", world.namespace, objects.PAUSE)
    world.settle()  # No status says that it has been seen.
    world.patch("ResourceQuota", NAME, {"spec": {"hard": {"pods": "999"}}})
    world.settle()
    assert hard(world)["pods"] == "999"
    world.patch("Namespace", world.namespace, objects.UNPAUSE)
    world.eventually("the quota is back", lambda: hard(world) == SIZES["small"].quota)


def a_default_pipeline_and_its_rollout_fit_into_small(world: World) -> None:
    """With the quota enforced: what it would refuse, the Deployment would report."""
    bound(world, "small")
    pipeline.run(world)
    pipeline.edit(world, flows=[pipeline.flow("detailed")])
    pipeline.becomes(world, "True", "Running")
    world.eventually(
        "the old pod is gone",
        lambda: objects.existing(world, "ResourceQuota", NAME)["status"]["used"]["pods"] == "1",
    )
    assert objects.existing(world, "Pipeline", pipeline.NAME)["status"]["readyReplicas"] == 1


def a_pod_without_requests_gets_some(world: World) -> None:
    """The quota would refuse it otherwise."""
    bound(world, "small")
    world.apply(POD)
    (container,) = objects.existing(world, "Pod", "plain")["spec"]["containers"]
    assert container["resources"]["requests"] == {"cpu": "50m", "memory": "64Mi"}
    assert "limits" not in container["resources"]
    world.delete("Pod", "plain")
    world.eventually("the pod is gone", lambda: world.get("Pod", "plain") is None)


POD: Manifest = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "plain"},
    "spec": {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "plain",
                "image": "example.com/plain:1",
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                },
            }
        ],
    },
}


def deleting_the_namespace_ends(world: World) -> None:
    bound(world, "small")
    world.delete("Namespace", world.namespace)
    world.eventually(
        "the namespace is gone", lambda: world.get("Namespace", world.namespace) is None
    )
