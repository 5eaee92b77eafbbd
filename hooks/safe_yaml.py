"""YAML from people, judged by its stream of events before anything is built of it; and for them."""

import math
import re
from typing import Any

import yaml

# Scanning takes quadratic time in each of these.
DEEPEST = 64
MOST_DIRECTIVES = 16
DIRECTIVE = re.compile(r"(?:^|[\n\r\x85\u2028\u2029])%TAG")  # YAML's line breaks


class Loader(yaml.CSafeLoader):
    """As Kubernetes reads YAML: no timestamps, since JSON has none."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class Dumper(yaml.SafeDumper):
    """Without anchors: each place says what it means."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def syntax_error(text: str) -> str | None:
    """Why *text* cannot be read, and where; None if it can.

    Judged by events alone: building values of any text can take any memory and the stack.
    """
    directives = len(DIRECTIVE.findall(text))
    if directives > MOST_DIRECTIVES:
        return f"{directives} lines begin with %TAG, of which {MOST_DIRECTIVES} are allowed"
    depth = 0
    try:
        for event in yaml.parse(text, Loader=Loader):
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
        before = text.encode()[: error.position].decode(errors="ignore")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return f"{error.reason} at line {line} column {column}"
    return None


def parsed(text: str) -> Any:
    """The one document in *text* as JSON would have it; None if it is empty.

    Raises ValueError, which says what is wrong and where. Aliases and tags are refused: with them
    a few lines make a value of any size, or one that JSON cannot say.
    """
    error = syntax_error(text)
    if error:
        raise ValueError(error)
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError(f"an alias {position(event.start_mark)}, which is not allowed here")
        if getattr(event, "tag", None):
            raise ValueError(f"a tag {position(event.start_mark)}, which is not allowed here")
    try:
        return as_json(yaml.load(text, Loader))  # noqa: S506  # a safe loader
    except yaml.MarkedYAMLError as mistake:
        raise ValueError(f"{mistake.problem} {position(mistake.problem_mark)}") from None


def as_json(value: Any) -> Any:
    """*value* with texts as keys, as in JSON. Raises ValueError for what JSON cannot say."""
    if isinstance(value, dict):
        return {key_text(key): as_json(member) for key, member in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"the number {value}")
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(f"a value of type {type(value).__name__}")


def key_text(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def position(mark: Any) -> str:
    return f"at line {mark.line + 1} column {mark.column + 1}"
