"""What names, label keys and label values may look like, and the words that refuse others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from orasi.cluster.memory.problems import Problem, invalid


@dataclass(frozen=True)
class NameRule:
    """A shape of text."""

    pattern: str
    longest: int
    explanation: str
    part: str = ""
    """Of what it is the rule, if of a part."""

    def problems(self, path: str, text: str, shown: str | None = None) -> Iterator[Problem]:
        """What is wrong with *text*; *shown* is the whole of which it is a part."""
        value = text if shown is None else shown
        if len(text) > self.longest:
            yield invalid(path, value, f"{self.part}must be no more than {self.longest} bytes")
        if not self._shape.fullmatch(text):
            yield invalid(path, value, f"{self.part}{self.explanation}{self.regex})")

    @cached_property
    def _shape(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @property
    def regex(self) -> str:
        return f"regex used for validation is '{self.pattern}'"


@dataclass(frozen=True)
class PathRule(NameRule):
    """What may stand between two slashes of a path."""

    pattern: str = "[^/%]+"
    longest: int = 0
    explanation: str = ""

    def problems(self, path: str, text: str, shown: str | None = None) -> Iterator[Problem]:
        value = text if shown is None else shown
        if text in (".", ".."):
            yield invalid(path, value, f"may not be '{text}'")
        for each in "/%":
            if each in text:
                yield invalid(path, value, f"may not contain '{each}'")


LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = rf"{LABEL}(\.{LABEL})*"
QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

OBJECT_NAMES = {
    "subdomain": NameRule(
        SUBDOMAIN,
        253,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
        "'.', and must start and end with an alphanumeric character (e.g. 'example.com', ",
    ),
    "label": NameRule(
        LABEL,
        63,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
        "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', ",
    ),
    "path": PathRule(),
}
"""By the name that a `Kind` has for its rule."""

PREFIX = replace(OBJECT_NAMES["subdomain"], part="prefix part ")
KEY = NameRule(
    QUALIFIED,
    63,
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', ",
    part="name part ",
)
DOMAIN = replace(
    OBJECT_NAMES["subdomain"],
    pattern=SUBDOMAIN.replace("[a-z0-9](", "_?[a-z0-9](").replace("[-a-z0-9]", "[-_a-z0-9]"),
    explanation=OBJECT_NAMES["subdomain"].explanation.replace("characters, ", "characters, '_', "),
)
VALUE = NameRule(
    f"({QUALIFIED})?",
    63,
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
    "'12345', ",
)


@lru_cache(maxsize=1024)  # all objects have the same few keys
def key_problems(path: str, key: str) -> tuple[Problem, ...]:
    """Keys of labels and annotations: `prefix.example.com/name`, or just `name`."""
    return tuple(_key_problems(path, key))


def _key_problems(path: str, key: str) -> Iterator[Problem]:
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        example = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        yield invalid(path, key, f"a valid label key {KEY.explanation}{KEY.regex}) {example}")
        return
    if prefix:
        yield from PREFIX.problems(path, prefix, shown=key)
    elif slash:
        yield invalid(path, key, "prefix part must be non-empty")
    if not name:
        yield invalid(path, key, "name part must be non-empty")
    yield from KEY.problems(path, name, shown=key)
