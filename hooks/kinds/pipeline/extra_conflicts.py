"""What of the extra configuration would break that on which pods, Services and probes rely."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from hooks.collector.component import FOLDER as CONNECTORS
from hooks.collector.endpoints import is_loopback
from hooks.collector.memory import LIMITER
from hooks.collector.persistence import FOLDER as QUEUE
from hooks.collector.ports import METRICS_PORT
from hooks.collector.positions import FOLDER as POSITIONS
from hooks.contract import Manifest
from hooks.kinds.pipeline.configuration import HEALTH_CHECK, TELEMETRY, sections
from hooks.kinds.pipeline.draft import Draft, users_of_ports
from hooks.kinds.pipeline.extra_config import ROOT, Sections, overlaid
from hooks.paths import Path, leaves, shown

(READER,) = TELEMETRY["metrics"]["readers"]
MOUNTED = (f"{CONNECTORS}/", f"{QUEUE}/", POSITIONS)

# Whole components that are not the author's, and why.
OURS: Mapping[tuple[str, str], str] = {
    ("processors", LIMITER): "spec.memoryLimiter says how it is",
    ("extensions", HEALTH_CHECK.id): "the probes of the pods rely on it as it is",
}

ENDPOINT = re.compile(r"([a-z]+://)?([^/]*):([0-9]{1,5})(/.*)?", re.ASCII | re.DOTALL)
VARIABLE = re.compile(r"\$\{[^{}]*\}")


def conflicting_extras(draft: Draft) -> Iterator[str]:
    """ExtraConfigConflict: what would break that on which the pods rely."""
    extra = draft.spec.extra_config
    if extra:
        own = sections(draft.spec, draft.flows)
        yield from conflicts(own, extra, users_of_ports(draft))


def conflicts(own: Sections, extra: Manifest, ports: Mapping[int, str]) -> Iterator[str]:
    """*ports* are those that are taken, and by whom."""
    base, result = plain(own), plain(overlaid(own, extra))
    for path, why in OURS.items():
        if at(result, path) != at(base, path):
            yield f"{shown(ROOT, path)} cannot be changed: {why}"
    yield from moved(base, result)
    yield from off_the_network(base, result)
    yield from left_out(base, result)
    yield from unlimited(result)
    yield from unseen(result)
    yield from taken(base, extra, ports)


def plain(sections: Sections) -> Manifest:
    return {name: {part.name: part.value for part in parts} for name, parts in sections.items()}


def at(value: Any, path: Path) -> Any:
    """What stands in *value* at *path*; None if there is nothing."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def moved(base: Manifest, result: Manifest) -> Iterator[str]:
    """Ports of Services, and files that are mounted."""
    for path, value in leaves(base):
        if any(isinstance(key, int) for key in path) or at(result, path) == value:
            continue  # lists are replaced as a whole
        if path[0] == "receivers" and path[-1] == "endpoint" and str(path[1]).startswith("otlp/"):
            yield (
                f"{shown(ROOT, path)} cannot be changed: Services lead to {value}; change the port "
                "of the source"
            )
        elif isinstance(value, str) and value.startswith(MOUNTED):
            yield f"{shown(ROOT, path)} cannot be changed: the pods have that at {value}"


def off_the_network(base: Manifest, result: Manifest) -> Iterator[str]:
    """Listeners on a socket that is a file, to which no Service leads."""
    for name in sorted(base["receivers"]):
        protocols = at(result, ("receivers", name, "protocols"))
        for protocol in sorted(protocols) if name.startswith("otlp/") else ():
            path = ("receivers", name, "protocols", protocol, "transport")
            transport = at(result, path)
            if transport not in (None, "tcp"):
                yield f"{shown(ROOT, path)} must be tcp, since Services lead to it"


def left_out(base: Manifest, result: Manifest) -> Iterator[str]:
    """A list takes the place of ours, of which some must be switched on."""
    pipelines = base["service"]["pipelines"]
    lists: list[Path] = [("service", "extensions")]
    lists += [("service", "pipelines", name, "receivers") for name in sorted(pipelines)]
    for path in lists:
        listed = at(result, path)
        missing = [
            each for each in at(base, path) if not isinstance(listed, list) or each not in listed
        ]
        if missing:
            yield (
                f"{shown(ROOT, path)} takes the place of the whole list, so it must have "
                f"{missing[0]}, too"
            )


def unlimited(result: Manifest) -> Iterator[str]:
    """Pipelines that would take what there is no memory for."""
    pipelines = at(result, ("service", "pipelines"))
    for name in sorted(pipelines) if isinstance(pipelines, dict) else ():
        processors = at(pipelines[name], ("processors",))
        if not isinstance(processors, list) or processors[:1] != [LIMITER]:
            path = shown(ROOT, ("service", "pipelines", name, "processors"))
            yield f"{path} must begin with {LIMITER}"


def unseen(result: Manifest) -> Iterator[str]:
    """Metrics of the collector itself that nobody could scrape any more."""
    path = ("service", "telemetry", "metrics")
    metrics = at(result, path)
    readers = at(metrics, ("readers",))
    if not isinstance(readers, list) or not any(covers(each, READER) for each in readers):
        yield (
            f"{shown(ROOT, (*path, 'readers'))} takes the place of the whole list, so it must have "
            f"the reader of port {METRICS_PORT}, too, from which the collector's own metrics are "
            "scraped: {pull: {exporter: {prometheus: {host: 0.0.0.0, port: 8888}}}}"
        )
    elif str(metrics.get("level", "")).lower() == "none":
        yield f"{shown(ROOT, (*path, 'level'))} is none, and the collector's metrics are scraped"


def covers(value: Any, wanted: Any) -> bool:
    """Whether *value* says all that *wanted* says."""
    if isinstance(wanted, dict) and isinstance(value, dict):
        return all(key in value and covers(value[key], wanted[key]) for key in wanted)
    return bool(value == wanted)


LISTENING: Collection[str] = ("receivers", "exporters", "extensions")


def taken(base: Manifest, extra: Manifest, ports: Mapping[int, str]) -> Iterator[str]:
    """Listeners on a port that is taken, and exporters that send to this very pod."""
    for path, value in leaves(extra):
        if path[0] not in LISTENING or path[-1] != "endpoint" or at(base, path) == value:
            continue
        found = ENDPOINT.fullmatch(value) if isinstance(value, str) else None
        port = int(found[3]) if found else 0
        if found and port in ports and is_own(found[2]):
            yield f"{shown(ROOT, path)}: port {port} of the pods is taken by {ports[port]}"


def is_own(host: str) -> bool:
    """Whether it is an address of the pods themselves, as is, most likely, what a variable has."""
    return host == "" or VARIABLE.fullmatch(host) is not None or is_loopback(host.lower())
