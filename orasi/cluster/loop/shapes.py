"""What the answers of hooks may hold, and what Go says of those that hold something else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orasi.cluster.api import Manifest
from orasi.cluster.loop.go_json import json_type

# What a shape is made of: types without parts by their name, else one of the three below.
OBJECT, CHILD = "map[string]interface {}", "*unstructured.Unstructured"


@dataclass(frozen=True)
class Struct:
    """An object all of whose keys are known."""

    type: str
    fields: Mapping[str, Any]
    embedded: Mapping[str, str] = field(default_factory=dict)  # fields of a struct in this struct

    @property
    def name(self) -> str:
        return self.type.rpartition(".")[2]


@dataclass(frozen=True)
class Many:
    """A list."""

    type: str
    items: Any


@dataclass(frozen=True)
class Keyed:
    """An object with any keys."""

    type: str
    items: Any


SELECTOR = Struct(
    "v1.LabelSelector",
    {
        "matchLabels": Keyed("map[string]string", "string"),
        "matchExpressions": Many(
            "[]v1.LabelSelectorRequirement",
            Struct(
                "v1.LabelSelectorRequirement",
                {
                    "key": "string",
                    "operator": "v1.LabelSelectorOperator",
                    "values": Many("[]string", "string"),
                },
            ),
        ),
    },
)
CHILDREN = Many(f"[]{CHILD}", CHILD)
TEXTS = Keyed("map[string]*string", "string")
SYNC = {"status": OBJECT, "resyncAfterSeconds": "float64", "finalized": "bool"}
COMPOSITE = Struct("CompositeHookResponse", {**SYNC, "children": CHILDREN})
DECORATOR = Struct(
    "DecoratorHookResponse",
    {**SYNC, "labels": TEXTS, "annotations": TEXTS, "attachments": CHILDREN},
)
CUSTOMIZE = Struct(
    "CustomizeHookResponse",
    {
        "relatedResources": Many(
            "[]*v1alpha1.RelatedResourceRule",
            Struct(
                "v1alpha1.RelatedResourceRule",
                {
                    "apiVersion": "string",
                    "resource": "string",
                    "labelSelector": SELECTOR,
                    "namespaceSelector": SELECTOR,
                    "namespace": "string",
                    "names": Many("[]string", "string"),
                },
                {name: f"ResourceRule.{name}" for name in ("apiVersion", "resource")},
            ),
        )
    },
)

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "v1.LabelSelectorOperator": (str,),
    "bool": (bool,),
    "float64": (int, float),
    OBJECT: (dict,),
    CHILD: (dict,),
}


class Misfit(ValueError):
    """The value cannot be an answer. `str()` says why, as Go does where it can."""


class Reading:
    """One value, compared with its shape."""

    def __init__(self, twice: Mapping[int, Sequence[str]]) -> None:
        """*twice*: the keys that an object has more than once, by its id."""
        self._twice = twice
        self._wrong = ""  # the first wrong type: Go reads on, and has it last
        self.strict_errors: list[str] = []

    def check(self, value: Any, shape: Struct, version: str) -> None:
        """Raises `Misfit`; unknown and double keys are `strict_errors`."""
        if value is not None and not isinstance(value, dict):
            raise Misfit(
                f"json: cannot unmarshal {json_type(value)} into Go value of type "
                f"{version}.{shape.type}"
            )
        self._check(value, shape, "", "", shape.name)
        if self._wrong:
            raise Misfit(self._wrong)

    def _check(self, value: Any, shape: Any, path: str, fields: str, struct: str) -> None:
        """*path* tells items apart, *fields* does not: Go has it both ways."""
        if value is None:
            return
        if not _fits(value, shape):
            go_type = OBJECT if shape == CHILD else getattr(shape, "type", shape)
            self._wrong = self._wrong or (
                f"json: cannot unmarshal {json_type(value)} into Go struct field "
                f"{struct}.{fields} of type {go_type}"
            )
        elif isinstance(shape, Many):
            self._check_items(value, shape, path, fields, struct)
        elif isinstance(shape, Keyed):
            self._note_twice(value, path)
            for name, item in value.items():
                self._check(item, shape.items, f"{path}.{name}", fields, struct)
        elif isinstance(shape, Struct):
            self._check_fields(value, shape, path, fields)
        elif shape == OBJECT:
            self._note_all(value, path)
        elif shape == CHILD:
            _check_child(value)

    def _check_items(
        self, value: Sequence[Any], shape: Many, path: str, fields: str, struct: str
    ) -> None:
        for index, item in enumerate(value):
            if item is None:
                # It would crash Metacontroller, and stop all controllers with it.
                raise Misfit(f"{path}[{index}] is null")
            self._check(item, shape.items, f"{path}[{index}]", fields, struct)

    def _check_fields(self, value: Manifest, shape: Struct, path: str, fields: str) -> None:
        self._note_twice(value, path)
        for name, item in value.items():
            below = f"{path}.{name}" if path else name
            if name not in shape.fields:
                self.strict_errors.append(f'unknown field "{below}"')
                continue
            shown = shape.embedded.get(name, name)
            within = f"{fields}.{shown}" if fields else shown
            self._check(item, shape.fields[name], below, within, shape.name)

    def _note_all(self, value: Any, path: str) -> None:
        """Double keys at any depth; nothing else of a status is looked at."""
        if not self._twice:
            return
        if isinstance(value, list):
            for index, item in enumerate(value):
                self._note_all(item, f"{path}[{index}]")
        elif isinstance(value, dict):
            self._note_twice(value, path)
            for name, item in value.items():
                self._note_all(item, f"{path}.{name}")

    def _note_twice(self, value: Manifest, path: str) -> None:
        self.strict_errors += [
            f'duplicate field "{path}.{name}"' if path else f'duplicate field "{name}"'
            for name in self._twice.get(id(value), ())
        ]


def _fits(value: Any, shape: Any) -> bool:
    if isinstance(shape, Many):
        return isinstance(value, list)
    if isinstance(shape, Struct | Keyed):
        return isinstance(value, dict)
    return isinstance(value, _TYPES[shape]) and not (shape == "float64" and isinstance(value, bool))


def _check_child(child: Manifest) -> None:
    """What keeps *child* from being an object at all; the API server judges everything else."""
    if not (child.get("kind") and isinstance(child["kind"], str)):
        raise Misfit(f"Object 'Kind' is missing in '{json.dumps(child)}'")
