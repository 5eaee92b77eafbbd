"""Mistakes that the API server takes: the embedded cluster says of them what the page says."""

import textwrap

import pytest
from flask.testing import FlaskClient

from hooks.kinds.document import DOCUMENT
from tests import mistakes
from tests.mistakes import NAME, TAKEN, Mistake
from tests.scenarios.world import condition
from tests.worlds import STRATEGIES
from tests.worlds import World as Embedded

WIDTH = 100


def test_the_page_has_them_all() -> None:
    """Each heading with both of its blocks: nothing on the page is read over."""
    titles = [each.title for each in mistakes.everything()]
    assert titles == [line[4:] for line in mistakes.PAGE.read_text().splitlines() if is_title(line)]
    assert len(set(titles)) == len(titles) >= 20


def is_title(line: str) -> bool:
    return line.startswith("### ")


@pytest.mark.parametrize("mistake", mistakes.mistakes(TAKEN), ids=str)
def test_it_says_so(mistake: Mistake, client: FlaskClient, request: pytest.FixtureRequest) -> None:
    world = Embedded(DOCUMENT, client, STRATEGIES[0])
    for each in mistake.objects:
        namespace = {"namespace": each["metadata"].get("namespace", "default")}
        body = {**each, "metadata": {**each["metadata"], **namespace}}
        world.cluster.create(world.resource(each["kind"]), body)
    list(world.loop.settle())
    found = world.cluster.get(world.resource(mistake.kind), "default", NAME)
    ready = condition(found)
    assert ready["status"] == "False"
    said = "\n".join([ready["reason"], *textwrap.wrap(ready["message"], WIDTH)]) + "\n"
    if request.config.getoption("update"):
        mistakes.rewrite(mistake, said)
    assert said == mistake.said
