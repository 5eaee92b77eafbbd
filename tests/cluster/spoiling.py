"""Mistakes as authors make them, put into sound objects by Hypothesis."""

import copy
from collections.abc import Iterator
from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from orasi.cluster.api import Manifest

WRONG: SearchStrategy[Any] = st.sampled_from(
    [None, "", "Wrong One!", "x", -1, 0, 1, 70_000, 1.5, True, [], {}, ["x"]]
)
Place = tuple[Any, Any]  # a container, and a key or an index in it


def places(value: Any) -> Iterator[Place]:
    """Everywhere in *value* where something is."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield value, key
        if isinstance(item, dict | list):
            yield from places(item)


def spoiled(manifest: Manifest, data: DataObject) -> Manifest:
    """*manifest* with a mistake or two somewhere below its name."""
    manifest = copy.deepcopy(manifest)
    for _ in range(data.draw(st.integers(1, 2))):
        content = {name: manifest[name] for name in manifest if name not in ("apiVersion", "kind")}
        found = [
            each for each in places(content) if each[1] not in ("name", "namespace", "metadata")
        ]
        if not found:
            continue
        container, key = data.draw(st.sampled_from(found))
        if container is content:
            container = manifest
        match data.draw(st.sampled_from(["replace", "remove", "rename", "repeat"])):
            case "replace":
                container[key] = copy.deepcopy(data.draw(WRONG))
            case "remove":
                del container[key]
            case "rename" if isinstance(container, dict):
                container[f"{key}s"] = container.pop(key)
            case "repeat" if isinstance(container, list):
                container.append(copy.deepcopy(container[key]))
    return manifest
