"""Pod Security: which pods a namespace takes, by the levels of Kubernetes.

Of baseline: the host's namespaces, its folders, privileges. Of restricted: all but Windows and
what is to be added to capabilities.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from orasi.cluster.api import Manifest

LABEL = "pod-security.kubernetes.io/enforce"
VOLUMES = (
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim"),
    *("projected", "secret"),
)
SECCOMP = ("RuntimeDefault", "Localhost")

Finding = tuple[str, str]
"""Reason and detail."""


def refusal(namespace: Manifest, pod: Manifest) -> str:
    """Why *pod* may not be created in *namespace*, or ""."""
    level = namespace["metadata"].get("labels", {}).get(LABEL, "privileged")
    checks = LEVELS.get(level, ())
    found = [finding for check in checks for finding in check(pod.get("spec", {}))]
    if not found:
        return ""
    told = ", ".join(f"{reason} ({detail})" for reason, detail in found)
    return f'violates PodSecurity "{level}:latest": {told}'


def _containers(spec: Manifest) -> list[Manifest]:
    return [*spec.get("initContainers", ()), *spec.get("containers", ())]


def _security(of: Manifest) -> dict[str, Any]:
    found: dict[str, Any] = of.get("securityContext", {})
    return found


def _named(noun: str, names: Sequence[str]) -> str:
    return f"{noun}{'s' * (len(names) > 1)} {', '.join(_quoted(each) for each in names)}"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _host_namespaces(spec: Manifest) -> Iterator[Finding]:
    found = [name for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name)]
    if found:
        yield "host namespaces", ", ".join(f"{name}=true" for name in found)


def _host_paths(spec: Manifest) -> Iterator[Finding]:
    found = [each["name"] for each in spec.get("volumes", ()) if "hostPath" in each]
    if found:
        yield "hostPath volumes", _named("volume", found)


def _by_container(
    reason: str, must: str, holds: Callable[[dict[str, Any]], bool]
) -> Callable[[Manifest], Iterator[Finding]]:
    def check(spec: Manifest) -> Iterator[Finding]:
        bad = [each["name"] for each in _containers(spec) if not holds(_security(each))]
        if bad:
            yield reason, f"{_named('container', bad)} {must}"

    return check


def _by_pod(
    reason: str, must: str, holds: Callable[[dict[str, Any]], bool]
) -> Callable[[Manifest], Iterator[Finding]]:
    """What a container may say, or the pod for all of them."""

    def check(spec: Manifest) -> Iterator[Finding]:
        of_pod = _security(spec)
        bad = [
            each["name"] for each in _containers(spec) if not holds({**of_pod, **_security(each)})
        ]
        if bad:
            yield reason, f"pod or {_named('container', bad)} {must}"

    return check


def _volume_types(spec: Manifest) -> Iterator[Finding]:
    types = {
        each["name"]: next((name for name in each if name not in ("name", *VOLUMES)), "")
        for each in spec.get("volumes", ())
    }
    bad = {name: found for name, found in types.items() if found}
    if bad:
        kinds = sorted(set(bad.values()))
        verb = "use" if len(bad) > 1 else "uses"
        yield (
            "restricted volume types",
            f"{_named('volume', list(bad))} {verb} {_named('restricted volume type', kinds)}",
        )


COMMON = (
    _host_namespaces,
    _by_container(
        "privileged",
        "must not set securityContext.privileged=true",
        lambda found: not found.get("privileged"),
    ),
)
LEVELS: dict[str, Sequence[Callable[[Manifest], Iterator[Finding]]]] = {
    "baseline": (COMMON[0], _host_paths, COMMON[1]),
    "restricted": (
        *COMMON,
        _by_container(
            "allowPrivilegeEscalation != false",
            "must set securityContext.allowPrivilegeEscalation=false",
            lambda found: found.get("allowPrivilegeEscalation") is False,
        ),
        _by_container(
            "unrestricted capabilities",
            'must set securityContext.capabilities.drop=["ALL"]',
            lambda found: "ALL" in found.get("capabilities", {}).get("drop", ()),
        ),
        _volume_types,
        _by_pod(
            "runAsNonRoot != true",
            "must set securityContext.runAsNonRoot=true",
            lambda found: found.get("runAsNonRoot") is True,
        ),
        _by_pod(
            "seccompProfile",
            'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
            lambda found: found.get("seccompProfile", {}).get("type") in SECCOMP,
        ),
    ),
}
