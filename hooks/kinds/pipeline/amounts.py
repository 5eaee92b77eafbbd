"""What pods may use and keep: what does not fit together, or does nothing."""

from collections.abc import Iterator

from hooks.collector.persistence import STORAGE, too_small
from hooks.kinds.pipeline.configuration import queues
from hooks.kinds.pipeline.draft import Draft
from hooks.paths import leaves
from hooks.quantity import parse
from hooks.resources import mistakes


def useless_persistence(draft: Draft) -> Iterator[str]:
    """UselessPersistence: volumes that nothing would ever be kept on."""
    extra = draft.spec.extra_config or {}
    added = any(STORAGE.id == value and path[0] != "service" for path, value in leaves(extra))
    if draft.spec.persistence and not queues(draft.flows) and not added:
        yield (
            "spec.persistence: no sink keeps a queue on disk, which otlp, kafka, clickhouse and "
            "pipeline do; send to one of them, or create another Pipeline without persistence"
        )


def wrong_resources(draft: Draft) -> Iterator[str]:
    """InvalidResources: amounts that do not fit together."""
    yield from mistakes(draft.spec.resources, "spec.resources")
    if draft.spec.persistence:
        yield from too_small(str(draft.spec.persistence.size), queues(draft.flows))
    yield from out_of_reach(draft)


def out_of_reach(draft: Draft) -> Iterator[str]:
    """A target that pods would not come to: data is refused before they use as much memory."""
    scaling = draft.spec.autoscaling
    target = scaling.target_memory_utilization_percentage if scaling else None
    if target is None:
        return
    request, limit = (draft.resources[name]["memory"] for name in ("requests", "limits"))
    most = int(draft.spec.memory_limiter.taken * parse(limit) / parse(request))
    if target > most:
        yield (
            f"spec.autoscaling.targetMemoryUtilizationPercentage is {target}, which must be at "
            f"most {most}: from there on, with a request of {request} and a limit of {limit}, a "
            "pod refuses data (spec.memoryLimiter), and more pods are to come before that"
        )
