"""A kind's structural schema: which fields it keeps, how it fills them in, how lists are keyed."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

from hooks import quantity
from orasi.cluster.memory.limits import CHECKS, go_pattern
from orasi.cluster.memory.problems import Problem, as_go, as_json
from orasi.cluster.memory.rules import Rule
from orasi.cluster.values import ABSENT, GO_INTEGERS, TYPE_NAMES

KEYWORDS = {
    "type": "type",
    "nullable": "nullable",
    "default": "default",
    "zero": "zero",
    "preserve_unknown": "x-kubernetes-preserve-unknown-fields",
    "int_or_string": "x-kubernetes-int-or-string",
    "list_type": "x-kubernetes-list-type",
    # These are no words of OpenAPI: see `openapi/overlay.py`.
    "go": "go",
    "typed": "typed",
    "fill": "fill",
    "judge": "judge",
    "omits_zero": "omitempty",
    "keeps_empty": "keepsEmpty",
    "quantity": "quantity",
}
"""What is taken from the document as it is: the field here, and the word there."""


_NUMBERS = ("numeric (int or float)", (int, float))
APPLIED: Mapping[str, tuple[str, Any]] = {
    "array": ("list", list),
    "boolean": ("boolean", bool),
    "integer": _NUMBERS,
    "number": _NUMBERS,
    "object": ("map", dict),
    "string": ("string", str),
}
"""How server-side apply calls the types of OpenAPI, and what is of them."""


Classes = frozenset[type]
"""Those of Python, which here are as good as types of JSON."""


@dataclass(frozen=True)
class Schema:
    """One node of a schema. The defaults are those of a node that says nothing."""

    type: str = ""
    properties: Mapping[str, "Schema"] = field(default_factory=dict)
    additional: "Schema | None" = None
    items: "Schema | None" = None
    nullable: bool = False
    default: Any = ABSENT
    zero: Any = ABSENT  # what Go writes of it in a struct that nobody has filled in
    preserve_unknown: bool = False
    go: str = ""  # what Go calls such a struct
    typed: bool = False  # one of Go's structs, in which what is empty is not written
    fill: Callable[[dict[str, Any]], None] | None = None  # what Go does to such a struct
    judge: Callable[[str, Mapping[str, Any]], Iterator[Problem]] | None = None  # and demands of it
    omits_zero: bool = False  # false or 0 is not written in a struct
    keeps_empty: bool = False  # "" or [] is written in a struct
    int_or_string: bool = False
    quantity: int | None = None  # of which power of ten an amount is a multiple, say 10⁻³ CPUs
    list_type: str = "atomic"  # or "set", "map"
    list_keys: tuple[str, ...] = ()
    atomic_map: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict)
    all_of: tuple["Schema", ...] = ()
    any_of: tuple["Schema", ...] = ()
    one_of: tuple["Schema", ...] = ()
    none_of: "Schema | None" = None
    rules: tuple[Rule, ...] = ()
    has_rules: bool = False  # here or below
    has_transition_rules: bool = False  # the same
    defaulted: tuple[tuple[str, "Schema"], ...] = ()  # the properties that have a default

    @classmethod
    def parse(
        cls, document: Mapping[str, Any], struct: Callable[[str], "Schema"] | None = None
    ) -> "Schema":
        """The schema written as OpenAPI in *document*; ValueError for a bad pattern or rule.

        *struct* finds what a `$ref` refers to.
        """
        if struct and "$ref" in document:
            said = {word: document[word] for word in ("default", "zero") if word in document}
            found = struct(document["$ref"])
            found = found if document.get("judged", True) else found.unjudged()
            return replace(found, **said) if said else found
        properties = {
            name: cls.parse(child, struct) for name, child in document.get("properties", {}).items()
        }
        additional = document.get("additionalProperties")
        additional = {} if additional is True else additional or None
        children = [*properties.values()]
        items = cls.parse(document["items"], struct) if "items" in document else None
        further = None if additional is None else cls.parse(additional, struct)
        children += [child for child in (items, further) if child]
        rules = tuple(Rule.parse(rule) for rule in document.get("x-kubernetes-validations", ()))
        said = {name: document[word] for name, word in KEYWORDS.items() if word in document}
        return cls(
            **said,
            properties=properties,
            additional=further,
            items=items,
            list_keys=tuple(document.get("x-kubernetes-list-map-keys", ())),
            atomic_map=document.get("x-kubernetes-map-type") == "atomic",
            limits=_limits(document),
            all_of=tuple(map(cls.parse, document.get("allOf", ()))),
            any_of=tuple(map(cls.parse, document.get("anyOf", ()))),
            one_of=tuple(map(cls.parse, document.get("oneOf", ()))),
            none_of=cls.parse(document["not"]) if "not" in document else None,
            rules=rules,
            has_rules=bool(rules) or any(child.has_rules for child in children),
            has_transition_rules=any(rule.is_transition for rule in rules)
            or any(child.has_transition_rules for child in children),
            defaulted=tuple(
                (name, child) for name, child in properties.items() if child.default is not ABSENT
            ),
        )

    @cached_property
    def classes(self) -> Classes:
        """Of values of its type."""
        if self.int_or_string:
            return frozenset({int, str})
        wanted = {"number", "integer"} if self.type == "number" else {self.type}
        return frozenset(
            each for each, name in TYPE_NAMES.items() if not self.type or name in wanted
        )

    @cached_property
    def plain_classes(self) -> Classes:
        """The same if nothing is demanded of a value but that, and nothing of what may be in it."""
        demands = self.limits or self.all_of or self.any_of or self.one_of or self.none_of
        parts = self.properties or self.additional or self.items
        return frozenset() if demands or parts or self.judge else self.classes

    def unjudged(self) -> "Schema":
        """The same types, but nothing is demanded of what is in these structs."""
        properties = {name: child.unjudged() for name, child in self.properties.items()}
        items = self.items and self.items.unjudged()
        return replace(self, judge=None, properties=properties, items=items)

    def empty(self) -> dict[str, Any]:
        """The struct in which nothing is set, as Go writes it."""
        return {
            name: child.empty() if child.zero == {} else child.zero
            for name, child in self.properties.items()
            if child.zero is not ABSENT
        }

    def child(self, name: str) -> "Schema | None":
        """The schema of the field *name* of an object; None if such a field is not kept."""
        if (known := self.properties.get(name)) is not None:
            return known
        if self.additional is not None:
            return self.additional
        return ANYTHING if self.preserve_unknown else None

    def is_atomic(self, value: Any) -> bool:
        """Whether *value* is owned and replaced as a whole, never merged."""
        if isinstance(value, dict):
            return self.atomic_map
        return not isinstance(value, list) or self.list_type == "atomic"

    def item_key(self, item: Any) -> str:
        """What identifies an item of a keyed list, as FieldsV1 writes it: `k:{"name":"a"}`."""
        if self.list_type == "set" or not isinstance(item, dict):
            return f"v:{_as_path(item)}"
        fields = self.key_fields(item)
        try:
            return _key(tuple(fields), *fields.values())
        except TypeError:  # A list or a map where a scalar should be; it will be refused.
            return f"k:{_as_path(fields)}"

    def key_fields(self, item: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key in self.list_keys:
            schema = self.items.properties.get(key) if self.items else None
            value = item.get(key, schema.default if schema else ABSENT)
            if value is not ABSENT:
                found[key] = value
        return found

    def normalised(self, value: Any, known: Mapping[str, Any] = MappingProxyType({})) -> Any:
        """A copy of *value* as it would be stored: unknown fields and stray nulls are dropped,
        defaults filled in, whole floats written as integers, and integers that are too long for Go
        as floats. Its fields that are *known* are so already."""
        if isinstance(value, dict):
            return self._normalised_object(value, known)
        if isinstance(value, list):
            items = self.items or ANYTHING
            return [items.normalised(items.or_default(item)) for item in value]
        if self.quantity is not None and isinstance(value, str | int | float):
            return _canonical(value, self.quantity)
        if isinstance(value, float) and value.is_integer() and abs(value) < GO_INTEGERS:
            return int(Decimal(repr(value)))  # Go pads the shortest digits with zeros
        if isinstance(value, int) and not -GO_INTEGERS <= value < GO_INTEGERS:
            return float(value)
        return value

    def _normalised_object(
        self, value: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        result = {}
        for name, item in value.items():
            if name in known:
                result[name] = item
                continue
            schema = self.child(name)
            if schema is None:
                continue
            if item and type(item) is str and schema.quantity is None:  # most are such, and stay
                result[name] = item
                continue
            given = schema.or_default(item)
            if given is None and not schema.keeps_null:
                continue
            kept = schema.normalised(given)
            if kept or not (self.typed and schema.is_left_out(kept)):
                result[name] = kept
        for name, schema in self.defaulted:
            if name not in result:
                result[name] = schema.normalised(schema.default)
        if self.fill:
            self.fill(result)
        return result

    def or_default(self, value: Any) -> Any:
        """*value*, or the default in place of a null that may not be there."""
        if value is None and self.default is not ABSENT and not self.nullable:
            return self.default
        return value

    def is_left_out(self, value: Any) -> bool:
        """Whether Go does not write *value* in a struct: an empty text, list or plain map."""
        return (
            (value in ("", []) and not (self.keeps_empty or self.int_or_string))
            or (value == {} and self.additional is not None)
            or (self.omits_zero and value in (False, 0))
        )

    @property
    def keeps_null(self) -> bool:
        return self.nullable or (self.preserve_unknown and not self.type)

    def untyped(self, value: Any, path: str = "") -> Iterator[str]:
        """What server-side apply says of fields that are not in this schema, or of other types."""
        if value is None:
            return
        if self.type and not isinstance(value, APPLIED[self.type][1]):
            shown = f"&value.valueUnstructured{{Value:{as_json(value)}}}"
            if self.type in ("array", "object"):  # which Go does not print with %#v, but with %v
                shown = f"&{{{as_go(value)}}}"
            yield f"{path}: expected {APPLIED[self.type][0]}, got {shown}"
        elif isinstance(value, dict):
            for name, item in value.items():
                if (schema := self.child(name)) is None:
                    yield f"{path}.{name}: field not declared in schema"
                else:
                    yield from schema.untyped(item, f"{path}.{name}")
        elif isinstance(value, list) and self.items:
            for index, item in enumerate(value):
                if item is None and self.list_type != "atomic":
                    yield f"{path}: element {index}: associative list may not have a null element"
                place = f"={as_json(item)}" if self.list_type == "set" else index
                yield from self.items.untyped(item, f"{path}[{place}]")

    def repeated(self, value: Any, path: str = "") -> Iterator[str]:
        """What server-side apply says of items that are in a list of type set or map twice."""
        if isinstance(value, dict):
            for name, item in value.items():
                if (schema := self.child(name)) is not None:
                    yield from schema.repeated(item, f"{path}.{name}")
        elif isinstance(value, list) and self.items:
            keys = [self.item_key(item) for item in value]
            if self.list_type != "atomic":
                for index, key in enumerate(keys):
                    if key in keys[:index]:
                        yield f"{path}: duplicate entries for key {self._key_text(value[index])}"
            for index, item in enumerate(value):
                which = f"[{index}]" if self.list_type == "atomic" else self._key_text(item)
                yield from self.items.repeated(item, path + which)

    def _key_text(self, item: Any) -> str:
        if self.list_type == "set" or not isinstance(item, dict):
            return f"[={as_json(item)}]"
        fields = self.key_fields(item)
        return f"[{','.join(f'{name}={as_json(each)}' for name, each in fields.items())}]"


def _canonical(value: str | float, finest: int) -> Any:
    """An amount as text; what is none stays, to be refused."""
    try:
        return quantity.canonical(
            value if isinstance(value, str) else as_json(value), finest=finest
        )
    except ValueError:
        return value


@lru_cache(maxsize=4096, typed=True)  # The same few names and ports come all the time.
def _key(names: tuple[str, ...], *values: Any) -> str:
    return f"k:{_as_path(dict(zip(names, values, strict=True)))}"


_ESCAPES = {"\\b": "\\u0008", "\\f": "\\u000c"}
_ESCAPED = re.compile(r"\\.|[<>&\u2028\u2029]")


def _as_path(value: Any) -> str:
    """JSON as paths of managedFields have it, in which Go escapes more than elsewhere."""

    def escaped(found: re.Match[str]) -> str:
        text = found[0]
        return _ESCAPES.get(text, text) if len(text) > 1 else f"\\u{ord(text):04x}"

    return _ESCAPED.sub(escaped, as_json(value))


ANYTHING = Schema(preserve_unknown=True)


def _limits(document: Mapping[str, Any]) -> dict[str, Any]:
    limits = {keyword: document[keyword] for keyword in CHECKS if keyword in document}
    if "pattern" in limits:
        go_pattern(limits["pattern"])
    for bound, exclusive in (("maximum", "exclusiveMaximum"), ("minimum", "exclusiveMinimum")):
        if limits.pop(exclusive, False):  # In OpenAPI v3.0 it is a flag of the other keyword.
            limits[exclusive] = limits.pop(bound)
    return limits
