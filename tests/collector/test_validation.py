"""The collector's judgement arrives here, in its own words and without noise."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cluster import programs
from tests.collector import PIPELINE
from tests.collector.validation import components, validate


def test_a_sound_configuration_has_nothing_to_say(collector: Path) -> None:
    assert validate(collector, PIPELINE) == ""


@pytest.mark.parametrize(
    ("sound", "broken", "reason"),
    [
        pytest.param(
            "check_interval: 1s",
            "check_interval: 1s\n    limit: 80",
            "'memorylimiter.Config' has invalid keys: limit",
            id="an unknown key",
        ),
        pytest.param(
            "processors: [memory_limiter, filter/noise,",
            "processors: [memory_limiter, filter/other,",
            'references processor "filter/other" which is not configured',
            id="an undefined component",
        ),
        pytest.param(
            "log.severity_number <",
            "log.severity_nummer <",
            'segment "severity_nummer" from path "log.severity_nummer" is not a valid path',
            id="OTTL that names nothing",
        ),
        pytest.param(
            "log.severity_number <",
            "log.severity_number <<",
            "condition has invalid syntax",
            id="OTTL that cannot be read",
        ),
        pytest.param(
            "endpoint: otel.example.com:4317",
            'endpoint: ""',
            'exporters::otlp_grpc/next: requires a non-empty "endpoint"',
            id="a missing endpoint",
        ),
    ],
)
def test_a_broken_one_has_the_reason(collector: Path, sound: str, broken: str, reason: str) -> None:
    assert sound in PIPELINE
    said = validate(collector, PIPELINE.replace(sound, broken))
    assert reason in said
    assert said.count(reason) == 1
    assert not said.startswith("Error")


def test_variables_are_those_of_the_call(collector: Path) -> None:
    configuration = PIPELINE.replace("otel.example.com:4317", "${env:NEXT}")
    assert "endpoint" in validate(collector, configuration)
    assert validate(collector, configuration, {"NEXT": "otel.example.com:4317"}) == ""


def test_components_have_their_older_names_too(program: Callable[[programs.Module], Path]) -> None:
    """Or what has some of them would not be taken for a configuration of that collector."""
    found = components(program(programs.OLDER_COLLECTOR))
    assert found >= {"file_log", "filelog", "hostmetrics", "otlp_grpc", "otlp", "clickhouse"}
    assert found >= {"debug", "nop", "memory_limiter", "resource", "file_storage", "health_check"}
    assert "unknown" not in found
