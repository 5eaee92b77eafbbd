"""What the API server demands of what makes pods, scales them and protects them."""

import json
import re
from collections.abc import Callable, Iterator

from orasi.cluster.memory.demands import pods
from orasi.cluster.memory.demands.checks import Fields, share, share_of_all
from orasi.cluster.memory.problems import (
    Problem,
    forbidden_field,
    invalid,
    required,
    unsupported,
)
from orasi.cluster.selector import InvalidSelector, predicate

CRON_FIELDS = 5
NOTHING = (0, "0%", None)
MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")


def selecting(kind: str) -> Callable[[str, Fields], Iterator[Problem]]:
    """Of the spec of a Deployment, StatefulSet, DaemonSet or ReplicaSet."""

    def check(path: str, value: Fields) -> Iterator[Problem]:
        selector, template = value.get("selector"), value["template"]
        if selector == {}:
            detail = f"empty selector is invalid for {kind.lower()}"
            yield invalid(f"{path}.selector", selector, detail)
        found = template["metadata"].get("labels", {})
        if not _selects(selector, found):
            at = f"{path}.template.metadata.labels"
            yield invalid(at, found or None, "`selector` does not match template `labels`")
        claims = [each["metadata"].get("name") for each in value.get("volumeClaimTemplates", ())]
        yield from pods.template(f"{path}.template", template, volumes=claims)
        pod = template["spec"]
        if pod["restartPolicy"] != "Always":
            at = f"{path}.template.spec.restartPolicy"
            yield unsupported(at, pod["restartPolicy"], ["Always"])
        if "activeDeadlineSeconds" in pod:
            at = f"{path}.template.spec.activeDeadlineSeconds"
            yield forbidden_field(at, f"activeDeadlineSeconds in {kind} is not Supported")

    return check


def _selects(selector: Fields | None, labels: Fields) -> bool:
    """None selects nothing; of one that is refused nothing more is said."""
    try:
        return selector is not None and predicate(selector)(labels)
    except InvalidSelector:
        return True


def deployment_spec(path: str, value: Fields) -> Iterator[Problem]:
    yield from selecting("Deployment")(path, value)
    deadline = value["progressDeadlineSeconds"]
    if deadline <= value.get("minReadySeconds", 0):
        at = f"{path}.progressDeadlineSeconds"
        yield invalid(at, deadline, "must be greater than minReadySeconds")


def deployment_strategy(path: str, value: Fields) -> Iterator[Problem]:
    if value["type"] == "Recreate" and "rollingUpdate" in value:
        detail = "may not be specified when strategy `type` is 'Recreate'"
        yield forbidden_field(f"{path}.rollingUpdate", detail)


def deployment_rolling(path: str, value: Fields) -> Iterator[Problem]:
    yield from share_of_all(f"{path}.maxUnavailable", value.get("maxUnavailable", 0))
    yield from share(f"{path}.maxSurge", value.get("maxSurge", 0))
    if all(value.get(name) in NOTHING for name in ("maxSurge", "maxUnavailable")):
        detail = "may not be 0 when `maxSurge` is 0"
        yield invalid(f"{path}.maxUnavailable", value.get("maxUnavailable", 0), detail)


def daemon_set_rolling(path: str, value: Fields) -> Iterator[Problem]:
    for name in ("maxUnavailable", "maxSurge"):
        yield from share_of_all(f"{path}.{name}", value.get(name, 0))
    surge, unavailable = (value.get(name) not in NOTHING for name in ("maxSurge", "maxUnavailable"))
    if surge and unavailable:
        detail = "may not be set when maxUnavailable is non-zero"
        yield invalid(f"{path}.maxSurge", value["maxSurge"], detail)
    elif not (surge or unavailable):
        yield required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0")


def stateful_set_strategy(path: str, value: Fields) -> Iterator[Problem]:
    if value["type"] == "OnDelete" and "rollingUpdate" in value:
        detail = "only allowed for updateStrategy 'RollingUpdate'"
        yield invalid(f"{path}.rollingUpdate", value["rollingUpdate"], detail)


def cron_job_spec(path: str, value: Fields) -> Iterator[Problem]:
    """Of the schedule only the number of fields is checked."""
    schedule = value["schedule"]
    fields, at = schedule.split(), f"{path}.schedule"
    if schedule.startswith("@") and not schedule.startswith("@every "):
        if schedule not in MACROS:
            yield invalid(at, schedule, f"unrecognized descriptor: {schedule}")
    elif schedule and len(fields) != CRON_FIELDS and not schedule.startswith("@"):
        detail = f"expected exactly {CRON_FIELDS} fields, found {len(fields)}: "
        yield invalid(at, schedule, f"{detail}[{' '.join(fields)}]")
    zone = value.get("timeZone", "UTC")
    if not zone:
        yield invalid(f"{path}.timeZone", zone, "timeZone must be nil or non-empty string")
    elif not re.fullmatch("[A-Za-z][-A-Za-z0-9_+]*(/[A-Za-z0-9_+][-A-Za-z0-9_+]*)*", zone):
        yield invalid(f"{path}.timeZone", zone, f"unknown time zone {zone}")


def job_template(path: str, value: Fields) -> Iterator[Problem]:
    if "selector" in value["spec"]:
        at = f"{path}.spec.selector"
        yield invalid(at, value["spec"]["selector"], "`selector` will be auto-generated")
    if value["spec"].get("manualSelector"):
        yield unsupported(f"{path}.spec.manualSelector", True, ["nil", "false"])


