"""How specs of Pipelines are drawn that need little: what the older collector has, or nearly.

It has the fewest components, and of all specs hardly any has nothing else.
"""

from collections.abc import Mapping
from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import SearchStrategy

from hooks.contract import Manifest
from hooks.kinds.pipeline import PIPELINE
from hooks.manifests import object_schema
from tests import shapes
from tests.worlds import values


def some(*ends: Manifest) -> SearchStrategy[list[Manifest]]:
    return st.lists(st.sampled_from(ends), min_size=1, max_size=3, unique_by=str)


def named(*names: str) -> list[Manifest]:
    return [{"connector": {"name": name}} for name in names]


PROCESSORS = st.builds(
    lambda name, actions: {"name": name, "resource": {"actions": actions}},
    shapes.NAMES,
    st.lists(shapes.ACTIONS, min_size=1, max_size=3),
)
FIELDS: Mapping[str, SearchStrategy[Any]] = {
    **shapes.PIPELINE,
    "flows[].from": some({"otlp": {"grpc": {}}}, *named("secure")),
    "flows[].to": some(*named("rows", "console"), {"debug": {}}, {"otlp": {"endpoint": "a:1"}}),
    "processors": st.lists(
        PROCESSORS, min_size=1, max_size=2, unique_by=lambda each: str(each["name"])
    ),
}
OF_AGENTS: Mapping[str, SearchStrategy[Any]] = {
    **FIELDS,
    "flows[].from": some({"otlp": {"grpc": {}}}, *named("secure", "files", "nodes")),
}


def pipelines() -> SearchStrategy[Manifest]:
    """Specs of which more than half are sound, those of agents as often as all others."""
    schema = object_schema(PIPELINE)["properties"]["spec"]
    agents = values(schema, OF_AGENTS).map(lambda spec: {**spec, "mode": "DaemonSet"})
    return (values(schema, FIELDS) | agents).flatmap(shapes.with_processors)
