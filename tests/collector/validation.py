"""What the collector itself thinks of a configuration."""

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.environment import ENVIRONMENT

SECONDS = 30
SECTIONS = ("receivers", "processors", "exporters", "connectors", "extensions")

# The collector may log before it prints the reason; a released one also logs the reason itself.
REASON = re.compile(r"^Error: (.*?)\s*(^\d{4}[-/]\d\d[-/]\d\d[ T].*)?\Z", re.M | re.S)


def components(binary: Path) -> frozenset[str]:
    """The types of all components that the collector has, with their older names.

    As it says when asked for another: at 0.149 the command that lists them leaves out those that
    have an older name.
    """
    said = validate(binary, json.dumps({section: {"unknown": {}} for section in SECTIONS}))
    return frozenset(" ".join(re.findall(r"\(valid values: \[(.*?)\]\)", said)).split())


def validate(binary: Path, configuration: str, environment: Mapping[str, str] | None = None) -> str:
    """Why the collector refuses *configuration*, or "" if it does not.

    *environment* is laid over ours: a variable that feeds a required field must be set.
    """
    result = subprocess.run(
        [binary, "validate", "--config=/dev/stdin"],
        input=configuration,
        env={**ENVIRONMENT, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if result.returncode == 0:
        return ""
    found = REASON.search(result.stderr)
    return found[1] if found else f"ended with code {result.returncode}: {result.stderr}"
