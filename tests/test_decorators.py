"""Decorators: what they attach must be good for whom it is made."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from flask.testing import FlaskClient

from hooks.contract import Manifest
from hooks.decorators.scrape import SCRAPE
from hooks.decorators.scrape.attachments import LONGEST, name_of
from hooks.decorators.tenant.attachments import DEFAULT_REQUEST
from hooks.decorators.tenant.sizes import SIZES
from hooks.kinds.connector import CONNECTOR
from hooks.quantity import MILLI, canonical, parse
from tests import golden
from tests.worlds import World


def connectors(client: FlaskClient) -> Iterator[Manifest]:
    """Every Connector that the golden cases of Scrape answer, each once."""
    seen = set()
    for path in golden.cases():
        if path.parent.name != SCRAPE.singular or golden.load(path)["response"]["code"] != 200:
            continue
        answer = client.post("/hooks/scrape/sync", json=golden.envelope(path)).json
        assert answer is not None
        for each in answer["attachments"]:
            if each["kind"] == "Connector" and json.dumps(each) not in seen:
                seen.add(json.dumps(each))
                yield each


def test_every_connector_made_is_one_that_the_api_server_takes_and_that_is_ready(
    client: FlaskClient,
) -> None:
    made = list(connectors(client))
    assert len(made) > 5
    for each in made:
        world = World(CONNECTOR, client, "dynamic-apply", controllers=(CONNECTOR,))
        name = each["metadata"]["name"]
        world.create(each["spec"], name)
        list(world.loop.settle())
        status = (world.parent(name) or {})["status"]
        (ready,) = (one for one in status["conditions"] if one["type"] == "Ready")
        assert (ready["status"], ready["reason"]) == ("True", "Accepted")
        assert status["source"] == "prometheus"


@pytest.mark.parametrize(
    "service",
    ["a", "web", "x" * 33, "x" * 34, "x" * 63, f"{'x' * 23}-{'-' * 30}y", "3scale", "7" * 63],
)
def test_names_are_a_connectors(service: str) -> None:
    name = name_of(service)
    assert len(name) <= LONGEST
    assert re.fullmatch("[a-z]([-a-z0-9]*[a-z0-9])?-scrape", name)


def test_long_names_that_begin_alike_stay_apart() -> None:
    assert name_of("x" * 62 + "a") != name_of("x" * 62 + "b")
    assert name_of("3scale") != name_of("s-3scale")


@pytest.mark.parametrize("size", SIZES.values(), ids=lambda size: size.name)
def test_amounts_are_written_as_the_api_server_stores_them(size: object) -> None:
    """Else each sync would write them once more."""
    quota = getattr(size, "quota", {})
    assert quota
    for amounts in (quota, DEFAULT_REQUEST):
        assert {name: canonical(text, finest=MILLI) for name, text in amounts.items()} == amounts


def test_every_size_has_more_of_everything_than_the_one_before() -> None:
    quotas = [size.quota for size in SIZES.values()]
    for smaller, larger in pairwise(quotas):
        assert all(parse(smaller[name]) < parse(larger[name]) for name in larger)
