"""Worlds for the laws: specs from a kind's schema, and what may be observed beside them."""

import copy
import io
import itertools
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from wsgiref.types import WSGIApplication
from wsgiref.util import setup_testing_defaults

import hypothesis.strategies as st
import yaml
from hypothesis.strategies import DataObject, SearchStrategy
from pydantic_core import to_json

from hooks import NAMESPACE
from hooks.composite import Composite
from hooks.contract import Manifest
from hooks.decorator import Decorator
from hooks.decorators import DECORATORS
from hooks.kinds import KINDS
from hooks.manifests import (
    composite_controller,
    custom_resource_definition,
    decorator_controller,
    object_schema,
)
from hooks.references import targets
from orasi.cluster.api import Resource, VirtualClock
from orasi.cluster.loop.metacontroller import ApplyStrategy, Metacontroller
from orasi.cluster.loop.webhook import NO_HEADERS, Answer, webhook_url
from orasi.cluster.memory import Memory
from tests import shapes
from tests.neighbours import NEIGHBOURS

INSTALL = Path(__file__).parent.parent / "metacontroller" / "install" / "crds"
METACONTROLLER = tuple(yaml.safe_load(path.read_text()) for path in sorted(INSTALL.glob("*.yaml")))
CONTROLLERS = Resource(
    "metacontroller.k8s.io/v1alpha1", "CompositeController", "compositecontrollers", False
)
DECORATOR_CONTROLLERS = Resource(
    "metacontroller.k8s.io/v1alpha1", "DecoratorController", "decoratorcontrollers", False
)
DEFINITIONS = Resource(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", False
)

NAMESPACES = Resource("v1", "Namespace", "namespaces", False)

OURS = [custom_resource_definition(kind) for kind in KINDS]

STRATEGIES: tuple[ApplyStrategy, ...] = ("dynamic-apply", "server-side-apply")


# Whatever JSON can say; texts are short, since what is long is a matter of golden cases.
def json_values(integers: SearchStrategy[int]) -> SearchStrategy[Any]:
    return st.recursive(
        st.none()
        | st.booleans()
        | integers
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(codec="utf-8"), max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
        max_leaves=6,
    )


JSON = json_values(st.integers())


# What a field with any content holds, as the API server keeps it: whole numbers of 64 bits.
ANY_OBJECT: SearchStrategy[Manifest] = st.dictionaries(
    st.text(max_size=8), json_values(st.integers(-(2**63), 2**63 - 1)), max_size=3
)


NAMES = st.sampled_from(["a", "b.example.com/c", "team"])


@cache
def specs(kind: Composite) -> SearchStrategy[Manifest]:
    """Specs that the API server accepts, by the schema that it has.

    What no schema can say, and what rules across fields say, is in `tests.shapes`.
    """
    drawn = values(object_schema(kind)["properties"]["spec"], shapes.FIELDS.get(kind.kind, {}))
    shape = shapes.WHOLE.get(kind.kind)
    return drawn.flatmap(shape) if shape else drawn


def values(
    schema: Manifest, fields: Mapping[str, SearchStrategy[Any]], path: str = ""
) -> SearchStrategy[Any]:
    """*fields* are those whose values are drawn otherwise, by their path: "flows[].from"."""
    if path in fields:
        return fields[path]
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "x-kubernetes-int-or-string" in schema:
        return st.integers(1, 9) | st.from_regex(schema["pattern"], fullmatch=True)
    match schema["type"]:
        case "object":
            return members(schema, fields, path)
        case "array":
            return items(schema, values(schema["items"], fields, f"{path}[]"))
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema.get("minimum"), schema.get("maximum"))
        case "string" if "pattern" in schema:
            return st.from_regex(schema["pattern"], fullmatch=True).filter(
                lambda text: schema.get("minLength", 0) <= len(text) <= schema["maxLength"]
            )
        case "string":
            alphabet = st.characters(codec="utf-8", exclude_characters="\0")
            return st.text(alphabet, min_size=schema.get("minLength", 0), max_size=20)
    raise AssertionError(f"no values for {schema}")


