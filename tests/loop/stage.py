"""A small world for the loop: a cluster in memory, one test kind, hooks that are functions."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orasi.cluster.api import ApiError, Clock, Manifest, Pass, Resource, VirtualClock
from orasi.cluster.loop.metacontroller import ApplyStrategy, Metacontroller
from orasi.cluster.loop.webhook import NO_HEADERS, Answer
from orasi.cluster.memory import Memory

Hook = Callable[[Manifest], Manifest | Answer]

FREE_FORM = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
CONFIG_MAP = Resource("v1", "ConfigMap", "configmaps")
DEPLOYMENT = Resource("apps/v1", "Deployment", "deployments")
EVENT = Resource("v1", "Event", "events")
MIRROR = Resource("test.orasi.io/v1", "Mirror", "mirrors")
CONTROLLER = Resource(
    "metacontroller.k8s.io/v1alpha1", "CompositeController", "compositecontrollers", False
)
DECORATOR = Resource(
    "metacontroller.k8s.io/v1alpha1", "DecoratorController", "decoratorcontrollers", False
)
DEFINITION = Resource(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", False
)
INVISIBLE = Resource("test.orasi.io/v1", "Invisible", "invisibles")
"""A kind without a status subresource."""


class Refusing(Memory):
    """A cluster that refuses what it is told to: errors by verb and plural."""

    def __init__(self, clock: Clock) -> None:
        self.refusals: dict[tuple[str, str], ApiError] = {}
        super().__init__(clock)

    def refuse(self, verb: str, resource: Resource, code: int) -> None:
        self.refusals[verb, resource.plural] = ApiError(code, "Refused", f"{verb} is refused")

    def list(self, resource: Resource, namespace: str = "") -> Sequence[Manifest]:
        self._check("list", resource)
        return super().list(resource, namespace)

    def create(self, resource: Resource, manifest: Manifest) -> Manifest:
        self._check("create", resource)
        return super().create(resource, manifest)

    def update(self, resource: Resource, manifest: Manifest) -> Manifest:
        self._check("update", resource)
        return super().update(resource, manifest)

    def update_status(self, resource: Resource, manifest: Manifest) -> Manifest:
        self._check("update_status", resource)
        return super().update_status(resource, manifest)

    def apply(
        self,
        resource: Resource,
        manifest: Manifest,
        *,
        field_manager: str,
        dry_run: bool = False,
    ) -> Manifest:
        self._check("apply", resource)
        return super().apply(resource, manifest, field_manager=field_manager, dry_run=dry_run)

    def delete(
        self,
        resource: Resource,
        namespace: str,
        name: str,
        *,
        uid: str | None = None,
        propagation: str = "Background",
    ) -> None:
        self._check("delete", resource)
        super().delete(resource, namespace, name, uid=uid, propagation=propagation)

    def run_controllers(self) -> None:
        kept, self.refusals = self.refusals, {}
        super().run_controllers()
        self.refusals = kept

    def _check(self, verb: str, resource: Resource) -> None:
        if (verb, resource.plural) in self.refusals:
            raise self.refusals[verb, resource.plural]


@dataclass
class Hooks:
    """Implements `Webhook`: a hook's URL is its name."""

    functions: dict[str, Hook]
    bodies: list[Manifest] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def post(
        self, webhook: Manifest, body: Manifest, headers: Mapping[str, str] = NO_HEADERS
    ) -> Answer:
        self.headers.append(dict(headers))
        self.bodies.append(json.loads(json.dumps(body)))
        answer = self.functions[webhook["url"]](body)
        return answer if isinstance(answer, Answer) else ok(answer)


@dataclass(frozen=True)
class Stage:
    """Everything that a test touches."""

    memory: Refusing
    clock: VirtualClock
    hooks: Hooks
    loop: Metacontroller

    def get(self, resource: Resource, name: str) -> Manifest:
        return self.memory.get(resource, "default" if resource.namespaced else "", name)

    def names(self, resource: Resource) -> list[str]:
        return [each["metadata"]["name"] for each in self.memory.list(resource, "default")]

    def edit(self, resource: Resource, name: str, **changes: Any) -> None:
        """Replace whole top-level fields."""
        self.memory.update(resource, {**self.get(resource, name), **changes})

    def relabel(self, resource: Resource, name: str, labels: dict[str, str]) -> None:
        live = self.get(resource, name)
        self.memory.update(resource, {**live, "metadata": {**live["metadata"], "labels": labels}})

    def delete(self, resource: Resource, name: str) -> None:
        self.memory.delete(resource, "default", name)
        self.memory.run_controllers()

    def settle(self, patience: float = 60.0) -> list[Pass]:
        return list(self.limited(self.loop.settle(patience=patience)))

    def limited(self, passes: Iterator[Pass], most: int = 50) -> Iterator[Pass]:
        """A loop that never ends is a failure, not a test that hangs."""
        for number, each in enumerate(passes):
            assert number < most, "this does not settle"
            yield each

    def writes(self) -> list[str]:
        """Settle; every write on the way, as text."""
        return [str(write) for done in self.settle() for write in done.writes]

    def events(self, kind: str = "Warning") -> list[Manifest]:
        """In order."""
        found = [event for event in self.memory.list(EVENT) if event["type"] == kind]
        return sorted(found, key=lambda event: event["metadata"]["name"])

    def messages(self) -> list[str]:
        """The texts of all warnings, in order."""
        return [event["message"] for event in self.events()]


