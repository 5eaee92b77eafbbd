"""What the API server demands of workloads, Services and budgets beyond what a schema can say.

A demand is checked where the fields that it is about are given: unlike the real API server, this
one takes a Deployment without a selector, which tests of other things would have to write.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from hooks.quantity import parse
from orasi.cluster.api import Manifest
from orasi.cluster.memory.problems import Problem, forbidden_field, invalid, required

PATIENCE = 300
IMMUTABLE = "field is immutable"
TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
CHANGEABLE = (
    *("replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit"),
    *("persistentVolumeClaimRetentionPolicy", "minReadySeconds"),
)
"""What of a StatefulSet is not for ever."""

PROTECTION = "kubernetes.io/pvc-protection"
"""The finalizer of a claim."""


def daemon_set(new: Manifest, old: Manifest | None) -> Manifest:
    """Its templates are counted, in an annotation of old."""
    number = 1
    if old is not None:
        number = int(old["metadata"].get("annotations", {}).get(TEMPLATE_GENERATION, "1"))
        number += new["spec"]["template"] != old["spec"]["template"]
    metadata = new["metadata"]
    annotations = {**metadata.get("annotations", {}), TEMPLATE_GENERATION: str(number)}
    return {**new, "metadata": {**metadata, "annotations": annotations}}


def claim(new: Manifest, old: Manifest | None) -> Manifest:
    """Its volume must not go while a pod uses it."""
    metadata = new["metadata"]
    finalizers = metadata.get("finalizers", [])
    if old is not None or PROTECTION in finalizers:
        return new
    return {**new, "metadata": {**metadata, "finalizers": [*finalizers, PROTECTION]}}


def pod(new: Manifest, old: Manifest | None) -> Manifest:
    """Nodes that are lost are left after five minutes, unless something else is said."""
    if old is not None:
        return new
    spec = new["spec"]
    return {**new, "spec": {**spec, "tolerations": _with_patience(spec)}}


def _with_patience(spec: Manifest) -> list[Manifest]:
    found: list[Manifest] = list(spec.get("tolerations", ()))
    known = {each.get("key") for each in found if each.get("effect") in (None, "", "NoExecute")}
    for name in ("not-ready", "unreachable"):
        key = f"node.kubernetes.io/{name}"
        if not known & {key, None, ""}:
            wanted = {"key": key, "operator": "Exists", "effect": "NoExecute"}
            found.append({**wanted, "tolerationSeconds": PATIENCE})
    return found


def service(new: Manifest, old: Manifest | None) -> Manifest:
    spec = new["spec"]
    address = old["spec"].get("clusterIP") if old else None
    if address and "clusterIP" not in spec and spec["type"] != "ExternalName":
        spec = {**spec, "clusterIP": address}
    return {**new, "spec": spec}


def deployment_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    spec = new.get("spec", {})
    yield from workload_problems(new, old)
    parameters = spec.get("strategy", {}).get("rollingUpdate", {})
    for name in ("maxUnavailable", "maxSurge"):
        yield from _share_problems(f"spec.strategy.rollingUpdate.{name}", parameters.get(name, 0))
    for name in ("replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"):
        yield from negative_problems(f"spec.{name}", spec.get(name, 0))
    if all(parameters.get(name) in (0, "0%") for name in ("maxSurge", "maxUnavailable")):
        path = "spec.strategy.rollingUpdate.maxUnavailable"
        yield invalid(path, parameters["maxUnavailable"], "may not be 0 when `maxSurge` is 0")
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None and deadline <= spec.get("minReadySeconds", 0):
        path = "spec.progressDeadlineSeconds"
        yield invalid(path, deadline, "must be greater than minReadySeconds")


def _share_problems(path: str, share: int | str) -> Iterator[Problem]:
    if isinstance(share, int):
        yield from negative_problems(path, share)
    elif not re.fullmatch("[0-9]+%", share):
        detail = (
            "a valid percent string must be a numeric string followed by an ending '%' "
            "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
        )
        yield invalid(path, share, detail)


def negative_problems(path: str, number: int) -> Iterator[Problem]:
    if number < 0:
        yield invalid(path, number, "must be greater than or equal to 0")


def workload_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    """Of what makes pods from a template."""
    spec = new.get("spec", {})
    template = spec.get("template", {})
    labels = template.get("metadata", {}).get("labels", {})
    wanted = spec.get("selector", {}).get("matchLabels", {})
    if not wanted.items() <= labels.items():
        detail = "`selector` does not match template `labels`"
        yield invalid("spec.template.metadata.labels", labels or None, detail)
    yield from container_problems("spec.template.spec", template.get("spec", {}))
    if old and spec.get("selector") != old.get("spec", {}).get("selector"):
        yield invalid("spec.selector", spec.get("selector"), IMMUTABLE)


def daemon_set_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    yield from workload_problems(new, old)
    parameters = new.get("spec", {}).get("updateStrategy", {}).get("rollingUpdate", {})
    path = "spec.updateStrategy.rollingUpdate"
    for name in ("maxUnavailable", "maxSurge"):
        yield from _share_problems(f"{path}.{name}", parameters.get(name, 0))
    surge, unavailable = (
        parameters.get(name) not in (0, "0%", None) for name in ("maxSurge", "maxUnavailable")
    )
    if surge and unavailable:
        detail = "may not be set when maxUnavailable is non-zero"
        yield invalid(f"{path}.maxSurge", parameters["maxSurge"], detail)
    elif parameters and not (surge or unavailable):
        yield required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0")


def stateful_set_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    yield from workload_problems(new, None)
    spec = new.get("spec", {})
    for name in ("replicas", "minReadySeconds", "revisionHistoryLimit"):
        yield from negative_problems(f"spec.{name}", spec.get(name, 0))
    if old is None:
        return
    before = old.get("spec", {})
    kept = [{k: v for k, v in each.items() if k not in CHANGEABLE} for each in (spec, before)]
    if kept[0] != kept[1]:
        fields = "', '".join(CHANGEABLE[:-1])
        yield forbidden_field(
            "spec",
            f"updates to statefulset spec for fields other than '{fields}' and "
            f"'{CHANGEABLE[-1]}' are forbidden",
        )


def autoscaler_problems(new: Manifest, _old: Manifest | None) -> Iterator[Problem]:
    spec = new.get("spec", {})
    least, most = spec.get("minReplicas", 1), spec.get("maxReplicas", 0)
    if least < 1:
        yield invalid("spec.minReplicas", least, "must be greater than or equal to 1")
    if most == 0:
        yield required("spec.maxReplicas", "must be set and greater than 0")
    elif most < 0:
        yield invalid("spec.maxReplicas", most, "must be greater than or equal to 1")
    if most < least:
        detail = "must be greater than or equal to `minReplicas`"
        yield invalid("spec.maxReplicas", most, detail)


def pod_problems(new: Manifest, _old: Manifest | None) -> Iterator[Problem]:
    yield from container_problems("spec", new.get("spec", {}))


def container_problems(path: str, spec: dict[str, Any]) -> Iterator[Problem]:
    for field in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(field, ())):
            if not container.get("name"):
                yield required(f"{path}.{field}[{index}].name")
            resources = container.get("resources", {})
            limits = resources.get("limits", {})
            for name, amount in resources.get("requests", {}).items():
                if name in limits and parse(amount) > parse(limits[name]):
                    detail = f"must be less than or equal to {name} limit of {limits[name]}"
                    yield invalid(f"{path}.{field}[{index}].resources.requests", amount, detail)


def service_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    before = old.get("spec", {}).get("clusterIP") if old else None
    now = new.get("spec", {}).get("clusterIP")
    if before and now and before != now:
        yield invalid("spec.clusterIPs[0]", [now], "may not change once set")


def budget_problems(new: Manifest, _old: Manifest | None) -> Iterator[Problem]:
    spec = new.get("spec", {})
    for name in ("minAvailable", "maxUnavailable"):
        yield from _share_problems(f"spec.{name}", spec.get(name, 0))
    if "minAvailable" in spec and "maxUnavailable" in spec:
        # The API server shows its own struct here, not what was sent.
        shown = {
            "MinAvailable": spec["minAvailable"],
            "Selector": spec.get("selector"),
            "MaxUnavailable": spec["maxUnavailable"],
            "UnhealthyPodEvictionPolicy": spec.get("unhealthyPodEvictionPolicy"),
        }
        fault = f"Invalid value: {json.dumps(shown, separators=(',', ':'))}"
        yield Problem("spec", fault, detail="minAvailable and maxUnavailable cannot be both set")
