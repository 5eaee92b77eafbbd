"""Reads what hooks answer, as strictly as Metacontroller reads hook version v2."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.loop.webhook import Answer


class HookFailed(Exception):
    """The answer cannot be used. `str()` is what Metacontroller says of it."""


class TooManyRequests(Exception):
    """The hook asks to be called again later: 429."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many requests, retry after {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class CompositeAnswer:
    """What a sync or finalize hook wants."""

    status: Manifest = field(default_factory=dict)
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


# What an answer may hold: a mapping names all keys, a list its items' shape, a str is Go's type.
_OBJECT, _ANY_OBJECT = "map[string]interface {}", "*unstructured.Unstructured"
_SELECTOR = {
    "matchLabels": {"*": "string"},
    "matchExpressions": [{"key": "string", "operator": "string", "values": ["string"]}],
}
_COMPOSITE = {
    "status": _OBJECT,
    "children": [_ANY_OBJECT],
    "resyncAfterSeconds": "float64",
    "finalized": "bool",
}
_DECORATOR = {
    "labels": {"*": "string"},
    "annotations": {"*": "string"},
    "status": _OBJECT,
    "attachments": [_ANY_OBJECT],
    "resyncAfterSeconds": "float64",
    "finalized": "bool",
}
_CUSTOMIZE = {
    "relatedResources": [
        {
            "apiVersion": "string",
            "resource": "string",
            "labelSelector": _SELECTOR,
            "namespaceSelector": _SELECTOR,
            "namespace": "string",
            "names": ["string"],
        }
    ]
}


def composite_answer(answer: Answer, hook: str, mode: str = "strict") -> CompositeAnswer:
    """What *hook* ("sync" or "finalize") answered; *mode* "loose" forgives unknown keys.

    Raises `HookFailed` and `TooManyRequests`.
    """
    body = _decoded(answer, hook, mode, "CompositeHookResponse", _COMPOSITE)
    return CompositeAnswer(
        status=body.get("status") or {},
        children=body.get("children") or (),
        resync_after=float(body.get("resyncAfterSeconds") or 0),
        finalized=bool(body.get("finalized")),
    )


def decorator_answer(answer: Answer, hook: str, mode: str = "strict") -> DecoratorAnswer:
    """The same of a decorator's *hook*. Raises `HookFailed` and `TooManyRequests`."""
    body = _decoded(answer, hook, mode, "DecoratorHookResponse", _DECORATOR)
    return DecoratorAnswer(
        labels=body.get("labels") or {},
        annotations=body.get("annotations") or {},
        status=body.get("status"),
        children=body.get("attachments") or (),
        resync_after=float(body.get("resyncAfterSeconds") or 0),
        finalized=bool(body.get("finalized")),
    )


def related_rules(answer: Answer, mode: str = "strict") -> Sequence[Manifest]:
    """The rules that a customize hook answered. Raises `HookFailed` and `TooManyRequests`."""
    body = _decoded(answer, "customize", mode, "CustomizeHookResponse", _CUSTOMIZE)
    return body.get("relatedResources") or ()


def _decoded(answer: Answer, hook: str, mode: str, name: str, schema: Any) -> Manifest:
    if answer.code == 429:
        raise TooManyRequests(_retry_after(answer.header("Retry-After")))
    if answer.code != 200:
        text = answer.body.decode(errors="replace")
        raise HookFailed(f"unsupported status code: {answer.code} body: {text}")
    broken = f"can't unmarshal webhookResponse (version: v2, type: {hook}): "
    try:
        document = _Document(answer.body)
        document.check(schema, name)
    except ValueError as error:
        raise HookFailed(broken + str(error)) from error
    if document.strict_errors and mode == "strict":
        complaints = ", ".join(dict.fromkeys(document.strict_errors))
        if len(document.strict_errors) > 1:
            complaints = f"[{complaints}]"
        raise HookFailed(
            f"strict validation failed for v2 webhookResponse (type: {hook}, mode: strict): "
            + complaints
        )
    # "null" is an empty answer, and so wants no child: Metacontroller takes it at its word.
    return document.value or {}