def items(schema: Manifest, item: SearchStrategy[Any]) -> SearchStrategy[list[Any]]:
    least, most = schema.get("minItems", 0), 3
    match schema.get("x-kubernetes-list-type"):
        case "set":
            return st.lists(item, min_size=least, max_size=most, unique=True)
        case "map":
            (key,) = schema["x-kubernetes-list-map-keys"]
            return st.lists(
                item, min_size=least, max_size=most, unique_by=lambda each: str(each[key])
            )
    return st.lists(item, min_size=least, max_size=most)


# Rules that exactly one of some fields is there, or at least one, for which one is as good.
GIVEN = r"has\(self\.\w+\)"
ONE_OF = re.compile(
    rf"\[{GIVEN}(, {GIVEN})*\]\.filter\(given, given\)\.size\(\) == 1|{GIVEN}( \|\| {GIVEN})*"
)


def members(
    schema: Manifest, fields: Mapping[str, SearchStrategy[Any]], path: str
) -> SearchStrategy[Manifest]:
    if "x-kubernetes-preserve-unknown-fields" in schema:
        return ANY_OBJECT
    if "properties" not in schema:
        return st.dictionaries(NAMES, values(schema["additionalProperties"], {}), max_size=2)
    required = schema.get("required", ())
    drawn = {
        name: values(each, fields, f"{path}.{name}".lstrip("."))
        for name, each in schema["properties"].items()
    }
    always = {name: each for name, each in drawn.items() if name in required}
    for rule in schema.get("x-kubernetes-validations", ()):
        if ONE_OF.fullmatch(rule["rule"]):
            choices = re.findall(r"has\(self\.(\w+)\)", rule["rule"])
            one = [st.fixed_dictionaries(always | {name: drawn[name]}) for name in choices]
            return st.one_of(one)
    return st.fixed_dictionaries(
        always, optional={name: each for name, each in drawn.items() if name not in required}
    )


def spoiled(spec: Manifest, data: DataObject) -> Manifest:
    """*spec* with up to two things in it replaced by anything, or taken out."""
    spec = copy.deepcopy(spec)
    for _ in range(data.draw(st.integers(0, 2))):
        places: list[Any] = [
            spec,
            *(each for each in spec.values() if isinstance(each, dict | list)),
        ]
        place = places[data.draw(st.integers(0, len(places) - 1))]
        keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            continue
        key = keys[data.draw(st.integers(0, len(keys) - 1))]
        if data.draw(st.booleans()):
            place[key] = data.draw(JSON | st.text(max_size=300))
        else:
            del place[key]
    return spec


class Client(Hashable, Protocol):
    """A Flask client, or something that stands for several."""

    @property
    def application(self) -> WSGIApplication: ...


ENVIRONMENT: dict[str, Any] = {}
"""What is the same of all calls."""
setup_testing_defaults(ENVIRONMENT)


