"""Whether a Document's content is what its format says."""

import re
from typing import Any

import yaml
from pydantic_core import from_json

from hooks.kinds.document.model import DocumentSpec

# Scanning takes quadratic time in each of these.
DEEPEST = 64
MOST_DIRECTIVES = 16
DIRECTIVE = re.compile(r"(?:^|[\n\r\x85\u2028\u2029])%TAG")  # YAML's line breaks


def syntax_error(spec: DocumentSpec) -> str | None:
    """Why the content cannot be taken for what its format says, and where; None if it can."""
    if spec.format == "json":
        return json_error(spec.content)
    if spec.format == "yaml":
        return yaml_error(spec.content)
    return None


def json_error(content: str) -> str | None:
    try:
        from_json(content, allow_inf_nan=False)
    except ValueError as error:
        return str(error)
    return None


def yaml_error(content: str) -> str | None:
    """Judged by the stream of events: building values of it can take any memory and the stack."""
    directives = len(DIRECTIVE.findall(content))
    if directives > MOST_DIRECTIVES:
        return f"{directives} lines begin with %TAG, of which {MOST_DIRECTIVES} are allowed"
    depth = 0
    try:
        for event in yaml.parse(content, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                return f"more than {DEEPEST} levels {position(event.start_mark)}"
    except yaml.MarkedYAMLError as error:
        return f"{error.problem} {position(error.problem_mark)}"
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes.
        before = content.encode()[: error.position].decode(errors="ignore")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return f"{error.reason} at line {line} column {column}"
    return None


def position(mark: Any) -> str:
    return f"at line {mark.line + 1} column {mark.column + 1}"