class _Document:
    """One JSON text, with the keys that it gives twice. Raises ValueError as Go words it."""

    def __init__(self, body: bytes) -> None:
        self.strict_errors: list[str] = []
        # With the objects themselves: an id means something only as long as its object lives.
        self._repeated: dict[int, tuple[Manifest, Sequence[str]]] = {}
        text = body.decode(errors="replace")
        try:
            self.value = json.loads(
                text, object_pairs_hook=self._object, parse_constant=_refuse_constant
            )
        except json.JSONDecodeError as error:
            raise ValueError(_go_syntax_error(error)) from error

    def check(self, schema: Any, struct: str) -> None:
        """Compare with *schema*: a wrong type raises, unknown and double keys are collected."""
        if self.value is not None and not isinstance(self.value, dict):
            raise ValueError(
                f"json: cannot unmarshal {_json_type(self.value)} into Go value of type v2.{struct}"
            )
        for wrong in self._wrong_types(self.value, schema, "", struct):
            raise ValueError(wrong)

    def _object(self, pairs: list[tuple[str, Any]]) -> Manifest:
        value = dict(pairs)
        if len(value) < len(pairs):
            names = [name for name, _ in pairs]
            twice = [name for name in value if names.count(name) > 1]
            self._repeated[id(value)] = (value, twice)
        return value

    def _wrong_types(self, value: Any, schema: Any, path: str, struct: str) -> Iterator[str]:
        if value is None:
            return
        if schema == _ANY_OBJECT and isinstance(value, dict):
            yield from _wrong_child(value, path)
        elif not isinstance(value, _PYTHON_TYPES[_go_type(schema)]) or (
            isinstance(value, bool) and schema == "float64"
        ):
            yield (
                f"json: cannot unmarshal {_json_type(value)} into Go struct field "
                f"{struct}.{path} of type {_go_type(schema)}"
            )
        elif isinstance(value, list) and isinstance(schema, list):
            for index, item in enumerate(value):
                if item is None:
                    # A null child would crash Metacontroller, and stop all controllers with it.
                    yield f"{path}[{index}] is null"
                yield from self._wrong_types(item, schema[0], f"{path}[{index}]", struct)
        elif isinstance(value, dict) and isinstance(schema, dict):
            yield from self._wrong_members(value, schema, path, struct)
        elif schema == _OBJECT:
            self._note_repeated(value, path)

    def _wrong_members(
        self, value: Manifest, schema: Mapping[str, Any], path: str, struct: str
    ) -> Iterator[str]:
        self._note_repeated_keys(value, path)
        for name, item in value.items():
            inner = f"{path}.{name}" if path else name
            if name not in schema and "*" not in schema:
                self.strict_errors.append(f'unknown field "{inner}"')
            else:
                yield from self._wrong_types(item, schema.get(name, schema.get("*")), inner, struct)

    def _note_repeated(self, value: Any, path: str) -> None:
        """Double keys at any depth; nothing else of a status is looked at."""
        if not self._repeated:
            return
        if isinstance(value, list):
            for index, item in enumerate(value):
                self._note_repeated(item, f"{path}[{index}]")
        elif isinstance(value, dict):
            self._note_repeated_keys(value, path)
            for name, item in value.items():
                self._note_repeated(item, f"{path}.{name}")

    def _note_repeated_keys(self, value: Manifest, path: str) -> None:
        _, names = self._repeated.get(id(value), (value, ()))
        self.strict_errors += [
            f'duplicate field "{path}.{name}"' if path else f'duplicate field "{name}"'
            for name in names
        ]


def _wrong_child(child: Manifest, path: str) -> Iterator[str]:
    """What keeps *child* from being an object at all; the API server judges everything else."""
    if not child.get("kind"):
        yield f"Object 'Kind' is missing in '{json.dumps(child)}'"
    metadata = child.get("metadata") or {}
    if not isinstance(metadata, dict):
        yield f"{path}.metadata is not an object"
        return
    owners = metadata.get("ownerReferences") or []
    if not (isinstance(owners, list) and all(isinstance(owner, dict) for owner in owners)):
        yield f"{path}.metadata.ownerReferences is not a list of objects"
    texts = {name: child.get(name) for name in ("apiVersion", "kind")}
    texts |= {f"metadata.{name}": metadata.get(name) for name in ("name", "namespace")}
    for name, value in texts.items():
        if value is not None and not isinstance(value, str):
            yield f"{path}.{name} is not a string"


_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "bool": (bool,),
    "float64": (int, float),
    "struct": (dict,),
    "[]string": (list,),
    "[]struct": (list,),
    f"[]{_ANY_OBJECT}": (list,),
    _ANY_OBJECT: (dict,),
    _OBJECT: (dict,),
}


def _go_type(schema: Any) -> str:
    if isinstance(schema, list):
        return f"[]{_go_type(schema[0])}"
    return schema if isinstance(schema, str) else "struct"


def _json_type(value: Any) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "bool"}
    return names.get(type(value), "number")


def _refuse_constant(name: str) -> None:
    if name.startswith("-"):
        raise ValueError(f"invalid character '{name[1]}' in numeric literal")
    raise ValueError(f"invalid character '{name[0]}' looking for beginning of value")


def _go_syntax_error(error: json.JSONDecodeError) -> str:
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
        return "unexpected end of JSON input"
    where = {
        "Expecting value": "looking for beginning of value",
        "Extra data": "after top-level value",
        "Expecting property name enclosed in double quotes": (
            "looking for beginning of object key string"
        ),
        "Expecting ':' delimiter": "after object key",
        "Expecting ',' delimiter": "after a value",
    }
    return f"invalid character '{error.doc[error.pos]}' {where.get(error.msg, 'in a string')}"


def _retry_after(value: str) -> int:
    """Whole seconds from now; 0 if the header is absent, unreadable or in the past."""
    if value.isascii() and value.isdecimal():
        return int(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0
    if moment.tzinfo is None:
        return 0
    # A date is a fact of the hook's clock, so it is compared with ours and not with virtual time.
    return max(0, math.ceil((moment - datetime.now(UTC)).total_seconds()))
