"""Whether a Document's content is what its format says."""

from pydantic_core import from_json

from hooks import safe_yaml
from hooks.kinds.document.model import DocumentSpec


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
        return str(error)
    return None
