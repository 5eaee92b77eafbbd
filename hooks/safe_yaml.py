"""YAML from people, judged by its stream of events before anything is built of it; and for them."""

import json
import math
import re
from functools import lru_cache
from typing import Any

import yaml

# Scanning takes quadratic time in each of these.
DEEPEST = 64
MOST_DIRECTIVES = 16
BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")  # of lines, in YAML
DIRECTIVE = re.compile(rf"(?:^|{BREAK.pattern})%TAG")


# Characters, so that all that is remembered stays small beside what a pod may have.
LONGEST_REMEMBERED = 4096


class Loader(yaml.CSafeLoader):
    """As Kubernetes reads YAML: no timestamps, since JSON has none."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}

# Numbers of YAML 1.1 that nobody means: 010 is eight, 1:30 is ninety.
MISLEADING = re.compile(r"[-+]?(0[0-9_]+|[0-9][0-9_]*(:[0-5]?[0-9])+)(\.[0-9_]*)?")
INT64 = range(-(2**63), 2**63)


class Dumper(yaml.CSafeDumper):
    """Without anchors: each place says what it means. In C, which takes a quarter of the time."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


# Texts that every reader of YAML, of whichever version, takes for texts without quotes.
PLAIN = re.compile(r"[a-zA-Z][-a-zA-Z0-9_./]*", re.ASCII)
WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
UNLIMITED = 2**31 - 1


class Writer(Dumper):
    """Writes texts that stay texts."""


def _text(dumper: Writer, value: str) -> yaml.Node:
    plain = PLAIN.fullmatch(value) and value.lower() not in WORDS
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


Writer.add_representer(str, _text)


def dumped(value: Any) -> str:
    """*value*, of JSON, in block style, sorted, each text in one line."""
    text = json.dumps(value, sort_keys=True)
    return _remembered(text) if len(text) <= LONGEST_REMEMBERED else _dumped(value)


@lru_cache(maxsize=1024)  # nearly all configurations have most of their parts in common
def _remembered(text: str) -> str:
    return _dumped(json.loads(text))


def _dumped(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=Writer, allow_unicode=True, width=UNLIMITED)
    return text


def syntax_error(text: str) -> str | None:
    """Why *text* cannot be read, and where; None if it can.

    Judged by events alone: building values of any text can take any memory and the stack.
    """
    directives = [found.end() for found in DIRECTIVE.finditer(text)]
    if len(directives) > MOST_DIRECTIVES:
        lines = len(BREAK.findall(text, 0, directives[MOST_DIRECTIVES])) + 1
        return f"more than {MOST_DIRECTIVES} lines begin with %TAG at line {lines} column 1"
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
        refused = surprise(event)
        if refused:
            raise ValueError(f"{refused} {position(event.start_mark)}, which is not allowed here")
    try:
        loader = Loader(text)
        node = loader.get_single_node()
        refuse_repeated_keys(node)
        return None if node is None else as_json(loader.construct_document(node))
    except yaml.MarkedYAMLError as mistake:
        raise ValueError(f"{mistake.problem} {position(mistake.problem_mark)}") from None


def surprise(event: yaml.Event) -> str | None:
    """What of *event* is not what it looks like."""
    if isinstance(event, yaml.AliasEvent):
        return "an alias"
    if getattr(event, "tag", None):
        return "a tag"
    if (
        isinstance(event, yaml.ScalarEvent)
        and event.implicit[0]
        and MISLEADING.fullmatch(event.value)
    ):
        return f"the number {event.value[:20]}"
    return None


def refuse_repeated_keys(node: yaml.Node | None) -> None:
    """Raises ValueError: of two equal keys YAML takes the last, and says nothing."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if isinstance(key.value, str) and key.value in seen:
                raise ValueError(f"key {key.value} twice {position(key.start_mark)}")
            seen.add(str(key.value))
            refuse_repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            refuse_repeated_keys(item)


def as_json(value: Any) -> Any:
    """*value* with texts as keys, as in JSON. Raises ValueError for what JSON cannot say."""
    if isinstance(value, dict):
        return {key_text(key): as_json(member) for key, member in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"the number {value}")
    if isinstance(value, int) and value not in INT64:
        raise ValueError("a number of more than 64 bits")
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(f"a value of type {type(value).__name__}")


def key_text(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def position(mark: Any) -> str:
    return f"at line {mark.line + 1} column {mark.column + 1}"
