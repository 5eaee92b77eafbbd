"""What the API server demands of workloads, Services and budgets beyond what a schema can say.

A demand is checked where the fields that it is about are given: unlike the real API server, this
one takes a Deployment without a selector, which tests of other things would have to write.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from hooks.quantity import parse
from orasi.cluster.api import Manifest
from orasi.cluster.memory.problems import Problem, duplicate, forbidden_field, invalid, required

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

QUARTER = "25%"


def object_of(value: Any) -> dict[str, Any]:
    """*value*, or nothing if it is of the wrong type, for which it will be refused."""
    return value if isinstance(value, dict) else {}


def deployment(new: Manifest, _old: Manifest | None) -> Manifest:
    """Each parameter of a rolling update has a default of its own."""
    spec = object_of(new.get("spec"))
    strategy = object_of(spec.get("strategy"))
    given = strategy.get("rollingUpdate", {})
    if strategy.get("type") != "RollingUpdate" or not isinstance(given, dict):
        return new
    parameters = {"maxUnavailable": QUARTER, "maxSurge": QUARTER, **given}
    return {**new, "spec": {**spec, "strategy": {**strategy, "rollingUpdate": parameters}}}


def daemon_set(new: Manifest, old: Manifest | None) -> Manifest:
    """As a Deployment's; and its templates are counted, in an annotation of old."""
    spec = object_of(new.get("spec"))
    strategy = object_of(spec.get("updateStrategy"))
    given = strategy.get("rollingUpdate", {})
    if strategy.get("type") == "RollingUpdate" and isinstance(given, dict):
        parameters = {"maxUnavailable": 1, "maxSurge": 0, **given}
        new = {
            **new,
            "spec": {**spec, "updateStrategy": {**strategy, "rollingUpdate": parameters}},
        }
    number = 1
    if old is not None:
        number = int(old["metadata"].get("annotations", {}).get(TEMPLATE_GENERATION, "1"))
        number += spec.get("template") != old.get("spec", {}).get("template")
    metadata = new["metadata"]
    annotations = {**metadata.get("annotations", {}), TEMPLATE_GENERATION: str(number)}
    return {**new, "metadata": {**metadata, "annotations": annotations}}


def stateful_set(new: Manifest, _old: Manifest | None) -> Manifest:
    spec = object_of(new.get("spec"))
    strategy = object_of(spec.get("updateStrategy"))
    given = strategy.get("rollingUpdate")
    if strategy.get("type") != "RollingUpdate" or not isinstance(given, dict):
        return new
    parameters = {"partition": 0, **given}
    return {**new, "spec": {**spec, "updateStrategy": {**strategy, "rollingUpdate": parameters}}}


def claim(new: Manifest, old: Manifest | None) -> Manifest:
    """Its volume must not go while a pod uses it."""
    metadata = new["metadata"]
    finalizers = metadata.get("finalizers", [])
    if old is not None or PROTECTION in finalizers:
        return new
    return {**new, "metadata": {**metadata, "finalizers": [*finalizers, PROTECTION]}}


def limit_range(new: Manifest, _old: Manifest | None) -> Manifest:
    """What containers get that ask for nothing is at most, and at least, what they may have."""
    spec = object_of(new.get("spec"))
    if not isinstance(spec.get("limits"), list):
        return new
    return {**new, "spec": {**spec, "limits": list(map(_with_defaults, spec["limits"]))}}


def _with_defaults(item: Any) -> Any:
    if object_of(item).get("type") != "Container":
        return item
    limits = {**item.get("max", {}), **item.get("default", {})}
    requests = {**item.get("min", {}), **limits, **item.get("defaultRequest", {})}
    found = {"default": limits, "defaultRequest": requests}
    return {**item, **{name: amounts for name, amounts in found.items() if amounts}}


def autoscaler(new: Manifest, _old: Manifest | None) -> Manifest:
    """Without metrics, it is CPU that counts."""
    spec = object_of(new.get("spec"))
    if spec.get("metrics") or not spec:
        return new
    target = {"type": "Utilization", "averageUtilization": 80}
    metric = {"type": "Resource", "resource": {"name": "cpu", "target": target}}
    return {**new, "spec": {**spec, "metrics": [metric]}}


def pod(new: Manifest, old: Manifest | None) -> Manifest:
    """What is limited is requested as well; and nodes that are lost are left after five minutes.

    Both unless something else is said.
    """
    spec = object_of(new.get("spec"))
    if old is not None:
        return new
    containers = {
        field: [_with_requests(each) for each in spec[field]]
        for field in ("containers", "initContainers")
        if isinstance(spec.get(field), list)
    }
    if not containers:
        return new
    return {**new, "spec": {**spec, **containers, "tolerations": _with_patience(spec)}}


def _with_patience(spec: Manifest) -> list[Manifest]:
    found: list[Manifest] = list(spec.get("tolerations", ()))
    known = {each.get("key") for each in found if each.get("effect") in (None, "", "NoExecute")}
    for name in ("not-ready", "unreachable"):
        key = f"node.kubernetes.io/{name}"
        if not known & {key, None, ""}:
            wanted = {"key": key, "operator": "Exists", "effect": "NoExecute"}
            found.append({**wanted, "tolerationSeconds": PATIENCE})
    return found


def _with_requests(container: Any) -> Any:
    resources = object_of(object_of(container).get("resources"))
    limits, requests = resources.get("limits"), resources.get("requests", {})
    if not (isinstance(limits, dict) and isinstance(requests, dict)):
        return container
    return {**container, "resources": {**resources, "requests": {**limits, **requests}}}


def service(new: Manifest, old: Manifest | None) -> Manifest:
    """A port is sent on to the port of the same number, unless it says otherwise."""
    spec = object_of(new.get("spec"))
    ports = spec.get("ports")
    if isinstance(ports, list) and all(isinstance(port, dict) for port in ports):
        spec = {**spec, "ports": [{"targetPort": port.get("port"), **port} for port in ports]}
    address = old.get("spec", {}).get("clusterIP") if old else None
    if address and "clusterIP" not in spec and spec.get("type") != "ExternalName":
        spec = {**spec, "clusterIP": address}
    return {**new, "spec": spec} if spec else new


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
    yield from _doubles(f"{path}.volumes", spec.get("volumes", ()), "name")
    for field in ("containers", "initContainers"):
        yield from _doubles(f"{path}.{field}", spec.get(field, ()), "name")
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
    ports = new.get("spec", {}).get("ports", ())
    yield from _doubles("spec.ports", ports, "name")
    seen = set()
    for index, port in enumerate(ports):
        key = port.get("protocol"), port.get("port")
        if key in seen:
            # The API server shows its own struct here, not what was sent.
            shown = {"Name": "", "Protocol": key[0], "AppProtocol": None, "Port": key[1]}
            fault = f"Duplicate value: {_as_go({**shown, 'TargetPort': 0, 'NodePort': 0})}"
            yield Problem(f"spec.ports[{index}]", fault)
        seen.add(key)


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
        fault = f"Invalid value: {_as_go(shown)}"
        yield Problem("spec", fault, detail="minAvailable and maxUnavailable cannot be both set")


def _as_go(struct: dict[str, Any]) -> str:
    return json.dumps(struct, separators=(",", ":"))


def _doubles(path: str, items: Iterable[Manifest], name: str) -> Iterator[Problem]:
    """Items that have the same *name* as one before."""
    seen = set()
    for index, item in enumerate(items):
        value = item.get(name)
        if value and value in seen:
            yield duplicate(f"{path}[{index}].{name}", value)
        seen.add(value)
