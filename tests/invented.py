"""Requests as no cluster sends them: with something else in one place, or in another order."""

import copy
import random
from typing import Any

import hypothesis.strategies as st

from hooks.contract import Manifest
from tests.worlds import JSON


def invented(body: Manifest, data: st.DataObject) -> Manifest:
    """*body* with something else in one place, anywhere."""
    body = copy.deepcopy(body)
    place: Any = body
    for _ in range(data.draw(st.integers(0, 6))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        inner = [key for key in keys if isinstance(place[key], dict | list) and place[key]]
        if not inner:
            break
        place = place[data.draw(st.sampled_from(inner))]
    key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(JSON)
    return body


def shuffled(value: Any, chance: random.Random) -> Any:
    """*value* with the members of every map in another order."""
    if isinstance(value, dict):
        members = [(key, shuffled(item, chance)) for key, item in value.items()]
        chance.shuffle(members)
        return dict(members)
    if isinstance(value, list):
        return [shuffled(item, chance) for item in value]
    return value
