"""What a cluster needs before it can hold our objects: the files that `kubectl apply` installs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orasi.applying import Applier, Refusal
from orasi.cluster.api import ApiError, Clock, Cluster, Manifest, Resource
from orasi.command import Failed
from orasi.sources import Source, files, objects

ROOT = Path(__file__).parent.parent
DEFINITIONS = ("metacontroller/install/crds", "manifests/crds")
# The namespace is where the platform's settings are.
CONTROLLERS = ("manifests/namespace.yaml", "metacontroller/controllers")

METACONTROLLER = "metacontroller"  # its namespace
PODS = Resource("v1", "Pod", "pods")
LEASES = Resource("coordination.k8s.io/v1", "Lease", "leases")
SERVE_SECONDS = 30.0


def install(cluster: Cluster, applier: Applier, clock: Clock) -> None:
    """Our custom kinds and Metacontroller's, then namespace and controllers. Raises Failed."""
    wanted = {_applied(applier, source) for source in _sources(DEFINITIONS)}
    deadline = clock.now() + SERVE_SECONDS
    while missing := wanted - {f"{kind.plural}.{kind.group}" for kind in cluster.resources()}:
        if clock.now() > deadline:
            raise Failed(f"the API server does not serve {', '.join(sorted(missing))}")
        clock.sleep_until(clock.now() + 0.2)
    for source in _sources(CONTROLLERS):
        _applied(applier, source)


def refuse_second_engine(cluster: Cluster, now: datetime) -> None:
    """Raises Failed if Metacontroller runs in this cluster: both would act on every object."""
    evidence = next(_evidence(cluster, now), "")
    if evidence:
        raise Failed(
            f"Metacontroller seems to run in this cluster ({evidence}), and two engines must not "
            "act on the same objects: stop it first, or apply your files with kubectl instead"
        )


def _evidence(cluster: Cluster, now: datetime) -> Iterator[str]:
    for pod in _listed(cluster, PODS):
        if pod.get("status", {}).get("phase") not in ("Succeeded", "Failed"):
            yield f"Pod {METACONTROLLER}/{pod['metadata']['name']}"
    for lease in _listed(cluster, LEASES):
        if _is_held(lease.get("spec", {}), now):
            yield f"Lease {METACONTROLLER}/{lease['metadata']['name']} is held"


def _is_held(spec: Manifest, now: datetime) -> bool:
    renewed = spec.get("renewTime")
    if not (spec.get("holderIdentity") and renewed):
        return False
    held_for = timedelta(seconds=spec.get("leaseDurationSeconds") or 0)
    return datetime.fromisoformat(str(renewed)).astimezone(UTC) + held_for > now


def _listed(cluster: Cluster, resource: Resource) -> list[Manifest]:
    try:
        return list(cluster.list(resource, METACONTROLLER))
    except ApiError as error:
        raise Failed(f"cannot see whether Metacontroller runs in this cluster: {error}") from error


def _sources(places: tuple[str, ...]) -> Iterator[Source]:
    for place in places:
        for path in files(ROOT / place):
            if path.name != "kustomization.yaml":
                yield from objects(path)


def _applied(applier: Applier, source: Source) -> str:
    """The object's name."""
    outcome = applier.apply(source)
    if isinstance(outcome, Refusal):
        raise Failed(str(outcome))
    return outcome.name.name
