"""What is true of a Connector: conditions and facts, judged on its spec and on its CronJob."""

from collections.abc import Iterator
from typing import Any

from hooks.collector.connector import Connector
from hooks.conditions import Condition, not_ready, ready
from hooks.contract import Manifest, SyncRequest
from hooks.contract.request import is_timestamp
from hooks.frozen import UNTIL_MENDED
from hooks.kinds.connector import schedule
from hooks.kinds.connector.children import identity, pods
from hooks.kinds.connector.model import ConnectorSpec
from hooks.progress import named, obstacle

RETRYING = "Retrying"


def mistakes(spec: ConnectorSpec) -> Iterator[tuple[str, str]]:
    """Why this can never work, beyond what a schema can say: reason and message."""
    yield from spec.mistakes()
    if spec.probe is None:
        return
    for mistake in schedule.mistakes(spec.probe.schedule):
        yield "InvalidSchedule", f'spec.probe.schedule is "{spec.probe.schedule}": {mistake}'
    if not spec.targets():
        places = " and ".join(f"spec.{path}" for path, _ in spec.parts())
        yield (
            "NothingToProbe",
            f"spec.probe has nothing to try, with no address to connect to in {places}: remove "
            "spec.probe",
        )


def refusal(request: SyncRequest[ConnectorSpec]) -> Condition | None:
    """The first mistake, or None."""
    found = next(mistakes(request.parent.spec), None)
    return not_ready(found[0], f"{found[1]}. {UNTIL_MENDED}") if found else None


def standing(request: SyncRequest[Any]) -> tuple[Condition, ...]:
    """Whether the last probe has reached everything: nothing, if none is wanted."""
    spec: ConnectorSpec | None = request.parent.spec
    observed = request.children.like(identity(request.parent))
    if spec is not None and spec.probe is None:
        return ()
    if observed is None:
        return () if spec is None else (unknown("NotProbed", "No probe has run yet."),)
    return (reachable(request, observed),)


def reachable(request: SyncRequest[Any], cron_job: Manifest) -> Condition:
    """Judged by the CronJob's own status, which is all that tells of its runs."""
    status = cron_job.get("status")
    status = status if isinstance(status, dict) else {}
    scheduled, succeeded = (time(status, f"last{each}Time") for each in ("Schedule", "Successful"))
    if succeeded and succeeded >= scheduled:
        text = f"{named(cron_job)}: the probe of {scheduled or succeeded} has reached everything."
        return Condition("Reachable", "True", "Probed", text)
    if status.get("active"):
        return running(request, cron_job)
    if not scheduled:
        return unknown("NotProbed", f"{named(cron_job)}: no probe has run yet.")
    text = f"{named(cron_job)}: the probe of {scheduled} has not reached everything."
    return Condition("Reachable", "False", "ProbeFailed", text, remedy(request))


def remedy(request: SyncRequest[Any]) -> str:
    """Where what failed is told, and why."""
    return (
        f"`kubectl logs --prefix --tail=-1 --selector {pods(request.parent)}` says what and why; "
        "if no pod has started, `kubectl events --types=Warning` does."
    )


def running(request: SyncRequest[Any], cron_job: Manifest) -> Condition:
    """While a probe runs nobody knows, but after a failure the alarm must not cease.

    Else whatever waits for ten minutes of it would never ring. This once an earlier answer counts:
    the CronJob does not tell of the run before.
    """
    before = next((each for each in request.parent.conditions if each["type"] == "Reachable"), {})
    if before.get("status") == "False" or before.get("reason") == RETRYING:
        text = f"{named(cron_job)}: the last probe has failed, and the next one is running."
        return unknown(RETRYING, text, remedy(request))
    return unknown("Probing", f"{named(cron_job)}: a probe is running.")


def unknown(reason: str, message: str, hint: str = "") -> Condition:
    return Condition("Reachable", "Unknown", reason, message, hint)


def time(status: Manifest, field: str) -> str:
    """A time of the CronJob's status; "" if there is none. Text order is time order."""
    found = status.get(field)
    return str(found) if is_timestamp(found) else ""


def readiness(
    request: SyncRequest[ConnectorSpec],
    desired: tuple[Manifest, ...],
    probed: tuple[Condition, ...],
) -> Condition:
    for child in desired:
        found = obstacle(request, child)
        if found:
            return not_ready("Applying", *found)
    leaving = next(iter(request.children), None)
    if leaving and not desired:
        return not_ready("Applying", f"{named(leaving)} is still there, and nothing is to probe.")
    failed = next(
        (each for each in probed if each.status == "False" or each.reason == RETRYING), None
    )
    if failed:
        return not_ready("Unreachable", failed.message, failed.hint)
    spec = request.parent.spec
    text = f"Pipelines can use it: {'; '.join(described(spec))}."
    if spec.tls and spec.tls.insecure_skip_verify:
        return ready(
            "InsecureSkipVerify",
            f"{text} With spec.tls.insecureSkipVerify any certificate is trusted: whoever is on "
            "the way can read and change everything, credentials included. Give spec.tls.caRef "
            "instead.",
        )
    return ready("Accepted", text)


def described(spec: Connector) -> Iterator[str]:
    if spec.source:
        yield f"source {spec.source.chosen[0]} for {', '.join(spec.source_signals())}"
    if spec.sink:
        yield f"sink {spec.sink.chosen[0]} for {', '.join(spec.sink_signals())}"


def facts(request: SyncRequest[ConnectorSpec | None]) -> Manifest:
    """What Pipelines make of it; nothing, if the spec cannot be read."""
    spec, name = request.parent.spec, request.parent.name
    if spec is None:
        return {}
    signals: Manifest = {}
    found: Manifest = {"receivers": [], "exporters": [], "signals": signals}
    if spec.source:
        found["source"] = spec.source.chosen[0]
        found["receivers"] = [each.component.id for each in spec.receivers(name)]
        signals["source"] = list(spec.source_signals())
    if spec.sink:
        found["sink"] = spec.sink.chosen[0]
        found["exporters"] = [spec.exporter(name, batched=True).component.id]
        signals["sink"] = list(spec.sink_signals())
    return found
