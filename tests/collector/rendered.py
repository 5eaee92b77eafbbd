"""Configurations that Pipelines really get: those of the golden cases, and those of drawn specs."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

import yaml
from hypothesis import Phase, given, settings

from hooks.contract import Manifest, Parent
from hooks.kinds.pipeline import PIPELINE
from hooks.kinds.pipeline.checks import Refused, checked
from hooks.kinds.pipeline.children import FILE
from hooks.kinds.pipeline.model import Flow, PipelineSpec, Sink, Source
from hooks.platform import Platform
from tests import golden
from tests.worlds import specs

# More than half of them are sound, and unlike those before.
DRAWN = 750

Item = TypeVar("Item")


def specification(text: str, **fields: Any) -> PipelineSpec:
    """What an author writes as YAML, and *fields* beside it."""
    return PipelineSpec.model_validate(yaml.safe_load(text) | fields)


def rendered(spec: PipelineSpec) -> str:
    """The configuration for *spec*. Raises Refused."""
    metadata = {"name": "it", "namespace": "default"}
    manifest = {"kind": PIPELINE.kind, "metadata": metadata, "spec": {}}
    return checked(Parent(manifest, spec), Platform()).configuration


@cache
def of_golden_cases() -> frozenset[str]:
    """What answered Deployments mount; the older ones that are only kept may be made up."""
    return frozenset(
        text
        for path in (golden.ROOT / PIPELINE.singular).glob("*.yaml")
        if isinstance(body := golden.load(path)["response"]["body"], dict)
        and isinstance(children := body.get("children"), list)
        for text in _mounted(children)
    )


def _mounted(children: list[Manifest]) -> list[str]:
    config_maps = {
        each["metadata"]["name"]: each["data"][FILE]
        for each in children
        if each["kind"] == "ConfigMap"
    }
    names = (
        volume["configMap"]["name"]
        for each in children
        if each["kind"] == "Deployment"
        for volume in each["spec"]["template"]["spec"]["volumes"]
    )
    return [config_maps[name] for name in names if name in config_maps]


@cache
def of_drawn_specs() -> frozenset[str]:
    found = set()

    @settings(max_examples=DRAWN, phases=[Phase.generate], database=None)
    @given(specs(PIPELINE))
    def draw(manifest: Manifest) -> None:
        spec = PipelineSpec.model_validate(manifest)
        flows = [without_repetitions(flow) for flow in spec.flows]
        with suppress(Refused):
            found.add(rendered(spec.model_copy(update={"flows": flows})))

    draw()
    return frozenset(found)


def without_repetitions(flow: Flow) -> Flow:
    """*flow* without what it says twice, for which most of those drawn would be refused."""

    def listeners(source: Source) -> set[str]:
        return {listener.name for listener in source.otlp.listeners()}

    def exporter(sink: Sink) -> set[str]:
        return {sink.chosen.exporter(batched=True).id}

    once = {"sources": distinct(flow.sources, listeners), "sinks": distinct(flow.sinks, exporter)}
    return flow.model_copy(update=once)


def distinct(items: list[Item], marks: Callable[[Item], set[str]]) -> list[Item]:
    kept, seen = [], set[str]()
    for item in items:
        if seen.isdisjoint(marks(item)):
            kept.append(item)
            seen |= marks(item)
    return kept
