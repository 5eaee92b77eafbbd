"""The file that a Configuration is: the same values make the same bytes.

Sound values only, see `refusal`.
"""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

import javaproperties
import tomli_w

from hooks.characters import escaped
from hooks.configuration.model import ConfigurationSpec, Format
from hooks.configuration.values import FLAT
from hooks.safe_yaml import dumped

# What a shell expands within double quotes, and all that is special there.
EXPANDED = re.compile(r"[$`]")
SPECIAL = re.compile(r'[\\"$`]')


def file(spec: ConfigurationSpec) -> tuple[str, str]:
    """The file's name and text."""
    return spec.file_key, WRITERS[spec.format](spec.values)


def variables(spec: ConfigurationSpec) -> dict[str, str]:
    """The values as texts by key, sorted; none for a format that is not flat.

    Kubernetes expands $(X) in an environment variable: whoever sets one has to double the $. And
    properties have any characters in keys, and NUL in texts.
    """
    return texts(spec.values) if spec.format in FLAT else {}


def texts(values: dict[str, Any]) -> dict[str, str]:
    """Texts as they are, and the rest as JSON says it."""
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in sorted(values.items())
    }


def json_text(values: dict[str, Any]) -> str:
    return escaped(json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False)) + "\n"


def toml_text(values: dict[str, Any]) -> str:
    return escaped(tomli_w.dumps(ordered(values)))


def ordered(value: Any) -> Any:
    """*value* with the keys of every object sorted."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    return [ordered(item) for item in value] if isinstance(value, list) else value


def env_text(values: dict[str, Any]) -> str:
    return "".join(f"{key}={quoted(text)}\n" for key, text in texts(values).items())


def quoted(text: str) -> str:
    """*text* for a POSIX shell, and where that allows it for other readers of .env files.

    Those know quotes around the whole only, which `shlex` breaks up for a single quote; some take
    a backslash out of single quotes, and most know no escaped $ in double ones.
    """
    if "'" in text or ("\\" in text and not EXPANDED.search(text)):
        return '"' + SPECIAL.sub(r"\\\g<0>", text) + '"'
    return shlex.quote(text)


def properties_text(values: dict[str, Any]) -> str:
    """In ASCII, since older Java reads Latin-1 and newer UTF-8; without the time of the writing."""
    text: str = javaproperties.dumps(texts(values), timestamp=None)
    return text


WRITERS: Mapping[Format, Callable[[dict[str, Any]], str]] = {
    "yaml": dumped,
    "json": json_text,
    "toml": toml_text,
    "env": env_text,
    "properties": properties_text,
}
