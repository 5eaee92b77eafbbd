"""The real collectors take what Connectors render; what `validate` would not see is seen here."""

import re
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from hooks.collector.component import FOLDER
from hooks.collector.connector import Connector
from tests.cluster import programs
from tests.collector import cases
from tests.collector.connectors import COLLECTORS, Part, Pod, configuration, drawn, parts, strings
from tests.collector.process import Collector
from tests.collector.validation import validate

Program = Callable[[programs.Module], Path]
OF = pytest.mark.parametrize("module", COLLECTORS, ids=lambda module: module.name)
VARIABLE = re.compile(r"\$\{env:(\w+)\}")


def of_cases() -> list[Connector]:
    return [Connector.model_validate(spec) for spec in cases.sound()]


def each_part(of: Collection[Connector]) -> list[Part]:
    """Of Connectors with different names; parts of one name get others, too."""
    return [
        part.called(f"_{number}")
        for number, connector in enumerate(of)
        for part in parts(connector, f"c-{number}")
    ]


@OF
def test_they_take_every_case(program: Program, module: programs.Module, tmp_path: Path) -> None:
    found = [part for part in each_part(of_cases()) if part.is_in(module)]
    assert len(found) >= 5
    pod = Pod(tmp_path, found)
    text = pod.placed(configuration(found))
    assert validate(program(module), text, pod.environment) == ""


@OF
def test_they_take_hundreds_of_drawn_ones(
    program: Program, module: programs.Module, tmp_path: Path
) -> None:
    found = [part for part in each_part(drawn()) if part.is_in(module)]
    assert len(drawn()) >= 300
    assert len(found) >= 50
    pod = Pod(tmp_path, found)
    text = pod.placed(configuration(found))
    assert validate(program(module), text, pod.environment) == ""


def test_whatever_they_refer_to_is_there() -> None:
    """An extension that is not defined, or a variable that is not set, `validate` does not see."""
    for part in each_part([*of_cases(), *drawn()]):
        rendered = part.rendered
        settings = [rendered.component.settings, *(each.settings for each in rendered.extensions)]
        texts = list(strings(settings))
        files = {text for text in texts if text.startswith(FOLDER)}
        assert files == {each.file for each in rendered.files}
        variables = {name for text in texts for name in VARIABLE.findall(text)}
        assert variables == {each.name for each in rendered.variables}
        # Beside other text a value would be expanded in another way.
        assert all(VARIABLE.fullmatch(text) for text in texts if "$" in text)
        own = rendered.component.settings
        named = {own.get("auth", {}).get("authenticator"), own.get("storage")} - {None}
        assert named == {each.id for each in rendered.extensions}


@OF
def test_they_start_with_all_that_can_start_alone(
    program: Program, module: programs.Module, tmp_path: Path
) -> None:
    """So certificates, extensions and encodings are known, which `validate` does not look at.

    Listeners would meet on their ports, and ClickHouse's schema needs ClickHouse.
    """
    found = [
        part.alone()
        for part in each_part(of_cases())
        if part.is_in(module)
        and not part.rendered.component.id.startswith("otlp/")
        and part.rendered.component.settings.get("create_schema") is not True
    ]
    pod = Pod(tmp_path / "pod", found)
    with Collector(
        program(module), pod.placed(configuration(found)), tmp_path, environment=pod.environment
    ) as running:
        running.wait_until_at_rest()
    assert running.exit_code == 0
