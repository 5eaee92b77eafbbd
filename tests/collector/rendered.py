"""Configurations that Pipelines really get: those of the golden cases, and those of drawn specs."""

from contextlib import suppress
from functools import cache
from typing import Any

import yaml
from hypothesis import Phase, given, settings

from hooks import NAMESPACE
from hooks.contract import Manifest, Observed, Parent, SyncRequest
from hooks.kinds.pipeline import PIPELINE
from hooks.kinds.pipeline.checks import checked
from hooks.kinds.pipeline.configuration import configuration
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.mounts import FILE, VOLUME
from hooks.kinds.pipeline.refused import Refused
from hooks.kinds.pipeline.resolution import resolved
from hooks.platform import KEY, NAME
from hooks.workload import WORKLOADS
from tests import golden
from tests.neighbours import NEIGHBOURS
from tests.worlds import specs

PLATFORM: Manifest = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": NAME, "namespace": NAMESPACE},
    "data": {KEY: "collector: {hostPaths: [/]}"},
}

# More than half of them are sound, and unlike those before.
DRAWN = 1200


def specification(text: str, **fields: Any) -> PipelineSpec:
    """What an author writes as YAML, and *fields* beside it."""
    return PipelineSpec.model_validate(yaml.safe_load(text) | fields)


def rendered(spec: PipelineSpec) -> str:
    """The configuration for *spec*. Raises Refused."""
    return checked(request(spec)).configuration


def unchecked(spec: PipelineSpec) -> str:
    """The configuration for *spec*, sound or not."""
    return configuration(spec, resolved(request(spec)).flows)


def request(spec: PipelineSpec) -> SyncRequest[PipelineSpec]:
    """A Pipeline among the neighbours that drawn ones refer to; agents may read everything."""
    metadata = {"name": "it", "namespace": "default"}
    written = spec.model_dump(by_alias=True, exclude_none=True)
    manifest = {"kind": PIPELINE.kind, "metadata": metadata, "spec": written}
    related = Observed({"Namespace.v1": {}, **golden.grouped([PLATFORM, *NEIGHBOURS])})
    return SyncRequest(Parent(manifest, spec), Observed(), related)


@cache
def of_golden_cases() -> frozenset[str]:
    """What answered workloads mount; the older ones that are only kept may be made up."""
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
        if each["kind"] in WORKLOADS
        for volume in each["spec"]["template"]["spec"]["volumes"]
        if volume["name"] == VOLUME
    )
    return [config_maps[name] for name in names if name in config_maps]


@cache
def of_drawn_specs() -> frozenset[str]:
    found = set()

    @settings(max_examples=DRAWN, phases=[Phase.generate], database=None)
    @given(specs(PIPELINE))
    def draw(manifest: Manifest) -> None:
        with suppress(Refused):
            found.add(rendered(PipelineSpec.model_validate(manifest)))

    draw()
    return frozenset(found)
