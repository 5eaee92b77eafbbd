"""Every case of a Connector. `pytest --update` rewrites the answers."""

from pathlib import Path

import pytest

from hooks.collector.connector import SINKS, SOURCES, USES, Connector
from tests.collector import cases


@pytest.mark.parametrize("path", cases.files(), ids=lambda path: path.stem)
def test_the_answers_are_those_of_the_cases(path: Path, request: pytest.FixtureRequest) -> None:
    found = cases.load(path)
    answered = [case | {"answer": cases.answer(case["spec"])} for case in found]
    if request.config.getoption("--update"):
        cases.save(path, answered)
    for case, now in zip(found, answered, strict=True):
        assert case["why"].endswith((".", "?"))
        assert now == case


def test_every_type_has_cases_in_a_file_of_its_own() -> None:
    types = {f"source.{name}" for name in SOURCES} | {f"sink.{name}" for name in SINKS}
    assert set(USES) == types
    for type_ in types:
        section, name = type_.split(".")
        file = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
        found = cases.load(cases.ROOT / f"{section}-{file}.yaml")
        assert any(name in case["spec"].get(section, {}) for case in found)


def test_equal_listeners_are_equal_receivers_whatever_the_connectors_name() -> None:
    """Two Pipelines' flows share a port only if nothing at all is different."""
    spec = {"source": {"otlp": {"grpc": {}, "tls": {"certificateRef": {"name": "a"}}}}}
    one = Connector.model_validate(spec)
    assert one.receivers("one") == one.receivers("other")
    spec = {"source": {"otlp": {"grpc": {}, "tls": {"certificateRef": {"name": "b"}}}}}
    other = Connector.model_validate(spec)
    assert one.listeners() != other.listeners()
    assert one.receivers("one") != other.receivers("one")
