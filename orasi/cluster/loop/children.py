"""Manages the children of one parent: deletions first, then creates and updates."""

from collections.abc import Iterable, Mapping, Sequence

from orasi.cluster.api import ApiError, Manifest, Resource
from orasi.cluster.loop.appliers import Applier, Method
from orasi.cluster.loop.recorder import Recorder
from orasi.cluster.loop.snapshot import NotServed, Snapshot, qualified_name

Observed = Mapping[Resource, Mapping[str, Manifest]]
"""The children of one parent by kind, then by "namespace/name"; empty kinds included."""


class ChildrenFailed(Exception):
    """Some children could not be written; the others were."""

    def __init__(self, errors: Iterable[str]) -> None:
        super().__init__(aggregate(errors))


def aggregate(errors: Iterable[str]) -> str:
    """Several errors as Go joins them: each text once."""
    distinct = list(dict.fromkeys(errors))
    return distinct[0] if len(distinct) == 1 else f"[{', '.join(distinct)}]"


def manage(
    recorder: Recorder,
    snapshot: Snapshot,
    applier: Applier,
    methods: Mapping[tuple[str, str], Method],
    parent: Manifest,
    observed: Observed,
    desired: Sequence[Manifest],
) -> None:
    """*methods* by group and kind. Raises `ChildrenFailed` when everything has been tried."""
    errors: list[str] = []
    wanted = _by_kind(desired)
    for resource in sorted(observed, key=_order):
        kept = wanted.get((resource.api_version, resource.kind), {})
        errors += _delete(recorder, applier, resource, observed[resource], kept)
    for (api_version, kind), children in sorted(
        wanted.items(), key=lambda item: _order_of(*item[0])
    ):
        try:
            resource = snapshot.kind(api_version, kind)
        except NotServed as error:
            errors.append(str(error))
            continue
        method = methods.get((resource.group, kind), "OnDelete")
        known = observed.get(resource, {})
        for name, child in sorted(children.items()):
            try:
                applier.apply(recorder, parent, resource, method, known.get(name), child)
            except (ApiError, ValueError) as error:
                errors.append(str(error))
    if errors:
        raise ChildrenFailed(errors)


def _delete(
    recorder: Recorder,
    applier: Applier,
    resource: Resource,
    observed: Mapping[str, Manifest],
    desired: Mapping[str, Manifest],
) -> list[str]:
    errors = []
    for name, child in sorted(observed.items()):
        if name in desired or child["metadata"].get("deletionTimestamp"):
            continue
        try:
            recorder.delete(resource, child)
        except ApiError as error:
            if error.code != 404:
                errors.append(f"can't delete {resource.kind} {name}: {error}")
            continue
        applier.forget(resource, child)
    return errors


def distinct(desired: Iterable[Manifest]) -> Sequence[Manifest]:
    """Of several with the same kind and name the last one counts."""
    kinds = _by_kind(tuple(desired))
    return [child for kind in sorted(kinds) for _, child in sorted(kinds[kind].items())]


def _by_kind(desired: Sequence[Manifest]) -> dict[tuple[str, str], dict[str, Manifest]]:
    groups: dict[tuple[str, str], dict[str, Manifest]] = {}
    for child in desired:
        groups.setdefault(kind_of(child), {})[qualified_name(child)] = child
    return groups


def kind_of(child: Manifest) -> tuple[str, str]:
    """The apiVersion and kind that a hook gave it; none for Go if there is a second slash."""
    stated = child.get("apiVersion")
    if not isinstance(stated, str):
        return "", child["kind"]
    return ("", "") if stated.count("/") > 1 else (stated.removeprefix("/"), child["kind"])


def _order(resource: Resource) -> tuple[str, str, str]:
    return _order_of(resource.api_version, resource.kind)


def _order_of(api_version: str, kind: str) -> tuple[str, str, str]:
    group, _, version = api_version.rpartition("/")
    return group, version, kind
