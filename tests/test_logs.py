"""Log lines: one JSON object each, or text for people."""

import json
import logging
from typing import Any

import pytest

from hooks.logs import JsonFormatter, TextFormatter


def record(error: bool = False, **fields: Any) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": "orasi", "levelname": "INFO", "msg": "a %s", "args": ("call",), "created": 0.5}
    )
    if fields:
        made.fields = fields
    if error:
        try:
            raise ValueError("two\nlines")
        except ValueError as raised:
            made.exc_info = (ValueError, raised, raised.__traceback__)
    return made


def test_a_line_is_one_json_object() -> None:
    line = JsonFormatter().format(record(kind="document", ms=1.5))
    assert json.loads(line) == {
        "time": "1970-01-01T00:00:00.500+00:00",
        "level": "info",
        "logger": "orasi",
        "message": "a call",
        "kind": "document",
        "ms": 1.5,
    }


def test_a_traceback_stays_in_the_line() -> None:
    line = JsonFormatter().format(record(error=True))
    assert "\n" not in line
    assert json.loads(line)["exception"].endswith("ValueError: two\nlines")


@pytest.mark.parametrize(
    ("fields", "line"), [({}, "a call"), ({"code": 200, "ms": 1.5}, "a call code=200 ms=1.5")]
)
def test_text_is_for_people(fields: dict[str, Any], line: str) -> None:
    assert TextFormatter("%(message)s").format(record(**fields)) == line
