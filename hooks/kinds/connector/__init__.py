"""Connector: an outside system, as Pipelines use it. Start reading here."""

from collections.abc import Iterator
from typing import Any

from hooks.composite import Column, Composite, Outcome
from hooks.conditions import not_ready
from hooks.contract import Child, Parent, RelatedRule, SyncRequest
from hooks.frozen import UNTIL_MENDED, frozen
from hooks.kinds.connector.children import cron_job
from hooks.kinds.connector.model import ConnectorSpec, ConnectorStatus
from hooks.kinds.connector.status import facts, readiness, refusal, standing
from hooks.platform import RULE, InvalidPlatform, platform


def sync(request: SyncRequest[ConnectorSpec]) -> Outcome:
    probed = standing(request)
    refused = refusal(request)
    if refused:
        return frozen(request, *probed, refused)
    probe = request.parent.spec.probe
    try:
        desired = (cron_job(request.parent, probe.schedule, platform(request)),) if probe else ()
    except InvalidPlatform as error:
        reason = not_ready("InvalidPlatformSettings", f"{error} {UNTIL_MENDED}")
        return frozen(request, *probed, reason)
    return Outcome(desired, (*probed, readiness(request, desired, probed)))


def related(connector: Parent[Any]) -> Iterator[RelatedRule]:
    """The platform's settings, of which only a probe takes something.

    So a change of them wakes no other Connector, and a mistake in them freezes no other.
    """
    if isinstance(connector.spec, dict) and connector.spec.get("probe") is not None:
        yield RULE


CONNECTOR = Composite(
    kind="Connector",
    plural="connectors",
    short_name="oconn",
    description=(
        "Connector is an outside system that Pipelines read from or write to: where it is, and "
        "how to get in. With a probe, CronJob <name>-connector tries whether it can be reached."
    ),
    spec=ConnectorSpec,
    status=ConnectorStatus,
    columns=(
        Column("Source", ".status.source", description="Type of its source."),
        Column("Sink", ".status.sink", description="Type of its sink."),
        Column(
            "Reachable",
            '.status.conditions[?(@.type=="Reachable")].status',
            description="Whether the last probe has reached everything.",
        ),
    ),
    children=(Child("batch/v1", "CronJob", "cronjobs"),),
    sync=sync,
    facts=facts,
    standing=standing,
    related=related,
    related_kinds=(("v1", "configmaps"),),
)
