"""Configurations for a collector that does not have all of their components: nop stands in."""

from typing import Any

import yaml

from tests.cluster.programs import COLLECTOR, OLDER_COLLECTOR, SCRAPING_COLLECTOR, Module
from tests.collector.connectors import PROGRAMS

SECTIONS = ("receivers", "processors", "exporters", "connectors", "extensions")
ENDS = ("receivers", "exporters")

# What the older collector has beside what only it has.
AROUND_AGENTS = frozenset(
    {"debug", "file_storage", "health_check", "memory_limiter", "otlp", "otlp_grpc", "resource"}
)


def judges(module: Module, text: str) -> bool:
    """Whether the collector has something of a configuration that none of the others has.

    The one that scrapes has all that the usual one has.
    """
    only = {PROGRAMS[type_] for type_ in types(yaml.safe_load(text)) if type_ in PROGRAMS}
    return module in only or (module == COLLECTOR and SCRAPING_COLLECTOR not in only)


def stood_in(text: str, module: Module) -> str:
    """The configuration without what the collector does not have; as it is, if it has all."""
    found = yaml.safe_load(text)
    if all(has(module, type_) for type_ in types(found)):
        return text
    for section in SECTIONS:
        kept = {id_: each for id_, each in found.get(section, {}).items() if has(module, id_)}
        found[section] = kept | ({"nop": {}} if section in ENDS else {})
    service = found["service"]
    service["extensions"] = [each for each in service["extensions"] if has(module, each)]
    for pipeline in service["pipelines"].values():
        for section in ("receivers", "processors", "exporters"):
            kept_ids = [each for each in pipeline[section] if has(module, each)]
            pipeline[section] = kept_ids or (["nop"] if section in ENDS else [])
    return yaml.safe_dump(found, sort_keys=False)


def types(configuration: dict[str, Any]) -> set[str]:
    """Of every component."""
    return {type_of(id_) for section in SECTIONS for id_ in configuration.get(section, ())}


def type_of(id_: str) -> str:
    return id_.partition("/")[0]


def has(module: Module, id_: str) -> bool:
    type_ = type_of(id_)
    if module == OLDER_COLLECTOR:
        return type_ in AROUND_AGENTS or PROGRAMS.get(type_) == module
    return PROGRAMS.get(type_, COLLECTOR) in (COLLECTOR, module)
