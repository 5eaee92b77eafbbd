"""A controller as the loop can run it, checked once when it appears or changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from orasi.cluster.api import Cluster, Manifest, Resource
from orasi.cluster.loop.answers import Reader
from orasi.cluster.loop.appliers import Method
from orasi.cluster.loop.etags import Etags
from orasi.cluster.loop.snapshot import NotServed, Snapshot
from orasi.cluster.loop.typed import typed
from orasi.cluster.loop.webhook import InvalidWebhook, check_endpoint, webhook_url
from orasi.cluster.selector import (
    InvalidSelector,
    Predicate,
    annotations,
    labels,
    predicate,
)

_HOOKS = ("sync", "finalize", "customize")
_DEFINITIONS = ("apiextensions.k8s.io/v1", "customresourcedefinitions")
_ROLLING = {"RollingInPlace": "InPlace", "RollingRecreate": "Recreate"}


class InvalidController(ValueError):
    """This controller cannot be run. `str()` says why, as Metacontroller does where it can."""

    def __init__(self, why: str, *, is_ignored: bool = False, is_told: bool = True) -> None:
        super().__init__(why)
        self.is_ignored = is_ignored  # until its spec changes, whatever else does
        self.is_told = is_told  # in an event


@dataclass(frozen=True)
class Hook:
    """Where to call, and how an answer is read."""

    webhook: Manifest
    reader: Reader
    etags: Etags | None  # None: they are not asked for


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
    rolling: frozenset[tuple[str, str]] = frozenset()  # groups and kinds that have revisions
    revision_fields: tuple[str, ...] = ()  # by which one revision of a parent differs from another

    @property
    def name(self) -> str:
        return str(self.controller["metadata"]["name"])

    @cached_property
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
    parent_rule = spec["parentResource"]
    history = parent_rule.get("revisionHistory") or {}
    _check_status_subresource(controller, snapshot, cluster)
    try:
        parent = snapshot.resource(parent_rule["apiVersion"], parent_rule["resource"])
        rules = spec.get("childResources") or ()
        shared = _shared(controller, snapshot, rules)
        accepts = predicate(parent_rule.get("labelSelector"))
    except (NotServed, InvalidSelector, InvalidWebhook) as error:
        raise InvalidController(str(error)) from error
    found = Definition(
        parent=parent,
        selects=lambda manifest: accepts(labels(manifest)),
        adopts=True,
        generates_selector=bool(spec.get("generateSelector")),
        ignores_status=bool(parent_rule.get("ignoreStatusChanges")),
        rolling=frozenset(
            (child.group, child.kind)
            for rule, child in zip(rules, shared["children"], strict=True)
            if _stated_method(rule) in _ROLLING
        ),
        revision_fields=tuple(history.get("fieldPaths") or ("spec",)),
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
    except (NotServed, InvalidWebhook) as error:
        raise InvalidController(str(error)) from error
    return tuple(found.values())


def _decorations(
    rules: Sequence[Manifest], snapshot: Snapshot, shared: Mapping[str, Any]
) -> Iterator[Definition]:
    for rule in rules:
        described = f'resource "{rule["resource"]}" in apiVersion "{rule["apiVersion"]}"'
        try:
            parent = snapshot.resource(rule["apiVersion"], rule["resource"])
        except NotServed as error:
            raise InvalidController(f"can't find {described}") from error
        yield Definition(
            parent=parent,
            selects=_selects(rule, described),
            adopts=False,
            generates_selector=False,
            ignores_status=bool(rule.get("ignoreStatusChanges")),
            **shared,
        )


def _selects(rule: Manifest, described: str) -> Callable[[Manifest], bool]:
    """Whether both selectors of a rule accept an object."""

    def converted(what: str, selector: Manifest | None) -> Predicate:
        try:
            return predicate(selector)
        except InvalidSelector as error:
            why = f"can't convert {what} selector for parent {described}: {error}"
            raise InvalidController(why) from error

    by_annotations = rule.get("annotationSelector") or {}
    accepts = converted("label", rule.get("labelSelector"))
    # Metacontroller reads it as if annotations were labels.
    accepts_too = converted(
        "annotation",
        {
            "matchLabels": by_annotations.get("matchAnnotations"),
            "matchExpressions": by_annotations.get("matchExpressions"),
        },
    )
    return lambda manifest: accepts(labels(manifest)) and accepts_too(annotations(manifest))


def _shared(
    controller: Manifest, snapshot: Snapshot, rules: Sequence[Manifest]
) -> Mapping[str, Any]:
    """The fields of a `Definition` that every controller has, *rules* being its children's."""
    spec = controller["spec"]
    children = _children(rules, snapshot)
    hooks = _hooks(spec.get("hooks"), spec.get("endpointConfigs") or ())
    period = spec.get("resyncPeriodSeconds")
    return {
        "controller": typed(controller),
        "children": tuple(children),
        # Of a kind that is listed more than once: the last method that is not the default.
        "methods": {
            (child.group, child.kind): _method(rule)
            for rule, child in zip(rules, children, strict=True)
            if _stated_method(rule) != "OnDelete"
        },
        "hooks": hooks,
        "has_finalizer": spec["hooks"].get("finalize") is not None,
        "resync_period": None if period is None else max(1.0, period),
    }


