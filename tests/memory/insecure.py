"""Pods that a namespace does not take, and why. A test asks the real API server as well."""

from dataclasses import dataclass

from orasi.cluster.api import Manifest
from tests.memory.workloads import container

ENFORCE = "pod-security.kubernetes.io/enforce"


@dataclass(frozen=True)
class Insecure:
    """A pod's spec under a level of Pod Security, and what is said of it."""

    level: str
    spec: Manifest
    message: str


HOST = {"volumes": [{"name": "logs", "hostPath": {"path": "/var/log"}}]}
SOUND: Manifest = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
INSECURE = {
    "host path under baseline": Insecure(
        "baseline",
        {"containers": [container()], **HOST},
        'violates PodSecurity "baseline:latest": hostPath volumes (volume "logs")',
    ),
    "host path under restricted": Insecure(
        "restricted",
        {"containers": [container(securityContext=SOUND)], **HOST},
        'violates PodSecurity "restricted:latest": restricted volume types (volume "logs" uses '
        'restricted volume type "hostPath")',
    ),
    "the host's namespaces": Insecure(
        "baseline",
        {"containers": [container(securityContext={"privileged": True})], "hostPID": True},
        'violates PodSecurity "baseline:latest": host namespaces (hostPID=true), privileged '
        '(container "web" must not set securityContext.privileged=true)',
    ),
    "nothing said": Insecure(
        "restricted",
        {"containers": [container(), {**container(), "name": "more"}]},
        'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (containers '
        '"web", "more" must set securityContext.allowPrivilegeEscalation=false), unrestricted '
        'capabilities (containers "web", "more" must set '
        'securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or containers '
        '"web", "more" must set securityContext.runAsNonRoot=true), seccompProfile (pod or '
        'containers "web", "more" must set securityContext.seccompProfile.type to '
        '"RuntimeDefault" or "Localhost")',
    ),
}
