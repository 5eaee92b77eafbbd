"""Processor redact: hides or removes what must not be passed on."""

from typing import Annotated, Literal

from pydantic import Field

from hooks.collector.component import literal
from hooks.collector.processors.base import ProcessorType
from hooks.contract import Manifest
from hooks.model import AS_SET, Distinct
from hooks.rules import at_least_one_of

Pattern = Annotated[str, Field(min_length=1, max_length=1024)]
Patterns = Annotated[list[Pattern], Distinct, AS_SET, Field(min_length=1, max_length=64)]
Key = Annotated[str, Field(min_length=1, max_length=256)]
Keys = Annotated[list[Key], Distinct, AS_SET, Field(min_length=1, max_length=256)]


class Redact(ProcessorType):
    """Of attributes it sees those of records, span events, scopes and resources."""

    rules = (at_least_one_of("blockedValues", "blockedKeys", "allowedKeys"),)

    blocked_values: Patterns | None = Field(
        default=None,
        description='Regular expressions (RE2), such as "4[0-9]{15}" for numbers of cards: what '
        "matches in the value of an attribute or in the body of a log record becomes asterisks. "
        "Names of spans and metrics, and status messages, are not looked at. Default: none.",
    )
    blocked_keys: Patterns | None = Field(
        default=None,
        description='Regular expressions (RE2), such as "(?i)password": the whole value of an '
        "attribute whose name has a match becomes asterisks. Default: none.",
    )
    allowed_keys: Keys | None = Field(
        default=None,
        description="Names of attributes that are kept: all others are removed, of records, their "
        "scope and their resource, and as keys of log bodies that are maps. Default: all are kept.",
    )
    allowed_values: Patterns | None = Field(
        default=None,
        description='Regular expressions (RE2), such as "^.+@example[.]com$": a value with a match '
        "stays as it is, whatever is blocked. Default: none.",
    )
    ignored_keys: Keys | None = Field(
        default=None,
        description="Names of attributes that are kept as they are, and not looked at. Default: "
        "none.",
    )
    hash: Literal["md5", "sha1", "sha3"] | None = Field(
        default=None,
        description="Hash to write instead of asterisks, by which equal values can still be told: "
        "md5, sha1 or sha3 (of 256 bits). Whoever guesses a value can find it. Default: none.",
    )

    @property
    def component_type(self) -> str:
        return "redaction"

    def settings(self) -> Manifest:
        lists = {
            "allowed_keys": self.allowed_keys,
            "allowed_values": self.allowed_values,
            "blocked_key_patterns": self.blocked_keys,
            "blocked_values": self.blocked_values,
            "ignored_keys": self.ignored_keys,
        }
        rendered = {key: sorted(map(literal, each)) for key, each in lists.items() if each}
        found: Manifest = {
            "allow_all_keys": self.allowed_keys is None,
            # A number of a card may be a number.
            "redact_all_types": True,
            # What was hidden is nobody's business.
            "summary": "silent",
            **rendered,
        }
        return found if self.hash is None else {**found, "hash_function": self.hash}
