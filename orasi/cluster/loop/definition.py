"""A controller as the loop can run it, checked once when it appears or changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from orasi.cluster.api import Cluster, Manifest, Resource
from orasi.cluster.loop.appliers import Method
from orasi.cluster.loop.snapshot import NotServed, Snapshot
from orasi.cluster.loop.webhook import InvalidWebhook, webhook_url
from orasi.cluster.selector import InvalidSelector, annotations, labels, predicate

_HOOKS = ("sync", "finalize", "customize")
_DEFINITIONS = ("apiextensions.k8s.io/v1", "customresourcedefinitions")


class InvalidController(ValueError):
    """This controller cannot be run. `str()` says why, as Metacontroller does where it can."""


@dataclass(frozen=True)
class Hook:
    """Where to call, and how an answer is read."""

    webhook: Manifest
    mode: str  # "strict", or "loose" to forgive unknown keys


@dataclass(frozen=True)
class Definition:
    """What a controller says of one kind of parents, with its kinds resolved."""

    controller: Manifest  # as hooks get to see it
    parent: Resource
    selects: Callable[[Manifest], bool]  # whether a parent is one of those that it is for
    children: tuple[Resource, ...]
    methods: Mapping[tuple[str, str], Method]  # by group and kind
    hooks: Mapping[str, Hook]
    has_finalizer: bool
    adopts: bool  # looks for orphans that match the selector of a parent
    generates_selector: bool
    ignores_status: bool  # a change of the status alone is no reason to sync
    resync_period: float | None  # seconds

    @property
    def name(self) -> str:
        return str(self.controller["metadata"]["name"])

    @property
    def finalizer(self) -> str:
        return f"metacontroller.io/{self.controller['kind'].lower()}-{self.name}"

    def concerns(self, parent: Manifest) -> bool:
        """Whether a parent is ours: selected, or still holding our finalizer."""
        finalizers = parent["metadata"].get("finalizers") or ()
        return self.finalizer in finalizers or self.selects(parent)


def composite(controller: Manifest, snapshot: Snapshot, cluster: Cluster) -> Sequence[Definition]:
    """What a CompositeController says.

    Raises `InvalidController`, and `ApiError` if the parent's CRD cannot be read.
    """
    spec = controller["spec"]
    try:
        parent_rule = spec["parentResource"]
        parent = snapshot.resource(parent_rule["apiVersion"], parent_rule["resource"])
        _check_status_subresource(controller, parent, snapshot, cluster)
        accepts = predicate(parent_rule.get("labelSelector"))
        shared = _shared(controller, snapshot, spec.get("childResources") or ())
    except (NotServed, InvalidSelector, InvalidWebhook) as error:
        raise InvalidController(str(error)) from error
    found = Definition(
        parent=parent,
        selects=lambda manifest: accepts(labels(manifest)),
        adopts=True,
        generates_selector=bool(spec.get("generateSelector")),
        ignores_status=bool(parent_rule.get("ignoreStatusChanges")),
        **shared,
    )
    return (found,)


def decorator(controller: Manifest, snapshot: Snapshot, _cluster: Cluster) -> Sequence[Definition]:
    """What a DecoratorController says, of each kind that it decorates. Raises `InvalidController`.

    Of two rules for one kind the last one counts, as in Metacontroller.
    """
    spec = controller["spec"]
    try:
        shared = _shared(controller, snapshot, spec.get("attachments") or ())
        found = {each.parent: each for each in _decorations(spec["resources"], snapshot, shared)}
    except (NotServed, InvalidSelector, InvalidWebhook) as error:
        raise InvalidController(str(error)) from error
    return tuple(found.values())


def _decorations(
    rules: Sequence[Manifest], snapshot: Snapshot, shared: Mapping[str, Any]
) -> Iterator[Definition]:
    for rule in rules:
        yield Definition(
            parent=snapshot.resource(rule["apiVersion"], rule["resource"]),
            selects=_selects(rule),
            adopts=False,
            generates_selector=False,
            ignores_status=bool(rule.get("ignoreStatusChanges")),
            **shared,
        )


def _selects(rule: Manifest) -> Callable[[Manifest], bool]:
    """Whether both selectors of a rule accept an object."""
    by_annotations = rule.get("annotationSelector") or {}
    accepts = predicate(rule.get("labelSelector"))
    accepts_too = predicate(
        {
            "matchLabels": by_annotations.get("matchAnnotations"),
            "matchExpressions": by_annotations.get("matchExpressions"),
        }
    )
    return lambda manifest: accepts(labels(manifest)) and accepts_too(annotations(manifest))


def _shared(
    controller: Manifest, snapshot: Snapshot, rules: Sequence[Manifest]
) -> Mapping[str, Any]:
    """The fields of a `Definition` that every controller has, *rules* being its children's."""
    spec = controller["spec"]
    children = [snapshot.resource(rule["apiVersion"], rule["resource"]) for rule in rules]
    hooks, period = _hooks(spec.get("hooks")), spec.get("resyncPeriodSeconds")
    return {
        # Metacontroller sends its typed copy of the object, in which the status is always empty.
        "controller": {**controller, "status": {}},
        "children": tuple(children),
        "methods": {
            (child.group, child.kind): _method(rule, child)
            for rule, child in zip(rules, children, strict=True)
        },
        "hooks": hooks,
        "has_finalizer": spec["hooks"].get("finalize") is not None,
        "resync_period": None if period is None else max(1.0, period),
    }


def _check_status_subresource(
    controller: Manifest, parent: Resource, snapshot: Snapshot, cluster: Cluster
) -> None:
    definitions = snapshot.resource(*_DEFINITIONS)
    crd = cluster.get(definitions, "", f"{parent.plural}.{parent.group}")
    version = parent.api_version.rpartition("/")[2]
    for served in crd["spec"]["versions"]:
        if served["name"] == version and "status" in (served.get("subresources") or {}):
            return
    raise InvalidController(
        f"[{controller['metadata']['name']}] Sync error - ignoring, CRD "
        "[apiextensions.k8s.io/v1, Kind=CustomResourceDefinition] does not have subresource "
        "'Status' enabled"
    )


def _method(rule: Manifest, child: Resource) -> Method:
    method = (rule.get("updateStrategy") or {}).get("method") or "OnDelete"
    if method not in get_args(Method):
        # Rolling* never completes in Metacontroller 4.17 either.
        raise InvalidController(
            f"update strategy {method} of {child.group_key} is not supported by this loop; "
            f"use one of {', '.join(get_args(Method))}"
        )
    return cast("Method", method)


def _hooks(spec: Mapping[str, Any] | None) -> dict[str, Hook]:
    if not spec:
        raise InvalidController("no hooks defined")
    hooks = {}
    for name in _HOOKS:
        hook = spec.get(name) or {}
        webhook = hook.get("webhook")
        if not webhook:
            continue
        if hook.get("version") != "v2":
            raise InvalidController(f"the {name} hook is not of version v2, which this loop needs")
        webhook_url(webhook)
        hooks[name] = Hook(webhook, webhook.get("responseUnMarshallMode", "strict"))
    return hooks
