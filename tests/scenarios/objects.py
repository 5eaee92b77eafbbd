"""What scenarios ask of any object of ours."""

from tests.scenarios.world import Manifest, World, condition

PAUSE = {"metadata": {"annotations": {"orasi.io/paused": "true"}}}
UNPAUSE = {"metadata": {"annotations": {"orasi.io/paused": None}}}


def existing(world: World, kind: str, name: str) -> Manifest:
    found = world.get(kind, name)
    assert found is not None, f"there is no {kind} {name}"
    return found


def ready(world: World, kind: str, name: str) -> Manifest:
    """The Ready condition, if it judges the present generation; else {}."""
    manifest = world.get(kind, name) or {}
    found = condition(manifest)
    generation = manifest.get("metadata", {}).get("generation")
    return found if found.get("observedGeneration") == generation else {}


def becomes(world: World, kind: str, name: str, status: str, reason: str) -> Manifest:
    """The Ready condition, once it says so of the present generation."""

    def said() -> Manifest:
        found = ready(world, kind, name)
        assert (found.get("status"), found.get("reason")) == (status, reason), found.get("message")
        return found

    return world.eventually(f"Ready is {status} because {reason}", said)


def paused(world: World, kind: str, name: str) -> Manifest:
    return condition(world.get(kind, name) or {}, "Paused")


def pause(world: World, kind: str, name: str) -> None:
    world.patch(kind, name, PAUSE)
    world.eventually(
        "the pause is reported", lambda: paused(world, kind, name).get("status") == "True"
    )


def unpause(world: World, kind: str, name: str) -> None:
    world.patch(kind, name, UNPAUSE)
