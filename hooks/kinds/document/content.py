"""Whether a Document's content is what its format says."""

import re

from pydantic_core import from_json

from hooks import safe_yaml
from hooks.kinds.document.model import DocumentSpec

PLACE = re.compile(r"line (\d+) column (\d+)$")


def syntax_error(spec: DocumentSpec) -> str | None:
    """Why the content cannot be taken for what its format says, and where; None if it can."""
    if spec.format == "json":
        return json_error(spec.content)
    if spec.format == "yaml":
        return safe_yaml.syntax_error(spec.content)
    return None


def json_error(content: str) -> str | None:
    try:
        from_json(content, allow_inf_nan=False)
    except ValueError as error:
        return PLACE.sub(lambda found: place(content, found), str(error))
    return None


def place(content: str, found: re.Match[str]) -> str:
    """Where the parser stopped, which counts the bytes of a line, in characters."""
    line, column = int(found[1]), int(found[2])
    before = content.split("\n")[line - 1].encode()[: max(column - 1, 0)]
    return f"line {line} column {len(before.decode(errors='ignore')) + 1}"
