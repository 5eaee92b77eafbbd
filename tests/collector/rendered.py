"""Configurations that Pipelines really get: of golden cases, of examples and of drawn specs."""

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask.testing import FlaskClient
from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy

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
from orasi.applying import Applier, Target, in_order
from orasi.sources import load
from tests import golden, shapes_few
from tests.cluster import programs
from tests.collector.connectors import PROGRAMS
from tests.collector.validation import SECTIONS
from tests.neighbours import NEIGHBOURS
from tests.worlds import STRATEGIES, World, specs

EXAMPLES = Path(__file__).parents[2] / "examples"

PLATFORM: Manifest = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": NAME, "namespace": NAMESPACE},
    "data": {KEY: "collector: {hostPaths: [/]}"},
}

# About half of them are sound, and hardly any two are equal.
DRAWN = 1200
DRAWN_OF_FEW = 200


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


def types(text: str) -> set[str]:
    """Of every component in a configuration."""
    found = yaml.safe_load(text)
    return {id_.partition("/")[0] for each in SECTIONS for id_ in found.get(each, ())}


def needed(text: str) -> programs.Module | None:
    """The collector that has all of this configuration; None if only the newest has."""
    special = {PROGRAMS[type_] for type_ in types(text) if type_ in PROGRAMS}
    if len(special) > 1:
        return None
    return special.pop() if special else programs.COLLECTOR


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


def of_examples(client: FlaskClient) -> dict[str, str]:
    """What the pods of each Pipeline in examples/ mount, once all of them are at rest."""
    world = World(PIPELINE, client, STRATEGIES[0])
    sources, problems = load([EXAMPLES])
    assert not problems
    applier = Applier(world.cluster, make_namespaces=True)
    for source in in_order(sources):
        assert isinstance(applier.apply(source), Target)
    list(world.loop.settle())
    found = {}
    for example in world.cluster.list(world.parents):
        metadata = example["metadata"]
        made = [
            each
            for kind in ("ConfigMap", *WORKLOADS)
            for each in world.cluster.list(world.resource(kind), metadata["namespace"])
            if each["metadata"].get("labels", {}).get("controller-uid") == metadata["uid"]
        ]
        (found[f"{metadata['namespace']}/{metadata['name']}"],) = _mounted(made)
    return found


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
    return drawn(specs(PIPELINE), DRAWN) | drawn(shapes_few.pipelines(), DRAWN_OF_FEW)


def drawn(of: SearchStrategy[Manifest], most: int) -> frozenset[str]:
    """The configurations for those specs that are sound."""
    found = set()

    @settings(max_examples=most, phases=[Phase.generate], database=None)
    @given(of)
    def draw(manifest: Manifest) -> None:
        with suppress(Refused):
            found.add(rendered(PipelineSpec.model_validate(manifest)))

    draw()
    return frozenset(found)
