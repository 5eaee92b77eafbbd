"""The real collector takes what Pipelines render; what it would not see, or only it, is known."""

import re
import socket
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from hooks.collector import node, positions
from hooks.collector.sources.host_metrics import HOST_ROOT
from hooks.kinds.pipeline.refused import Refused
from tests.cluster import programs
from tests.cluster.process import ProcessFailed
from tests.collector.ports import LOOPBACK
from tests.collector.process import Collector
from tests.collector.rendered import (
    needed,
    of_drawn_specs,
    of_examples,
    of_golden_cases,
    rendered,
    specification,
    types,
    unchecked,
)
from tests.collector.validation import components, validate

AT_ONCE = 4
VARIABLE = re.compile(rf"\$\{{env:(CONNECTOR_\w+|{node.VARIABLE})\}}")


def refusals(binary: Path, texts: Collection[str]) -> dict[str, str]:
    """What the collector says of those *texts* that it refuses."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        said = pool.map(lambda text: validate(binary, text, secrets(text)), texts)
        return {text: reason for text, reason in zip(texts, said, strict=True) if reason}


def secrets(text: str) -> dict[str, str]:
    """A value for each variable that it refers to, and the pod has."""
    return dict.fromkeys(VARIABLE.findall(text), "secret")


@pytest.mark.parametrize(
    ("module", "least"),
    [
        pytest.param(programs.COLLECTOR, 9, id="in every mode"),
        pytest.param(programs.SCRAPING_COLLECTOR, 1, id="that scrape"),
        pytest.param(programs.OLDER_COLLECTOR, 3, id="of agents"),
        pytest.param(programs.NEWER_COLLECTOR, 20, id="at the newest version"),
    ],
)
def test_the_collector_takes_all_golden_ones(
    program: Callable[[programs.Module], Path],
    tmp_path: Path,
    module: programs.Module,
    least: int,
) -> None:
    texts = placed(of_golden_cases(), module, tmp_path)
    assert len(texts) >= least
    assert refusals(program(module), texts) == {}


def test_the_newest_collector_takes_those_of_all_examples(
    program: Callable[[programs.Module], Path], client: FlaskClient, tmp_path: Path
) -> None:
    """It has all of their parts."""
    found = of_examples(client)
    assert {"agents/agent", "default/metrics", "default/web"} < found.keys()
    module = programs.NEWER_COLLECTOR
    texts = placed(found.values(), module, tmp_path)
    assert refusals(program(module), texts) == {}


@pytest.mark.parametrize(
    ("module", "least"),
    [
        pytest.param(programs.COLLECTOR, 200, id="of most"),
        pytest.param(programs.SCRAPING_COLLECTOR, 20, id="that scrape"),
        pytest.param(programs.OLDER_COLLECTOR, 50, id="of agents, and with rows"),
        pytest.param(programs.NEWER_COLLECTOR, 280, id="at the newest version"),
    ],
)
def test_the_collector_takes_hundreds_of_drawn_ones(
    program: Callable[[programs.Module], Path],
    tmp_path: Path,
    module: programs.Module,
    least: int,
) -> None:
    known = components(program(module))
    found = {text for text in of_drawn_specs() if types(text) <= known}
    texts = placed(found, module, tmp_path)
    assert len(texts) >= least
    assert refusals(program(module), texts) == {}


def placed(texts: Collection[str], module: programs.Module, folder: Path) -> set[str]:
    """Those of *texts* that *module* is asked about, with *folder* for what only pods have."""
    return {
        text.replace(positions.FOLDER, str(folder)).replace(HOST_ROOT, str(folder))
        for text in texts
        if module in (needed(text), programs.NEWER_COLLECTOR)
    }


@pytest.mark.parametrize(
    ("port", "user"),
    [
        pytest.param(
            4317,
            "OTLP over grpc (without TLS) of flow one, and this is OTLP over http (without TLS)",
            id="another protocol's",
        ),
        pytest.param(13133, "the collector's probes", id="the probes'"),
        pytest.param(8888, "the collector's own metrics", id="the metrics'"),
    ],
)
def test_a_port_taken_twice_is_found_by_us_alone(
    collector: Path, tmp_path: Path, port: int, user: str
) -> None:
    """Otherwise the init container would let it pass, and the collector would never start."""
    spec = specification(
        f"""
        flows:
        - {{name: one, from: [otlp: {{grpc: {{}}}}], to: [debug: {{}}]}}
        - {{name: other, from: [otlp: {{http: {{port: {port}}}}}], to: [debug: {{}}]}}
        """
    )
    assert validate(collector, unchecked(spec)) == ""
    with pytest.raises(ProcessFailed, match="address already in use"):
        Collector(collector, unchecked(spec), tmp_path)
    with pytest.raises(Refused) as refused:
        rendered(spec)
    place = "spec.flows[1].from[0].otlp.http"
    assert refused.value == Refused(
        "PortConflict", f"{place}: port {port} is taken by {user}; choose another."
    )


@pytest.mark.parametrize(
    ("signal", "condition", "reason"),
    [
        pytest.param(
            "logs",
            'log.bodi == "a"',
            'unable to parse OTTL condition "log.bodi == \\"a\\"": segment "bodi" from path '
            '"log.bodi" is not a valid path',
            id="an unknown path",
        ),
        pytest.param(
            "logs",
            'span.name == "$5"',
            'context "span" inferred from the conditions ["span.name == \\"$5\\""] is not '
            "a supported context",
            id="another signal's path",
        ),
        pytest.param(
            "metrics",
            'name == "a"',
            "unable to infer context from conditions",
            id="a path without context",
        ),
        pytest.param(
            "traces",
            "IsHealth(span.name)",
            'context "span" does not support the function "IsHealth"',
            id="an unknown function",
        ),
        pytest.param(
            "traces",
            'span.name == "a" or',
            'condition has invalid syntax: 1:20: unexpected token "<EOF>"',
            id="half a condition",
        ),
    ],
)
def test_a_wrong_condition_is_found_by_the_collector_alone(
    collector: Path, signal: str, condition: str, reason: str
) -> None:
    """So the init container asks it, and its log names the processor and what is wrong with it."""
    spec = specification(
        f"""
        flows:
        - {{name: all, from: [otlp: {{grpc: {{}}}}], process: [noise], to: [debug: {{}}]}}
        processors:
        - name: noise
          filter: {{{signal}: ['{condition}']}}
        """
    )
    said = validate(collector, rendered(spec))
    assert said.startswith("processors::filter/noise: ")
    assert reason in said


@pytest.mark.parametrize(
    ("processor", "reason"),
    [
        pytest.param(
            {"transform": {"logs": ['set(log.bodi, "a")']}},
            'segment "bodi" from path "log.bodi" is not a valid path',
            id="a statement",
        ),
        pytest.param(
            {"redact": {"blockedValues": ["(?=a)"]}},
            "invalid or unsupported Perl syntax: `(?=`",
            id="a regular expression",
        ),
    ],
)
def test_wrong_statements_and_expressions_are_found_by_the_collector_alone(
    collector: Path, processor: dict[str, Any], reason: str
) -> None:
    spec = specification(
        "flows: [{name: all, from: [otlp: {grpc: {}}], process: [it], to: [debug: {}]}]",
        processors=[{"name": "it", **processor}],
    )
    assert reason in validate(collector, rendered(spec))


LAID_OVER = """
flows:
- {name: all, signals: [logs], from: [otlp: {grpc: {}}], to: [debug: {}]}
"""
UNREACHABLE = {"receivers": {"otlp/grpc-4317": {"protocols": {"grpc": {"transport": "unix"}}}}}


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param(
            {
                "receivers": {"otlp/more": {"protocols": {"http": {"endpoint": "[::]:4317"}}}},
                "service": {
                    "pipelines": {"logs/all": {"receivers": ["otlp/grpc-4317", "otlp/more"]}}
                },
            },
            id="a port that is taken",
        ),
        pytest.param({"extensions": {"health_check": {"path": "/healthz"}}}, id="other probes"),
        pytest.param({"service": {"extensions": []}}, id="no probes"),
        pytest.param({"service": {"pipelines": {"logs/all": {"processors": []}}}}, id="no limiter"),
        pytest.param({"service": {"telemetry": {"metrics": {"level": "none"}}}}, id="no metrics"),
        pytest.param(UNREACHABLE, id="a socket that is a file"),
        pytest.param({"processors": {"memory_limiter::limit_percentage": 99}}, id="no limit"),
    ],
)
def test_what_would_break_the_pods_is_found_by_us_alone(
    collector: Path, extra: dict[str, Any]
) -> None:
    spec = specification(LAID_OVER, extraConfig=extra)
    assert validate(collector, unchecked(spec)) == ""
    with pytest.raises(Refused) as refused:
        rendered(spec)
    assert refused.value.reason in ("ExtraConfigConflict", "InvalidExtraConfig")


def test_nobody_could_connect_to_a_socket_that_is_a_file(collector: Path, tmp_path: Path) -> None:
    text = unchecked(specification(LAID_OVER, extraConfig=UNREACHABLE))
    with (
        Collector(collector, text, tmp_path) as running,
        pytest.raises(ConnectionRefusedError),
    ):
        socket.create_connection((LOOPBACK, running.port(4317)), 10)


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        pytest.param(
            {"processors": {"memory_limiter/2": {"check_intervall": "1s"}}},
            "'memorylimiter.Config' has invalid keys: check_intervall",
            id="a key",
        ),
        pytest.param(
            {"service": {"pipelines": {"logs/all": {"exporters": ["debug/other"]}}}},
            'references exporter "debug/other" which is not configured',
            id="a component",
        ),
        pytest.param({"receivers": {"otlp/grpc-4317": {"protocols": "http"}}}, "", id="a type"),
    ],
)
def test_what_else_is_wrong_with_what_is_laid_over_is_the_collectors_to_find(
    collector: Path, extra: dict[str, Any], reason: str
) -> None:
    spec = specification(LAID_OVER, extraConfig=extra)
    said = validate(collector, unchecked(spec))
    assert said != ""
    assert reason in said