def ok(answer: Manifest) -> Answer:
    return Answer(200, {"Content-Type": "application/json"}, json.dumps(answer).encode())


def error(code: int, body: str = "no", **headers: str) -> Answer:
    return Answer(
        code, {name.replace("_", "-"): value for name, value in headers.items()}, body.encode()
    )


def always(*children: Manifest, **answer: Any) -> Hook:
    """A hook that wants these children, whatever the world is like."""
    return lambda _body: {"children": list(children), **answer}


def config_map(name: str = "cm", **data: str) -> Manifest:
    # Not `data: {}`: the API server drops it, and every sync would write it again.
    content = {"data": data} if data else {}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, **content}


def mirror(name: str = "a", **metadata: Any) -> Manifest:
    return {
        "apiVersion": MIRROR.api_version,
        "kind": "Mirror",
        "metadata": {"name": name, "namespace": "default", **metadata},
        "spec": {},
    }


def definition(resource: Resource, *, status: bool = True) -> Manifest:
    """A CRD with a free-form spec and status."""
    group, _, version = resource.api_version.rpartition("/")
    schema = {"type": "object", "properties": {"spec": FREE_FORM, "status": FREE_FORM}}
    return {
        "apiVersion": DEFINITION.api_version,
        "kind": DEFINITION.kind,
        "metadata": {"name": f"{resource.plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced" if resource.namespaced else "Cluster",
            "names": {"plural": resource.plural, "kind": resource.kind},
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": schema},
                    **({"subresources": {"status": {}}} if status else {}),
                }
            ],
        },
    }


def controller(
    enabled: Sequence[str],
    *,
    children: Sequence[Resource] = (CONFIG_MAP, DEPLOYMENT),
    method: str = "InPlace",
    parent: Resource = MIRROR,
    **spec: Any,
) -> Manifest:
    return {
        "apiVersion": CONTROLLER.api_version,
        "kind": CONTROLLER.kind,
        "metadata": {"name": "mirrors"},
        "spec": {
            "generateSelector": True,
            "parentResource": {"apiVersion": parent.api_version, "resource": parent.plural},
            "childResources": [
                {
                    "apiVersion": child.api_version,
                    "resource": child.plural,
                    "updateStrategy": {"method": method},
                }
                for child in children
            ],
            "hooks": {name: {"version": "v2", "webhook": {"url": name}} for name in enabled},
            **spec,
        },
    }


def decorator(
    enabled: Sequence[str], *rules: Manifest, attachments: Sequence[Resource] = (CONFIG_MAP,)
) -> Manifest:
    """*rules* say which objects are decorated."""
    return {
        "apiVersion": DECORATOR.api_version,
        "kind": DECORATOR.kind,
        "metadata": {"name": "decorations"},
        "spec": {
            "resources": list(rules),
            "attachments": [
                {
                    "apiVersion": each.api_version,
                    "resource": each.plural,
                    "updateStrategy": {"method": "InPlace"},
                }
                for each in attachments
            ],
            "hooks": {name: {"version": "v2", "webhook": {"url": name}} for name in enabled},
        },
    }


def decorated_stage(
    sync: Hook,
    *rules: Manifest,
    finalize: Hook | None = None,
    strategy: ApplyStrategy = "dynamic-apply",
) -> Stage:
    """With a DecoratorController for *rules* only, and one Mirror, named "a"."""
    clock = VirtualClock()
    memory = Refusing(clock)
    hooks = Hooks({"sync": sync} | ({"finalize": finalize} if finalize else {}))
    for resource in (CONTROLLER, DECORATOR, MIRROR):
        memory.create(DEFINITION, definition(resource))
    memory.create(DECORATOR, decorator(tuple(hooks.functions), *rules))
    memory.create(MIRROR, mirror())
    return Stage(
        memory, clock, hooks, Metacontroller(memory, hooks, clock, apply_strategy=strategy)
    )


def stage(
    sync: Hook,
    *parents: Manifest,
    finalize: Hook | None = None,
    customize: Hook | None = None,
    strategy: ApplyStrategy = "dynamic-apply",
    **spec: Any,
) -> Stage:
    """*spec*: see `controller`. Without *parents* there is one, named "a"."""
    clock = VirtualClock()
    memory = Refusing(clock)
    given = {"sync": sync, "finalize": finalize, "customize": customize}
    hooks = Hooks({name: hook for name, hook in given.items() if hook})
    for resource in (CONTROLLER, MIRROR):
        memory.create(DEFINITION, definition(resource))
    memory.create(DEFINITION, definition(INVISIBLE, status=False))
    memory.create(CONTROLLER, controller(tuple(hooks.functions), **spec))
    for parent in parents or (mirror(),):
        memory.create(MIRROR, parent)
    loop = Metacontroller(memory, hooks, clock, apply_strategy=strategy)
    return Stage(memory, clock, hooks, loop)