class WsgiWebhook:
    """Calls the server's hooks without a socket, and keeps what was asked and answered."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.exchanges: list[tuple[str, Manifest, Answer]] = []

    def post(
        self, webhook: Manifest, body: Manifest, headers: Mapping[str, str] = NO_HEADERS
    ) -> Answer:
        path = "/" + webhook_url(webhook).split("/", 3)[3]
        answer = called(self.client.application, path, to_json(body), headers)
        self.exchanges.append((path, body, answer))
        return answer


def called(
    application: WSGIApplication, path: str, body: bytes, headers: Mapping[str, str]
) -> Answer:
    """What it answers to a POST: a client of Flask would take as long again as a small answer."""
    place, _, query = path.partition("?")
    environment = {
        **ENVIRONMENT,
        "REQUEST_METHOD": "POST",
        "PATH_INFO": place,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **{f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()},
    }
    begun: list[Any] = []

    def start(*line: Any) -> Callable[[bytes], object]:
        begun.extend(line)
        return begun.append

    parts = application(environment, start)
    return Answer(int(begun[0].split()[0]), dict(begun[1]), b"".join(parts))


class World:
    """An embedded cluster with all definitions, and the server behind it.

    Its parents are of one kind. Whoever looks at these alone needs no other *controllers*.
    """

    def __init__(
        self,
        kind: Composite,
        client: Client,
        strategy: ApplyStrategy,
        controllers: Iterable[Composite | Decorator] = (*KINDS, *DECORATORS),
    ) -> None:
        self.clock = clock = VirtualClock()
        self.kind = kind
        self.cluster = Memory(clock)
        self.webhook = WsgiWebhook(client)
        self.loop = Metacontroller(self.cluster, self.webhook, clock, apply_strategy=strategy)
        home = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
        self.cluster.create(NAMESPACES, home)
        for definition in METACONTROLLER:
            self.cluster.create(DEFINITIONS, definition)
        for definition in OURS:
            self.cluster.create(DEFINITIONS, definition)
        for each in controllers:
            if isinstance(each, Decorator):
                self.cluster.create(DECORATOR_CONTROLLERS, decorator_controller(each))
            else:
                self.cluster.create(CONTROLLERS, composite_controller(each))
        self.parents = self.resource(kind.kind)
        self._uids: set[str] = set()

    def resource(self, kind: str) -> Resource:
        return next(each for each in self.cluster.resources() if each.kind == kind)

    def with_neighbours(self) -> "World":
        """The same with what drawn parents refer to, at rest."""
        if targets(self.kind.kind):
            for manifest in NEIGHBOURS:
                self.cluster.create(self.resource(manifest["kind"]), manifest)
            list(self.loop.settle())
        return self

    def copy(self) -> "World":
        """One that goes on from here by itself, far sooner than one that is built anew."""
        stored = (self.cluster.list(each) for each in self.cluster.resources())  # never changed
        shared = (self.kind, self.webhook.client, *itertools.chain.from_iterable(stored))
        return copy.deepcopy(self, {id(each): each for each in shared})

    def create(self, spec: Any, name: str = "it", **metadata: Any) -> Manifest:
        created = self.cluster.create(
            self.parents,
            {
                "apiVersion": self.parents.api_version,
                "kind": self.parents.kind,
                "metadata": {"name": name, "namespace": "default", **metadata},
                "spec": spec,
            },
        )
        self._uids.add(created["metadata"]["uid"])
        return created

    def edit(self, spec: Any, name: str = "it") -> None:
        """Write *spec* in place of what there is, but for what nobody can change."""
        parent = self.parent(name) or {}
        spec = shapes.edited(self.kind.kind, parent.get("spec", {}), spec)
        self.cluster.update(self.parents, {**parent, "spec": spec})

    def parent(self, name: str = "it") -> Manifest | None:
        found = self.cluster.list(self.parents, "default")
        return next((each for each in found if each["metadata"]["name"] == name), None)

    def children(self) -> list[Manifest]:
        """What was made for what this has created, and not for its neighbours."""
        plurals = {child.plural for child in self.kind.children}
        return [
            manifest
            for resource in self.cluster.resources()
            if resource.plural in plurals
            for manifest in self.cluster.list(resource, "default")
            if manifest["metadata"].get("labels", {}).get("controller-uid") in self._uids
        ]


def alone(kind: Composite, client: Client, strategy: ApplyStrategy) -> World:
    """A world in which parents of *kind* are reconciled, and what they refer to just is."""
    return _prepared(kind, client, strategy).copy()


@cache
def _prepared(kind: Composite, client: Client, strategy: ApplyStrategy) -> World:
    return World(kind, client, strategy, controllers=(kind,)).with_neighbours()