def _children(rules: Sequence[Manifest], snapshot: Snapshot) -> Sequence[Resource]:
    # Metacontroller looks for those that are to be updated first, and words it in another way.
    for rule in sorted(rules, key=lambda rule: _stated_method(rule) == "OnDelete"):
        version, plural = rule["apiVersion"], rule["resource"]
        try:
            snapshot.resource(version, plural)
        except NotServed as error:
            if _stated_method(rule) == "OnDelete":
                why = (
                    "can't create informer for child resource: can't create client for "
                    f"{plural}.{version} shared informer: {error}"
                )
            else:
                why = f'can\'t find child resource "{plural}" in {version}'
            raise InvalidController(why) from error
    return [snapshot.resource(rule["apiVersion"], rule["resource"]) for rule in rules]


def _check_status_subresource(controller: Manifest, snapshot: Snapshot, cluster: Cluster) -> None:
    rule = controller["spec"]["parentResource"]
    group, _, version = rule["apiVersion"].rpartition("/")
    crd = cluster.get(snapshot.resource(*_DEFINITIONS), "", f"{rule['resource']}.{group}")
    for served in crd["spec"]["versions"]:
        if served["name"] == version and "status" in (served.get("subresources") or {}):
            return
    raise InvalidController(
        f"[{controller['metadata']['name']}] Sync error - ignoring, CRD "
        "[apiextensions.k8s.io/v1, Kind=CustomResourceDefinition] does not have subresource "
        "'Status' enabled",
        is_ignored=True,
    )


def _stated_method(rule: Manifest) -> str:
    return (rule.get("updateStrategy") or {}).get("method") or "OnDelete"


def _method(rule: Manifest) -> Method:
    """How a child is updated once it is to be: in what order is for the revisions to say."""
    method = _stated_method(rule)
    return cast("Method", _ROLLING.get(method, method))


def _hooks(spec: Mapping[str, Any] | None, endpoints: Sequence[Manifest]) -> dict[str, Hook]:
    if not spec:
        raise InvalidController("no hooks defined")
    hooks = {}
    for name in _HOOKS:
        hook = spec.get(name) or {}
        webhook = hook.get("webhook")
        if webhook is None:
            continue
        check_endpoint(webhook_url(webhook), endpoints)
        version = hook.get("version") or "v1"
        mode = webhook.get("responseUnMarshallMode") or _DEFAULT_MODES[version]
        hooks[name] = Hook(webhook, Reader(name, version, mode), _etags(name, webhook))
    return hooks


_DEFAULT_MODES = {"v1": "loose", "v2": "strict"}


def _etags(hook: str, webhook: Manifest) -> Etags | None:
    stated = webhook.get("etag") or {}
    if not stated.get("enabled"):
        return None
    seconds = stated.get("cacheTimeoutSeconds")
    if seconds is not None and stated.get("cacheCleanupSeconds") is None:
        # Metacontroller itself panics, each time anew, and makes no event.
        why = f"the etag of the {hook} hook has cacheTimeoutSeconds, but no cacheCleanupSeconds"
        raise InvalidController(why, is_told=False)
    return Etags(seconds) if seconds and seconds > 0 else Etags()
