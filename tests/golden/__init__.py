"""Golden cases: one file a situation, its `why`, the request in short, the answer in full."""

from pathlib import Path
from typing import Any

import yaml

from hooks import API_VERSION
from hooks.contract import Manifest
from hooks.kinds import KINDS
from hooks.manifests import composite_controller

ROOT = Path(__file__).parent


class Loader(yaml.SafeLoader):
    """Timestamps stay text, as JSON has them, and `!repeat [text, times]` makes long texts."""


Loader.yaml_implicit_resolvers = {
    key: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
    for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Repeated(str):
    """A long text that is saved in short."""

    unit: str
    times: int

    def __new__(cls, unit: str, times: int) -> "Repeated":
        repeated = super().__new__(cls, unit * times)
        repeated.unit, repeated.times = unit, times
        return repeated


class Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _repeated(loader: Loader, node: yaml.SequenceNode) -> Repeated:
    unit, times = loader.construct_sequence(node)
    return Repeated(unit, times)


def _shortened(dumper: Dumper, value: Repeated) -> yaml.Node:
    return dumper.represent_sequence("!repeat", [value.unit, value.times], flow_style=True)


def _text(dumper: Dumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


Loader.add_constructor("!repeat", _repeated)
Dumper.add_representer(Repeated, _shortened)
Dumper.add_representer(str, _text)


def cases() -> list[Path]:
    return sorted(ROOT.glob("*/*.yaml"))


def load(path: Path) -> Manifest:
    case: Manifest = yaml.load(path.read_text(), Loader)  # noqa: S506  # a SafeLoader
    return case


def save(path: Path, case: Manifest) -> None:
    path.write_text(yaml.dump(case, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100))


def envelope(request: Manifest) -> Manifest:
    """The body that Metacontroller would send for a request in short.

    In short, children are a list, and what every request of ours has is left out.
    """
    parent = {"apiVersion": API_VERSION, **request["parent"]}
    kind = next((kind for kind in KINDS if kind.kind == parent["kind"]), KINDS[0])
    # Metacontroller sends a group for each kind that it lists, also an empty one.
    children: dict[str, dict[str, Manifest]] = {
        f"{child.kind}.{child.api_version}": {} for child in kind.children
    }
    for child in request.get("children", []):
        group = children.setdefault(f"{child['kind']}.{child['apiVersion']}", {})
        group[f"{child['metadata']['namespace']}/{child['metadata']['name']}"] = child
    return {
        "controller": composite_controller(kind),
        "parent": parent,
        "children": children,
        "related": {},
        "finalizing": request.get("hook") == "finalize",
    }
