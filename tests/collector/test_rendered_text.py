"""What Pipelines render can be read by people, and holds nothing that does nothing."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster import programs
from tests.collector import PIPELINE
from tests.collector.rendered import of_drawn_specs, of_golden_cases
from tests.collector.validation import validate

COMMENTED = re.compile(r"^  # (.+)\n  ([^\s#-][^\s:]*):", re.M)
KEY = re.compile(r"^  [^\s#-]", re.M)
USED = ("receivers", "processors", "exporters")
LAID_OVER = "spec.extraConfig"
SECTIONS = ["receivers", "processors", "exporters", "connectors", "extensions", "service"]


@pytest.fixture(scope="module", params=[of_golden_cases, of_drawn_specs])
def texts(request: pytest.FixtureRequest) -> frozenset[str]:
    found: frozenset[str] = request.param()
    return found


def parsed(text: str) -> Any:
    return yaml.load(text, yaml.CSafeLoader)


def test_each_part_says_whose_it_is(texts: frozenset[str]) -> None:
    for text in texts:
        assert len(KEY.findall(text)) == len(COMMENTED.findall(text))
        comments = {name: comment for comment, name in COMMENTED.findall(text)}
        expected = {
            name: origin
            for name, origin in origins(parsed(text))
            if comments[name] != LAID_OVER  # whoever uses it: nobody else says it
        }
        assert {
            name: comments[name].removesuffix(f", {LAID_OVER}") for name in expected
        } == expected


def origins(found: Any) -> Iterator[tuple[str, str]]:
    """What the comment on each part should be: who uses it, or what it is made from."""
    flows = [(id_.split("/")[1], uses) for id_, uses in found["service"]["pipelines"].items()]
    for section in ("receivers", "exporters"):
        for part in found[section]:
            users = {name for name, uses in flows if part in uses[section]}
            yield part, ", ".join(f"flow {name}" for name in sorted(users))
    for part in found["processors"]:
        _, _, name = part.partition("/")
        readers = {reader for reader, uses in flows if part in uses["processors"]}
        of_nodes = ", ".join(f"flow {reader} reads from nodes" for reader in sorted(readers))
        unnamed = {"memory_limiter": "spec.memoryLimiter", "resource": of_nodes}
        yield part, f"processor {name}" if name else unnamed[part]


def test_it_is_sorted_below_its_sections(texts: frozenset[str]) -> None:
    for text in texts:
        found = parsed(text)
        assert list(found) == [name for name in SECTIONS if name in found]
        for section in found.values():
            assert unsorted(section) == []
        if LAID_OVER in text:
            continue  # lists of the author's are in the author's order
        for pipeline in found["service"]["pipelines"].values():
            for parts in ("receivers", "exporters"):
                assert pipeline[parts] == sorted(pipeline[parts])


def unsorted(value: Any) -> list[Any]:
    """The maps in *value* whose keys are in another order."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    mine = [value] if isinstance(value, dict) and list(value) != sorted(value) else []
    return [*mine, *(each for item in inner for each in unsorted(item))]


def test_whatever_is_there_is_used(texts: frozenset[str]) -> None:
    for text in texts:
        if LAID_OVER in text:
            continue  # the author may keep something for later
        found = parsed(text)
        pipelines = found["service"]["pipelines"].values()
        for section in USED:
            used = {part for pipeline in pipelines for part in pipeline[section]}
            assert used == set(found[section])
        assert found["service"]["extensions"] == list(found["extensions"])


# What 0.165 refuses of HTTP servers and clients, or 0.155 does; and what is another name by now.
REFUSED = {"idle_timeout", "idle_conn_timeout", "max_idle_conns", "address"}
OF_GRPC = re.compile(r"^ +grpc:\n(?: +\S.*\n)*? +keepalive:$", re.M)
ALIASES = {"exporters": {"otlp", "otlphttp", "prometheusremotewrite"}}


def test_nothing_is_said_that_a_newer_or_older_collector_refuses(texts: frozenset[str]) -> None:
    for text in texts:
        found = parsed(text)
        assert not REFUSED & set(keys(found))
        assert text.count(" keepalive:") == len(OF_GRPC.findall(text))
        for section, names in ALIASES.items():
            assert not names & {part.partition("/")[0] for part in found[section]}


SERVER, CLIENT = "        endpoint: 0.0.0.0:4318\n", "    endpoint: http://otel.example.com:4318\n"


@pytest.mark.parametrize(
    ("place", "key", "value", "refused_by"),
    [
        (SERVER, "idle_timeout", "1m", programs.NEWER_COLLECTOR),
        (CLIENT, "idle_conn_timeout", "1m", programs.NEWER_COLLECTOR),
        (CLIENT, "max_idle_conns", "9", programs.NEWER_COLLECTOR),
        (SERVER, "keepalive", "{}", programs.COLLECTOR),
        (CLIENT, "keepalive", "{}", programs.COLLECTOR),
    ],
)
def test_one_of_them_refuses_it_and_the_other_does_not(
    program: Callable[[programs.Module], Path],
    place: str,
    key: str,
    value: str,
    refused_by: programs.Module,
) -> None:
    said = {}
    for module in (programs.COLLECTOR, programs.NEWER_COLLECTOR):
        indent = " " * (len(place) - len(place.lstrip()))
        text = PIPELINE.replace(place, f"{place}{indent}{key}: {value}\n")
        said[module] = validate(program(module), text)
    if len(set(map(program, said))) == 1:
        pytest.skip("COLLECTOR_BIN stands for both")
    assert f"has invalid keys: {key}" in said.pop(refused_by)
    assert [*said.values()] == [""]


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from keys(each)


def test_the_memory_limiter_comes_first(texts: frozenset[str]) -> None:
    """Behind another processor it would refuse what that has already spent memory on."""
    for text in texts:
        for pipeline in parsed(text)["service"]["pipelines"].values():
            assert pipeline["processors"][0] == "memory_limiter"
