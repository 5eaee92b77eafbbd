"""Reads what hooks answer, as Metacontroller reads it: strictly, or loosely in hook version v1."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic_core import from_json, to_json

from orasi.cluster.api import Manifest
from orasi.cluster.loop.go_json import syntax_problem
from orasi.cluster.loop.shapes import (
    COMPOSITE,
    CUSTOMIZE,
    DECORATOR,
    OBJECT,
    Keyed,
    Reading,
    Struct,
)
from orasi.cluster.loop.webhook import Answer
from orasi.cluster.values import ABSENT, go_number

_SURROGATES = re.compile(
    r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<half>\\u[dD][89a-fA-F]..)|\\.", re.DOTALL
)
"""Escapes of JSON: pairs of surrogates, halves of them, and all others."""

_MANY_DIGITS = re.compile(rb"\d{19}")


class HookFailed(Exception):
    """The answer cannot be used. `str()` is what Metacontroller says of it."""


class TooManyRequests(Exception):
    """The hook asks to be called again later: 429."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many requests, retry after {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Reader:
    """How a hook's answer is read."""

    hook: str  # "sync", "finalize", "customize"
    version: str = "v2"
    mode: str = "strict"  # or "loose": unknown and double keys are forgiven


@dataclass(frozen=True)
class CompositeAnswer:
    """What a sync or finalize hook wants."""

    status: Manifest | None = None  # None: it is cleared
    children: Sequence[Manifest] = ()
    resync_after: float = 0.0  # seconds; 0: not asked for
    finalized: bool = False


@dataclass(frozen=True)
class DecoratorAnswer:
    """What a sync or finalize hook wants of an object and for it."""

    labels: Mapping[str, str | None] = field(default_factory=dict)  # None: to be taken away
    annotations: Mapping[str, str | None] = field(default_factory=dict)
    status: Manifest | None = None  # None: it is left alone
    children: Sequence[Manifest] = ()  # its attachments
    resync_after: float = 0.0  # seconds; 0: not asked for
    finalized: bool = False


def composite_answer(answer: Answer, reader: Reader) -> CompositeAnswer:
    """Raises `HookFailed` and `TooManyRequests`."""
    body = _decoded(answer, reader, COMPOSITE)
    return CompositeAnswer(
        status=body.get("status"),
        children=body.get("children") or (),
        resync_after=float(body.get("resyncAfterSeconds") or 0),
        finalized=bool(body.get("finalized")),
    )


def decorator_answer(answer: Answer, reader: Reader) -> DecoratorAnswer:
    """Raises `HookFailed` and `TooManyRequests`."""
    body = _decoded(answer, reader, DECORATOR)
    return DecoratorAnswer(
        labels=body.get("labels") or {},
        annotations=body.get("annotations") or {},
        status=body.get("status"),
        children=body.get("attachments") or (),
        resync_after=float(body.get("resyncAfterSeconds") or 0),
        finalized=bool(body.get("finalized")),
    )


def related_rules(answer: Answer, reader: Reader) -> Sequence[Manifest]:
    """The rules that a customize hook answered. Raises `HookFailed` and `TooManyRequests`."""
    body = _decoded(answer, reader, CUSTOMIZE)
    return body.get("relatedResources") or ()


def _decoded(answer: Answer, reader: Reader, shape: Struct) -> Manifest:
    if answer.code == 429:
        raise TooManyRequests(_retry_after(answer.header("Retry-After")))
    if answer.code != 200:
        text = answer.body.decode(errors="replace")
        raise HookFailed(f"unsupported status code: {answer.code} body: {text}")
    hook, version, mode = reader.hook, reader.version, reader.mode
    try:
        document = _Document(answer.body)
        reading = Reading(document.twice)
        reading.check(document.value, shape, version)
    except (ValueError, RecursionError) as error:
        broken = f"can't unmarshal webhookResponse (version: {version}, type: {hook}): {error}"
        raise HookFailed(broken) from error
    if reading.strict_errors and mode == "strict":
        complaints = ", ".join(dict.fromkeys(reading.strict_errors))
        if len(reading.strict_errors) > 1:
            complaints = f"[{complaints}]"
        raise HookFailed(
            f"strict validation failed for {version} webhookResponse (type: {hook}, mode: strict): "
            + complaints
        )
    # "null" is an empty answer, and so wants no child: Metacontroller takes it at its word.
    return document.merged(shape)


class _Document:
    """One JSON text, with the keys that it gives twice. Raises ValueError as Go words it."""

    def __init__(self, body: bytes) -> None:
        # With the objects themselves: an id means something only as long as its object lives.
        self._repeated: dict[int, tuple[Manifest, list[tuple[str, Any]]]] = {}
        self.value = _canonical(body)
        if self.value is ABSENT:
            self.value = self._parsed(body)

    def _parsed(self, body: bytes) -> Any:
        text = _SURROGATES.sub(_paired, body.decode(errors="replace"))
        try:
            return json.loads(
                text,
                object_pairs_hook=self._object,
                parse_constant=_refused,
                parse_int=_integer,
                parse_float=_float,
            )
        except ValueError as error:
            raise ValueError(syntax_problem(body) or str(error)) from error

    @property
    def twice(self) -> Mapping[int, Sequence[str]]:
        """The keys that an object has more than once, by its id."""
        return {
            key: [name for name in value if [n for n, _ in pairs].count(name) > 1]
            for key, (value, pairs) in self._repeated.items()
        }

    def merged(self, shape: Struct) -> Manifest:
        """The value, in which maps that were given twice are both, as Go reads them."""
        value: Manifest = self.value or {}
        _, pairs = self._repeated.get(id(value), (value, []))
        merged = dict(value)
        for name in self.twice.get(id(value), ()):
            parts = [part for each, part in pairs if each == name]
            known = shape.fields.get(name)
            if (known == OBJECT or isinstance(known, Keyed)) and all(parts):
                merged[name] = {key: part[key] for part in parts for key in part}
        return merged

    def _object(self, pairs: list[tuple[str, Any]]) -> Manifest:
        value = dict(pairs)
        if len(value) < len(pairs):
            self._repeated[id(value)] = value, pairs
        return value


def _canonical(body: bytes) -> Any:
    """The value, if *body* is just what is written of it: then no key is given twice in it.

    Most answers are so, and are read in a quarter of the time. One with digits enough for what is
    no integer to Go is read with care.
    """
    if _MANY_DIGITS.search(body):
        return ABSENT
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError:
        return ABSENT
    return value if to_json(value) == body else ABSENT


def _paired(escape: re.Match[str]) -> str:
    """Half a pair of surrogates is no character for Go."""
    return "\\ufffd" if escape["half"] else escape[0]


def _integer(text: str) -> int | float:
    value = go_number(text)
    return value if isinstance(value, int) else _float(text)


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        # The only place for numbers of any size is a status; children are as good as that.
        raise ValueError(
            f"json: cannot unmarshal number {text} into Go struct field "
            "CompositeHookResponse.status of type float64"
        )
    return value


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _retry_after(value: str) -> int:
    """Whole seconds from now; 0 if the header is absent, unreadable or in the past."""
    if re.fullmatch(r"[+-]?[0-9]+", value):
        return max(0, int(value))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0
    if moment.tzinfo is None:
        return 0
    # A date is a fact of the hook's clock, so it is compared with ours and not with virtual time.
    return max(0, math.ceil((moment - datetime.now(UTC)).total_seconds()))
