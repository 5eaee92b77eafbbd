"""Golden cases: one file a situation, its `why`, the request in short, the answer in full."""

import json
from pathlib import Path

import yaml

from hooks import API_VERSION
from hooks.composite import Composite
from hooks.contract import Manifest, Parent
from hooks.contract.projection import LAST_APPLIED
from hooks.decorator import Decorator
from hooks.decorators import DECORATORS
from hooks.kinds import KINDS
from hooks.manifests import composite_controller, decorator_controller
from hooks.safe_yaml import Dumper
from orasi.cluster.memory.merge_patch import merge_patched

ROOT = Path(__file__).parent
DECORATOR_CONTROLLER = "metacontroller.k8s.io/decorator-controller"
CREATED = "2026-11-23T10:00:01Z"


class Loader(yaml.CSafeLoader):
    """Timestamps stay text, as JSON has them, and `!repeat [text, times]` makes long texts."""


Loader.yaml_implicit_resolvers = {
    key: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
    for key, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class Repeated(str):
    """A long text that is saved in short."""

    unit: str
    times: int

    def __new__(cls, unit: str, times: int) -> "Repeated":
        repeated = super().__new__(cls, unit * times)
        repeated.unit, repeated.times = unit, times
        return repeated


class Writer(Dumper):
    """Writes long texts in short, and lines as lines."""


def _repeated(loader: Loader, node: yaml.SequenceNode) -> Repeated:
    unit, times = loader.construct_sequence(node)
    return Repeated(unit, times)


def _shortened(dumper: Writer, value: Repeated) -> yaml.Node:
    return dumper.represent_sequence("!repeat", [value.unit, value.times], flow_style=True)


def _text(dumper: Writer, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


Loader.add_constructor("!repeat", _repeated)
Writer.add_representer(Repeated, _shortened)
Writer.add_representer(str, _text)


def cases() -> list[Path]:
    return sorted(ROOT.glob("*/*.yaml"))


def load(path: Path) -> Manifest:
    case: Manifest = yaml.load(path.read_text(), Loader)  # noqa: S506  # a SafeLoader
    return case


def save(path: Path, case: Manifest) -> None:
    path.write_text(yaml.dump(case, Dumper=Writer, sort_keys=False, allow_unicode=True, width=100))


def short(response: Manifest, path: Path) -> Manifest:
    """*response* of the case at *path* as it is saved: children that it has in common with the case
    which its request begins with are named by that."""
    other = answered_by(load(path)["request"])
    key, body = owned(path), response["body"]
    if other and isinstance(body, dict) and body.get(key) == answer(path.parent / other):
        return response | {"body": body | {key: {"answered": other}}}
    return response


def decorator(path: Path) -> Decorator | None:
    """The decorator that the case at *path* is about; None if it is about a kind."""
    return next((each for each in DECORATORS if each.singular == path.parent.name), None)


def owned(path: Path) -> str:
    """What the case at *path* calls the objects that are made."""
    return "attachments" if decorator(path) else "children"


def answered_by(request: Manifest) -> str:
    """The case whose answer a request begins with; "" if it says its children itself."""
    children = request.get("children", request.get("attachments"))
    return str(children["answered"]) if isinstance(children, dict) else ""


def answer(path: Path) -> list[Manifest]:
    """The children that the case at *path* (without suffix) answers."""
    case = load(path.with_suffix(".yaml"))
    children = case["response"]["body"][owned(path)]
    if isinstance(children, dict):
        return answer(path.parent / children["answered"])
    found: list[Manifest] = children
    return found


def envelope(path: Path) -> Manifest:
    """The body that Metacontroller would send for the request in short of the case at *path*.

    In short, what every request of ours has is left out, and objects are lists. The children may
    be those that another case answered, as they are observed then, `but` for merge patches. Of
    optional kinds the controller `lists` those that are named.
    """
    request = load(path)["request"]
    if decorating := decorator(path):
        return decoration(decorating, path, request)
    kind = next(kind for kind in KINDS if kind.singular == path.parent.name)
    parent = {"apiVersion": API_VERSION, **request["parent"]}
    children = request.get("children", [])
    if other := answered_by(request):
        ours = {"labels": {"controller-uid": parent["metadata"]["uid"]}}
        made = [observed(child, parent, ours) for child in answer(path.parent / other)]
        children = patched(made, children.get("but", []))
    # Metacontroller sends a group for each kind that it lists, also an empty one.
    groups: dict[str, dict[str, Manifest]] = {
        f"{child.kind}.{child.api_version}": {}
        for child in kind.children
        if not child.optional or child.kind in request.get("lists", [])
    }
    return {
        "controller": composite_controller(kind),
        "parent": parent,
        "children": groups | grouped(children),
        "related": asked(kind, parent) | grouped(request.get("related", [])),
        "finalizing": request.get("hook") == "finalize",
    }


def decoration(decorator: Decorator, path: Path, request: Manifest) -> Manifest:
    """The same for a decorator, whose attachments are told as children are."""
    subject = {
        "apiVersion": decorator.api_version,
        "kind": decorator.object_kind,
        **request["object"],
    }
    controller = decorator_controller(decorator)
    attachments = request.get("attachments", [])
    if other := answered_by(request):
        mark = {DECORATOR_CONTROLLER: controller["metadata"]["name"]}
        made = [
            observed(each, subject, {"annotations": mark}) for each in answer(path.parent / other)
        ]
        attachments = patched(made, attachments.get("but", []))
    groups: dict[str, dict[str, Manifest]] = {
        f"{each.kind}.{each.api_version}": {} for each in decorator.attachments
    }
    return {
        "controller": controller,
        "object": subject,
        "attachments": groups | grouped(attachments),
        "related": {},
        "finalizing": request.get("hook") == "finalize",
    }


def asked(kind: Composite, parent: Manifest) -> dict[str, dict[str, Manifest]]:
    """An empty group for each kind that the customize hook asks for."""
    named = {
        (child.api_version, child.plural): child.kind for each in KINDS for child in each.children
    } | {(API_VERSION, each.plural): each.kind for each in KINDS}
    named["v1", "namespaces"] = "Namespace"
    rules = kind.asks_for(Parent(parent, parent.get("spec")))
    return {f"{named[rule.api_version, rule.resource]}.{rule.api_version}": {} for rule in rules}


def grouped(objects: list[Manifest]) -> dict[str, dict[str, Manifest]]:
    groups: dict[str, dict[str, Manifest]] = {}
    for each in objects:
        metadata = each["metadata"]
        group = groups.setdefault(f"{each['kind']}.{each['apiVersion']}", {})
        group["/".join(filter(None, (metadata.get("namespace"), metadata["name"])))] = each
    return groups


def observed(child: Manifest, parent: Manifest, marks: Manifest) -> Manifest:
    """*child* as the API server has it after Metacontroller has applied it dynamically.

    *marks* are the labels or annotations that Metacontroller finds it by.
    """
    owner, described = parent["metadata"], child["metadata"]
    marked = {key: {**marks[key], **described.get(key, {})} for key in marks}
    applied = {**child, "metadata": {**described, **marked}}
    noted = {LAST_APPLIED: json.dumps(applied, sort_keys=True)}
    reference = {"apiVersion": parent["apiVersion"], "kind": parent["kind"], "controller": True}
    metadata = {
        **applied["metadata"],
        "annotations": {**applied["metadata"].get("annotations", {}), **noted},
        "creationTimestamp": CREATED,
        "generation": 1,
        "ownerReferences": [reference | {"name": owner["name"], "uid": owner["uid"]}],
    }
    return {**applied, "metadata": metadata}


def patched(objects: list[Manifest], patches: list[Manifest]) -> list[Manifest]:
    """*objects* after JSON merge patches, each for the one of its kind and name; {"gone": true}
    takes it away."""
    by_name = {(each["kind"], each["metadata"]["name"]): each for each in objects}
    for patch in patches:
        key = patch["kind"], patch["metadata"]["name"]
        if patch.get("gone"):
            del by_name[key]
        else:
            by_name[key] = merge_patched(by_name.get(key), patch)
    return list(by_name.values())
