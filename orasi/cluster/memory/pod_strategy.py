"""What the API server makes of a Pod, and what of one an update may change: next to nothing."""

from collections.abc import Iterator

from orasi.cluster.api import Manifest
from orasi.cluster.memory.problems import Problem, forbidden_field, invalid

PATIENCE = 300
LONGEST_DEADLINE = (1 << 31) - 1
CONTAINERS = ("containers", "initContainers")
JUDGED_APART = ("activeDeadlineSeconds", "tolerations", "schedulingGates")
CHANGEABLE = (
    "`spec.containers[*].image`",
    "`spec.initContainers[*].image`",
    "`spec.activeDeadlineSeconds`",
    "`spec.tolerations` (only additions to existing tolerations)",
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
)


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


def pod_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    """Source: Kubernetes, pkg/apis/core/validation, ValidatePodUpdate."""
    if old is None or new["spec"] == old["spec"]:
        return
    now, before = new["spec"], old["spec"]
    for name in CONTAINERS:
        if len(now.get(name, ())) != len(before.get(name, ())):
            yield forbidden_field(f"spec.{name}", "pod updates may not add or remove containers")
            return
    deadlines = list(_deadline_problems(now, before))
    yield from deadlines
    if deadlines and "activeDeadlineSeconds" in now:
        return
    yield from _toleration_problems(now, before)
    yield from _gate_problems(now, before)
    if _fixed(now, before) != _fixed(before, before):
        # What follows there is a diff of Go's own fields, which have other names than ours.
        what = f"pod updates may not change fields other than {','.join(CHANGEABLE)}"
        yield forbidden_field("spec", what)


def _deadline_problems(now: Manifest, before: Manifest) -> Iterator[Problem]:
    """It may be brought forward, but not be put off."""
    path = "spec.activeDeadlineSeconds"
    new, old = now.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds")
    if new is None:
        if old is not None:
            yield invalid(path, None, "must not update from a positive integer to nil value")
    elif not 0 <= new <= LONGEST_DEADLINE:
        yield invalid(path, new, f"must be between 0 and {LONGEST_DEADLINE}, inclusive")
    elif old is not None and old < new:
        yield invalid(path, new, "must be less than or equal to previous value")


def _toleration_problems(now: Manifest, before: Manifest) -> Iterator[Problem]:
    """There may be more of them, and each may be for another time."""
    kept = list(map(_timeless, now.get("tolerations", ())))
    if any(_timeless(each) not in kept for each in before.get("tolerations", ())):
        why = "existing toleration can not be modified except its tolerationSeconds"
        yield forbidden_field("spec.tolerations", why)


def _timeless(toleration: Manifest) -> Manifest:
    return {**toleration, "tolerationSeconds": None}


def _gate_problems(now: Manifest, before: Manifest) -> Iterator[Problem]:
    """They open one after the other, for ever."""
    known = {each["name"] for each in before.get("schedulingGates", ())}
    for index, each in enumerate(now.get("schedulingGates", ())):
        if each["name"] not in known:
            why = f"only deletion is allowed, but found new scheduling gate '{each['name']}'"
            yield forbidden_field(f"spec.schedulingGates[{index}].name", why)


def _fixed(spec: Manifest, before: Manifest) -> Manifest:
    """What of *spec* must be as it was *before*."""
    fixed = {name: value for name, value in spec.items() if name not in JUDGED_APART}
    for name in CONTAINERS & fixed.keys():
        fixed[name] = [{**each, "image": ""} for each in fixed[name]]
    patience = "terminationGracePeriodSeconds"
    if before[patience] < 0 and fixed[patience] == 1:
        fixed[patience] = before[patience]
    if before.get("schedulingGates"):  # nothing has come of where it is to run
        fixed.pop("nodeSelector", None)
        fixed["affinity"] = {**fixed.get("affinity", {}), "nodeAffinity": None}
    return fixed
