"""What only the audit log can tell of modes and autoscaling."""

from itertools import groupby

from tests.cluster.audit import Entry, lines
from tests.cluster.engine import USER
from tests.cluster.world import ClusterWorld
from tests.scenarios import Scenario
from tests.scenarios.autoscaling import bounds, on_off_and_over
from tests.scenarios.modes import DAEMON, STATEFUL, gone, start

# Of `on_off_and_over`: 3 pods, 5 by hand, 4 at most, 6 at least, and then without an autoscaler.
COURSE = (3, 5, 4, 6)


def asked_for(world: ClusterWorld, resource: str, since: int) -> list[Entry]:
    """Each write of a number of pods, whoever wrote it: the engine, an autoscaler, a person.

    An engine that leaves it out lets go of it, and an API server makes 1 of what nobody says.
    """
    found = world.control_plane.audit.writes(None, since, world.namespace)
    written = [each for each in found if each.resource == resource]
    silent = [each for each in written if is_wanted(each) and each.replicas is None]
    assert not silent, f"without a number of pods:\n{lines(silent)}"
    return [each for each in written if each.replicas is not None]


def is_wanted(entry: Entry) -> bool:
    """Whether it is what the engine wants the object to be."""
    whole = entry.verb in ("create", "update", "patch") and not entry.subresource
    return whole and entry.user == USER


def no_write_dips(world: ClusterWorld) -> None:
    """Nobody ever asks for another number than is wanted then, be it for a moment."""
    for mode, resource in (("Deployment", "deployments"), (STATEFUL, "statefulsets")):
        since = world.control_plane.audit.mark()
        on_off_and_over(world, mode)
        writes = asked_for(world, resource, since)
        assert {USER} < {each.user for each in writes}, lines(writes)
        changes = [number for number, _ in groupby(each.replicas for each in writes)]
        assert tuple(changes) == COURSE, f"{changes}\n{lines(writes)}"
        gone(world, mode)


def everything_goes_in_stages(world: ClusterWorld) -> None:
    """First no new traffic, then the pods, which drain, then what they need."""
    for mode, resource in ((STATEFUL, "statefulsets"), (DAEMON, "daemonsets")):
        start(world, mode, **({"autoscaling": bounds(2, 3)} if mode == STATEFUL else {}))
        since = world.control_plane.audit.mark()
        gone(world, mode)
        deleted = [
            each.resource
            for each in world.control_plane.audit.writes(USER, since, world.namespace)
            if each.verb == "delete"
        ]
        first = deleted.index(resource)
        assert "services" in deleted[:first], deleted
        assert {"services", "horizontalpodautoscalers"}.isdisjoint(deleted[first:]), deleted
        assert {"configmaps", "networkpolicies"} <= {*deleted[first:]}, deleted


MODES: tuple[Scenario[ClusterWorld], ...] = (
    Scenario(no_write_dips),
    Scenario(everything_goes_in_stages),
)
