"""What Connectors render, in configurations around it, each for a collector that has all of it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import trustme
from hypothesis import Phase, given, settings

from hooks.collector import positions
from hooks.collector.component import FOLDER, Component, Rendered, Signal
from hooks.collector.connector import Connector
from hooks.collector.sources.host_metrics import HOST_ROOT
from hooks.contract import Manifest
from tests.cluster import programs
from tests.collector.ports import LOOPBACK
from tests.shapes_connector import connectors

DRAWN = 500

# What only one of those of today has, by the type of a component.
PROGRAMS = {
    "prometheus": programs.SCRAPING_COLLECTOR,
    "file_log": programs.OLDER_COLLECTOR,
    "hostmetrics": programs.OLDER_COLLECTOR,
    "clickhouse": programs.OLDER_COLLECTOR,
}
CLOSED = f"{LOOPBACK}:1"
COLLECTORS = (
    programs.COLLECTOR,
    programs.SCRAPING_COLLECTOR,
    programs.OLDER_COLLECTOR,
    programs.NEWER_COLLECTOR,
)


@dataclass(frozen=True)
class Part:
    """A receiver or an exporter, and what goes through it."""

    section: str  # "receivers" or "exporters"
    rendered: Rendered
    signals: tuple[Signal, ...]

    @property
    def program(self) -> programs.Module:
        """What has it of those that are not the newest, which has all."""
        type_ = self.rendered.component.id.partition("/")[0]
        return PROGRAMS.get(type_, programs.COLLECTOR)

    def is_in(self, module: programs.Module) -> bool:
        return module in (self.program, programs.NEWER_COLLECTOR)

    def called(self, suffix: str) -> "Part":
        """The same with another name: of equal ones a configuration takes one."""
        component = self.rendered.component
        return self.but(Component(f"{component.id}{suffix}", component.settings))

    def alone(self) -> "Part":
        """The same that reaches nobody."""
        component = self.rendered.component
        return self.but(Component(component.id, on_loopback(component.settings)))

    def but(self, component: Component) -> "Part":
        return replace(self, rendered=replace(self.rendered, component=component))


def parts(connector: Connector, name: str) -> Iterator[Part]:
    for rendered in connector.receivers(name):
        yield Part("receivers", rendered, connector.source_signals())
    if connector.sink:
        for batched in (True, False):
            exporter = connector.exporter(name, batched=batched)
            yield Part("exporters", exporter, connector.sink_signals())


def configuration(of: Iterable[Part]) -> str:
    """All of them in pipelines of their own, whose other ends are nop."""
    found: dict[str, Any] = {
        "receivers": {"nop": {}},
        "exporters": {"nop": {}},
        "extensions": {"health_check": {"endpoint": f"{LOOPBACK}:13133"}},
    }
    pipelines: dict[str, Any] = {}
    for part in of:
        component = part.rendered.component
        found[part.section][component.id] = component.settings
        found["extensions"] |= {each.id: each.settings for each in part.rendered.extensions}
        ends = {"receivers": ["nop"], "exporters": ["nop"], part.section: [component.id]}
        name = component.id.replace("/", "_")
        pipelines |= {f"{signal}/{part.section}_{name}": ends for signal in part.signals}
    reader = {"pull": {"exporter": {"prometheus": {"host": LOOPBACK, "port": 8888}}}}
    found["service"] = {
        "extensions": list(found["extensions"]),
        "pipelines": pipelines,
        "telemetry": {"logs": {"encoding": "json"}, "metrics": {"readers": [reader]}},
    }
    return json.dumps(found, indent=1)


class Pod:
    """What a pod gives its collector: files below a folder of ours, and an environment."""

    def __init__(self, folder: Path, of: Iterable[Part], value: str = "secret") -> None:
        """Every variable has *value*, and every file but certificates and names."""
        self.folder = folder
        authority, issued = _certificates()
        contents = {
            "ca.crt": authority.cert_pem.bytes(),
            "client-ca.crt": authority.cert_pem.bytes(),
            "tls.crt": issued.cert_chain_pems[0].bytes(),
            "tls.key": issued.private_key_pem.bytes(),
            "username": b"me\n",
        }
        self.environment: dict[str, str] = {}
        self.authority = folder / "authority.crt"
        folder.mkdir(parents=True, exist_ok=True)
        self.authority.write_bytes(contents["ca.crt"])
        for part in of:
            for variable in part.rendered.variables:
                self.environment[variable.name] = value
            for key in part.rendered.files:
                file = folder / key.path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(contents.get(file.name, value.encode()))

    def placed(self, text: str) -> str:
        """A configuration that finds its files here."""
        for folder in (FOLDER, HOST_ROOT, positions.FOLDER):
            text = text.replace(folder, str(self.folder))
        return text


@cache
def _certificates() -> tuple[trustme.CA, trustme.LeafCert]:
    authority = trustme.CA()
    return authority, authority.issue_cert("localhost", "127.0.0.1")


@cache
def drawn() -> tuple[Connector, ...]:
    """Connectors that nothing is wrong with, as far as we know."""
    found = []

    @settings(max_examples=DRAWN, phases=[Phase.generate], database=None)
    @given(connectors())
    def draw(spec: Manifest) -> None:
        connector = Connector.model_validate(spec)
        if not list(connector.mistakes()):
            found.append(connector)

    draw()
    return tuple(found)


def on_loopback(settings: Any) -> Any:
    """A component's settings whose connections go to a port of loopback where nobody is."""
    if isinstance(settings, list):
        return [on_loopback(each) for each in settings]
    if not isinstance(settings, dict):
        return settings
    changed: dict[str, Any] = {}
    for key, value in settings.items():
        match key:
            case "brokers" | "targets":
                changed[key] = [CLOSED]
            case "endpoint":
                scheme, separator, _ = value.rpartition("://")
                changed[key] = f"{scheme}{separator}{CLOSED}"
            case "dns_sd_configs":
                pass
            case _:
                changed[key] = on_loopback(value)
    return changed


def strings(value: Any) -> Iterator[str]:
    """All texts in *value* that are no keys."""
    match value:
        case str():
            yield value
        case Mapping():
            for each in value.values():
                yield from strings(each)
        case list():
            for each in value:
                yield from strings(each)
