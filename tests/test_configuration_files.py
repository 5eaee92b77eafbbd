"""What a Configuration's file says is what an independent reader reads in it."""

import io
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import dotenv
import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import example, given, settings

from hooks.configuration import ConfigurationSpec, file, refusal, variables
from hooks.configuration.files import texts

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    [
        *(
            "",
            " ",
            "yes",
            "NO",
            "~",
            "null",
            "010",
            "0x1f",
            "1:30",
            "1_000",
            "1e3",
            ".inf",
            "=",
            "<<",
        ),
        *("2026-11-23", "a: b", "- a", "#", "!x", "&a", "*a", "%TAG", "---", "...", "{", "'", '"'),
        *("two\nlines\n", "\n", "\r\n", "tab\t", "$HOME", "${HOME}", "`id`", "$(id)", "it's", "\\"),
        *(
            "a\\\\b\\",
            "\\'",
            "\u2028",
            "\u2029",
            "\x85",
            "\ufeff",
            "\ufffe",
            "é",
            "😀",
            "\x7f",
            "\x01",
        ),
    ]
)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = TEXTS | NUMBERS | st.booleans()


def objects(scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    inner = st.recursive(
        scalars,
        lambda each: st.lists(each, max_size=3) | st.dictionaries(TEXTS, each, max_size=3),
        max_leaves=8,
    )
    return st.dictionaries(TEXTS, inner, max_size=4)


VARIABLES = st.dictionaries(
    st.from_regex(r"v_[a-zA-Z0-9_]{0,8}", fullmatch=True),
    SCALARS.filter(lambda value: "\0" not in str(value)),
    max_size=4,
)


def text_of(format: str, values: dict[str, Any]) -> str:  # noqa: A002
    spec = ConfigurationSpec.model_validate({"format": format, "values": values})
    assert refusal(spec) is None
    name, text = file(spec)
    assert name == f"config.{format}"
    return text


def same(left: Any, right: Any) -> bool:
    """Whether both are the same JSON, where true is not 1, and 1.0 may be written as 1."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def shuffled(values: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(values.items()))


@given(objects(SCALARS | st.none()))
@settings(max_examples=300)
def test_yaml_says_what_its_values_are(values: dict[str, Any]) -> None:
    text = text_of("yaml", values)
    assert same(yaml.safe_load(text), values)
    assert text == text_of("yaml", shuffled(values))
    assert not re.search(r"(^|\s)[&*][a-z0-9]+", re.sub(r'"(\\.|[^"\\])*"', '""', text))


# Words and numbers of YAML 1.1, 1.2 and of what is read as either.
@pytest.mark.parametrize(
    "word", ["yes", "Off", "y", "~", "010", "0o17", "1:30", "1e3", "2026-11-23"]
)
def test_texts_stay_texts_for_every_version_of_yaml(word: str) -> None:
    assert text_of("yaml", {word: word}) == f'"{word}": "{word}"\n'


def test_no_anchor_stands_for_what_is_there_twice() -> None:
    shared = {"a": [1]}
    assert text_of("yaml", {"p": shared, "q": shared}) == "p:\n  a:\n  - 1\nq:\n  a:\n  - 1\n"


@given(objects(SCALARS | st.none()))
@settings(max_examples=300)
def test_json_says_what_its_values_are(values: dict[str, Any]) -> None:
    text = text_of("json", values)
    assert same(json.loads(text), values)
    assert text == text_of("json", shuffled(values))


@given(objects(SCALARS))
@settings(max_examples=300)
def test_toml_says_what_its_values_are(values: dict[str, Any]) -> None:
    text = text_of("toml", values)
    assert same(tomllib.loads(text), values)
    assert text == text_of("toml", shuffled(values))


@given(values=VARIABLES)
@example(values={"v_": "a\\\\b$HOME'\"`id`\n\u2028"})
def test_env_says_to_a_shell_what_its_values_are(
    values: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("env") / "config.env"
    path.write_text(text_of("env", values), newline="")
    assert sourced(path) == texts(values)
    assert path.read_bytes().decode() == text_of("env", shuffled(values))


def sourced(path: Path) -> dict[str, str]:
    """The variables that a POSIX shell has after reading *path*."""
    env = shutil.which("env")
    script = f'set -a; . "{path}"; exec {env} -0'
    done = subprocess.run(["sh", "-c", script], env={"HOME": "/"}, capture_output=True, check=True)
    assert done.stderr == b""
    pairs = (pair.decode().split("=", 1) for pair in done.stdout.split(b"\0") if pair)
    return {name: value for name, value in pairs if name.startswith("v_")}


@given(SCALARS.filter(lambda value: "\0" not in str(value)))
@example('it\'s "x" \\ \n #')
@settings(max_examples=500)
def test_env_says_the_same_to_other_readers_where_both_can_say_it(value: Any) -> None:
    """They know no `\\$` in double quotes, and some take a backslash out of single ones."""
    stream = io.StringIO(text_of("env", {"v": value}), newline="")
    (text,) = texts({"v": value}).values()
    if not (re.search(r"[$`]", text) and re.search(r"['\\]", text)):
        assert dotenv.dotenv_values(stream=stream, interpolate=False) == {"v": text}


@given(st.dictionaries(TEXTS, SCALARS, max_size=4))
@settings(max_examples=300)
def test_properties_say_what_their_values_are(values: dict[str, Any]) -> None:
    text = text_of("properties", values)
    assert read_properties(text) == texts(values)
    assert text.isascii()
    assert text == text_of("properties", shuffled(values))


def read_properties(text: str) -> dict[str, str]:
    """As java.util.Properties.load reads it, as far as its documentation says."""
    found = {}
    joined = re.sub(r"(?<!\\)((?:\\\\)*)\\(\r\n|\n|\r)[ \t\f]*", r"\1", text)
    for line in re.split(r"\r\n|\n|\r", joined):
        line = line.lstrip(" \t\f")
        if not line or line[0] in "#!":
            continue
        match = re.fullmatch(
            r"((?:\\.|[^\\=: \t\f])*)(?:[ \t\f]*[=:]|[ \t\f]+|$)[ \t\f]*(.*)", line
        )
        assert match
        found[unescaped(match[1])] = unescaped(match[2])
    return found


def unescaped(text: str) -> str:
    special = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}

    def char(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else special.get(match[2], match[2])

    units = re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", char, text)
    return units.encode("utf-16", "surrogatepass").decode("utf-16")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"b": "x y", "a": 7, "c": True, "d": 1e30, "e": 0.5},
            {"a": "7", "b": "x y", "c": "true", "d": "1e+30", "e": "0.5"},
        ),
        ({}, {}),
    ],
)
def test_variables_are_texts(values: dict[str, Any], expected: dict[str, str]) -> None:
    for format_ in ("env", "properties"):
        spec = ConfigurationSpec.model_validate({"format": format_, "values": values})
        assert list(variables(spec).items()) == list(expected.items())


@pytest.mark.parametrize("format_", ["yaml", "json", "toml"])
def test_what_can_nest_sets_no_variables(format_: str) -> None:
    spec = ConfigurationSpec.model_validate({"format": format_, "values": {"A": "x"}})
    assert variables(spec) == {}


@pytest.mark.parametrize("name", ["a", ".a", "a..b", "-", "_.", "x" * 253, "A.b-c_d"])
def test_a_file_is_called_as_its_author_says(name: str) -> None:
    document = {"format": "json", "fileName": name, "values": {}}
    assert file(ConfigurationSpec.model_validate(document)) == (name, "{}\n")
