"""What names, label keys and label values may look like, and the words that refuse others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache


@dataclass(frozen=True)
class NameRule:
    """A shape of text."""

    pattern: str
    longest: int
    explanation: str
    part: str = ""
    """Of what it is the rule, if of a part."""

    def faults(self, text: str) -> Iterator[str]:
        """What is wrong with *text*."""
        if len(text.encode(errors="replace")) > self.longest:
            yield f"{self.part}must be no more than {self.longest} bytes"
        if not self._shape.fullmatch(text):
            yield f"{self.part}{self.explanation}{self.regex})"

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

    def faults(self, text: str) -> Iterator[str]:
        if text in (".", ".."):
            yield f"may not be '{text}'"
        for each in "/%":
            if each in text:
                yield f"may not contain '{each}'"


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
def key_faults(key: str) -> tuple[str, ...]:
    """Of keys of labels and annotations: `prefix.example.com/name`, or just `name`."""
    return tuple(_key_faults(key))


def _key_faults(key: str) -> Iterator[str]:
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        example = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        yield f"a valid label key {KEY.explanation}{KEY.regex}) {example}"
        return
    if prefix:
        yield from PREFIX.faults(prefix)
    elif slash:
        yield "prefix part must be non-empty"
    if not name:
        yield "name part must be non-empty"
    yield from KEY.faults(name)
