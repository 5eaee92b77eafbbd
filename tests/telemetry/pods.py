"""What the pods of a Pipeline would have: the hooks' answer, laid out as the kubelet does it."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from hooks import API_VERSION
from hooks.collector.memory import MEBIBYTE
from hooks.contract import Manifest, Observed, Parent, SyncRequest
from hooks.kinds.pipeline import PIPELINE
from hooks.quantity import parse
from hooks.reconcile import reconcile
from hooks.workload import WORKLOADS
from tests import golden
from tests.cluster.process import Account
from tests.collector.ports import Configuration
from tests.collector.process import Collector
from tests.collector.validation import validate

NAMESPACE = "shop"
NODE = "node-1"

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


def children(
    name: str, written: Sequence[Manifest], others: Sequence[Manifest] = ()
) -> list[Manifest]:
    """The hooks' answer for the Pipeline called *name*; *others* are of the cluster."""
    (parent,) = (
        each
        for each in written
        if (each["kind"], each["metadata"]["name"]) == (PIPELINE.kind, name)
    )
    related = Observed(golden.asked(PIPELINE, parent) | golden.grouped([*written, *others]))
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
    memory_limit: int  # bytes
    account: Account | None = None  # whose processes it runs; None: our own

    def start(
        self,
        binary: Path,
        folder: Path,
        *,
        name: str = "collector",
        overrides: Configuration | None = None,
    ) -> Collector:
        """Raises ProcessFailed if it does not get healthy; the init container has no objection."""
        said = validate(binary, self.configuration, self.environment)
        assert said == "", said
        return Collector(
            binary,
            self.configuration,
            folder,
            overrides={"processors": {"memory_limiter": self.limiter()}, **(overrides or {})},
            environment=self.environment,
            name=name,
            account=self.account,
        )

    def limiter(self) -> Configuration:
        """What its percentages come to in a container with its memory limit.

        No cgroup limits a process of ours, so they would be of all memory of this machine.
        """
        settings = yaml.safe_load(self.configuration)["processors"]["memory_limiter"]
        return {
            amount: self.memory_limit * settings[percentage] // 100 // MEBIBYTE
            for amount, percentage in (
                ("limit_mib", "limit_percentage"),
                ("spike_limit_mib", "spike_limit_percentage"),
            )
        }


def pod(answered: Sequence[Manifest], contents: Contents, root: Path) -> Pod:
    """A pod of the one workload in *answered*; its volumes are folders that stay.

    The collector can see all of this machine, so folders that the configuration names as the
    container would see them are named as they are in *root* instead; nothing else is changed.
    """
    (workload,) = (each for each in answered if each["kind"] in WORKLOADS)
    spec = workload["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    own = {
        (each["kind"], each["metadata"]["name"]): each["data"]
        for each in answered
        if each["kind"] == "ConfigMap"
    }
    contents = {**contents, **own}
    volumes = {each["name"]: each for each in spec["volumes"]}
    claims = workload["spec"].get("volumeClaimTemplates", ())
    volumes |= {each["metadata"]["name"]: each for each in claims}
    folders = {each["mountPath"]: volumes[each["name"]] for each in container["volumeMounts"]}
    for folder, volume in folders.items():
        Path(f"{root}{folder}").mkdir(parents=True, exist_ok=True)
        if "emptyDir" in volume:
            Path(f"{root}{folder}").chmod(0o777)
        for path, text in files(volume, contents):
            file = Path(f"{root}{folder}", path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
    (argument,) = container["args"]
    configuration = Path(f"{root}{argument.removeprefix('--config=')}").read_text()
    for folder in folders:
        configuration = re.sub(rf"(?<![\w/]){folder}\b", f"{root}{folder}", configuration)
    limit = int(parse(container["resources"]["limits"]["memory"]))
    return Pod(configuration, dict(variables(container, contents)), limit)


def account(answered: Sequence[Manifest]) -> Account | None:
    """Whose processes those pods run, where we are root and can have it so."""
    if os.geteuid() != 0:
        return None
    (workload,) = (each for each in answered if each["kind"] in WORKLOADS)
    context = workload["spec"]["template"]["spec"]["securityContext"]
    groups = tuple(context.get("supplementalGroups", ()))
    return Account(context["runAsUser"], context["runAsGroup"], groups)


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
        if each.get("valueFrom", {}).keys() == {"fieldRef"}:
            assert each["valueFrom"]["fieldRef"]["fieldPath"] == "spec.nodeName"
            yield each["name"], NODE
        elif "valueFrom" in each:
            reference = each["valueFrom"]["secretKeyRef"]
            yield each["name"], contents["Secret", reference["name"]][reference["key"]]
        else:
            yield each["name"], expanded(each["value"])


def expanded(value: str) -> str:
    """As the kubelet does it, for texts that refer to no other variable."""
    assert not re.search(r"(?<!\$)(\$\$)*\$\(", value)
    return value.replace("$$", "$")
