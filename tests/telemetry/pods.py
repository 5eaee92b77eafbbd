"""What the pods of a Pipeline would have: the hooks' answer, laid out as the kubelet does it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from hooks import API_VERSION
from hooks.contract import Manifest, Observed, Parent, SyncRequest
from hooks.kinds.pipeline import PIPELINE
from hooks.reconcile import reconcile
from tests import golden
from tests.collector.ports import Configuration
from tests.collector.process import Collector
from tests.collector.validation import validate

NAMESPACE = "shop"

Contents = Mapping[tuple[str, str], Mapping[str, str]]
"""What Secrets and ConfigMaps hold, by their kind and name. No hook ever sees it."""


def objects(text: str, addresses: Mapping[str, str]) -> list[Manifest]:
    """What an author writes as YAML; *addresses* are the real ones of those that are written."""
    for written, real in addresses.items():
        assert written in text
        text = text.replace(written, real)
    found = list(yaml.safe_load_all(text))
    for each in found:
        each["metadata"]["namespace"] = NAMESPACE
        each["apiVersion"] = API_VERSION
    return found


def children(name: str, written: Sequence[Manifest]) -> list[Manifest]:
    """The hooks' answer for the Pipeline called *name*."""
    (parent,) = (
        each
        for each in written
        if (each["kind"], each["metadata"]["name"]) == (PIPELINE.kind, name)
    )
    related = Observed(golden.asked(PIPELINE, parent) | golden.grouped(list(written)))
    request = SyncRequest(Parent(parent, parent["spec"]), Observed(), related)
    answer = reconcile(PIPELINE, request)
    states = {each["type"]: each for each in answer.status["conditions"]}
    assert states["Configured"]["status"] == "True", states
    return list(answer.children)


@dataclass(frozen=True)
class Pod:
    """The collector's container, in a folder that stands for its root."""

    configuration: str
    environment: Mapping[str, str]

    def start(
        self,
        binary: Path,
        folder: Path,
        *,
        name: str = "collector",
        overrides: Configuration | None = None,
    ) -> Collector:
        """Raises ProcessFailed if it does not get healthy; the init container has no objection."""
        assert validate(binary, self.configuration, self.environment) == ""
        return Collector(
            binary,
            self.configuration,
            folder,
            overrides=overrides,
            environment=self.environment,
            name=name,
        )


def pod(answered: Sequence[Manifest], contents: Contents, root: Path) -> Pod:
    """The pod of the one Deployment in *answered*.

    The collector can see all of this machine, so folders that the configuration names as the
    container would see them are named as they are in *root* instead; nothing else is changed.
    """
    (workload,) = (each for each in answered if each["kind"] == "Deployment")
    spec = workload["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    own = {
        (each["kind"], each["metadata"]["name"]): each["data"]
        for each in answered
        if each["kind"] == "ConfigMap"
    }
    contents = {**contents, **own}
    volumes = {each["name"]: each for each in spec["volumes"]}
    folders = {each["mountPath"]: volumes[each["name"]] for each in container["volumeMounts"]}
    for folder, volume in folders.items():
        for path, text in files(volume, contents):
            file = Path(f"{root}{folder}", path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
    (argument,) = container["args"]
    configuration = Path(f"{root}{argument.removeprefix('--config=')}").read_text()
    for folder in folders:
        configuration = configuration.replace(f"{folder}/", f"{root}{folder}/")
    return Pod(configuration, dict(variables(container, contents)))


def files(volume: Manifest, contents: Contents) -> Iterator[tuple[str, str]]:
    """Path and content of each file of a volume."""
    sources = volume["projected"]["sources"] if "projected" in volume else [volume]
    for source in sources:
        for field, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
            if field in source:
                found = contents[kind, source[field]["name"]]
                yield from ((each["path"], found[each["key"]]) for each in source[field]["items"])


def variables(container: Mapping[str, Any], contents: Contents) -> Iterator[tuple[str, str]]:
    """Name and value of each environment variable."""
    for each in container["env"]:
        if "valueFrom" in each:
            reference = each["valueFrom"]["secretKeyRef"]
            yield each["name"], contents["Secret", reference["name"]][reference["key"]]
        else:
            yield each["name"], expanded(each["value"])


def expanded(value: str) -> str:
    """As the kubelet does it, for texts that refer to no other variable."""
    assert not re.search(r"(?<!\$)(\$\$)*\$\(", value)
    return value.replace("$$", "$")