def job_spec(path: str, value: Fields) -> Iterator[Problem]:
    policy, at = value["template"]["spec"]["restartPolicy"], f"{path}.template.spec.restartPolicy"
    if policy == "Always":
        yield required(at, 'valid values: "OnFailure", "Never"')
    yield from pods.template(f"{path}.template", value["template"])
    if value.get("completionMode") == "Indexed" and "completions" not in value:
        yield required(f"{path}.completions", "when completion mode is Indexed")
    if value.get("completionMode", "NonIndexed") == "NonIndexed":
        for name in ("backoffLimitPerIndex", "maxFailedIndexes"):
            if name in value:
                yield invalid(f"{path}.{name}", value[name], "requires indexed completion mode")


def budget_spec(path: str, value: Fields) -> Iterator[Problem]:
    for name in ("minAvailable", "maxUnavailable"):
        yield from share_of_all(f"{path}.{name}", value.get(name, 0))
    if "minAvailable" in value and "maxUnavailable" in value:
        # The API server shows its own struct here, not what was sent.
        shown = {
            "MinAvailable": value["minAvailable"],
            "Selector": value.get("selector"),
            "MaxUnavailable": value["maxUnavailable"],
            "UnhealthyPodEvictionPolicy": value.get("unhealthyPodEvictionPolicy"),
        }
        fault = f"Invalid value: {json.dumps(shown, separators=(',', ':'))}"
        yield Problem(path, fault, detail="minAvailable and maxUnavailable cannot be both set")


METRICS = ("object", "pods", "resource", "external", "containerResource")
IN_NO_GROUP = "ReplicationController"  # and yet scalable
LONGEST_PERIOD = 1800
LONGEST_WINDOW = 3600


def autoscaler_spec(path: str, value: Fields) -> Iterator[Problem]:
    least, most = value["minReplicas"], value["maxReplicas"]
    at = f"{path}.maxReplicas"
    if least < 1:
        yield invalid(f"{path}.minReplicas", least, "must be greater than or equal to 1")
    if most == 0:
        yield required(at, "must be set and greater than 0")
    elif most < 0:
        yield invalid(at, most, "must be greater than or equal to 1")
    if most < least:
        yield invalid(at, most, "must be greater than or equal to `minReplicas`")
    target = value["scaleTargetRef"]
    yield from _api_version(f"{path}.scaleTargetRef", target)
    if target.get("apiVersion", "").rpartition("/")[0] or target.get("kind") == IN_NO_GROUP:
        return
    at = f"{path}.scaleTargetRef.apiVersion"
    yield invalid(at, target.get("apiVersion", ""), "apiVersion must specify API group")


def _api_version(path: str, reference: Fields) -> Iterator[Problem]:
    found = reference.get("apiVersion", "")
    if found.count("/") > 1:
        yield invalid(f"{path}.apiVersion", found, f"unexpected GroupVersion string: {found}")


def metric(path: str, value: Fields) -> Iterator[Problem]:
    kind = value["type"][:1].lower() + value["type"][1:]
    if kind in METRICS and kind not in value:
        yield required(f"{path}.{kind}", "must populate information for the given metric source")
    for other in METRICS:
        if other in value and other != kind:
            yield forbidden_field(f"{path}.{other}", "must populate the given metric source only")


def _target(
    *choices: str, without: str, both: str = ""
) -> Callable[[str, Fields], Iterator[Problem]]:
    """Of a source whose target is one of *choices*, or of both if nothing is said against it."""

    def check(path: str, value: Fields) -> Iterator[Problem]:
        found = [choice for choice in choices if choice in value["target"]]
        if not found:
            yield required(f"{path}.target.{choices[0]}", without)
        elif both and len(found) > 1:
            yield forbidden_field(f"{path}.target.{found[-1]}", both)

    return check


resource_target = _target(
    "averageUtilization",
    "averageValue",
    without="must set either a target raw value or a target utilization",
    both="may not set both a target raw value and a target utilization",
)
external_target = _target(
    "averageValue",
    "value",
    without="must set either a target value for metric or a per-pod target",
    both="may not set both a target value for metric and a per-pod target",
)
pods_target = _target("averageValue", without="must specify a positive target averageValue")
object_target = _target(
    "averageValue", "value", without="must set either a target value or averageValue"
)


def object_metric(path: str, value: Fields) -> Iterator[Problem]:
    yield from _api_version(f"{path}.describedObject", value["describedObject"])
    yield from object_target(path, value)


def target_type(path: str, value: str) -> Iterator[Problem]:
    if value not in ("Utilization", "Value", "AverageValue"):
        yield invalid(path, value, "must be either Utilization, Value, or AverageValue")


def scaling_rules(path: str, value: Fields) -> Iterator[Problem]:
    if not value.get("policies"):
        yield required(f"{path}.policies", "must specify at least one Policy")
    seconds = value.get("stabilizationWindowSeconds", 0)
    at = f"{path}.stabilizationWindowSeconds"
    if seconds < 0:
        yield invalid(at, seconds, "must be greater than or equal to zero")
    elif seconds > LONGEST_WINDOW:
        yield invalid(at, seconds, f"must be less than or equal to {LONGEST_WINDOW}")


def scaling_policy(path: str, value: Fields) -> Iterator[Problem]:
    for name in ("value", "periodSeconds"):
        if value[name] <= 0:
            yield invalid(f"{path}.{name}", value[name], "must be greater than zero")
    if value["periodSeconds"] > LONGEST_PERIOD:
        detail = f"must be less than or equal to {LONGEST_PERIOD}"
        yield invalid(f"{path}.periodSeconds", value["periodSeconds"], detail)
