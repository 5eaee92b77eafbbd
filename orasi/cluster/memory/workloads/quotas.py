"""ResourceQuotas: what may not be created any more, and what is used of them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from hooks.quantity import canonical, parse
from orasi.cluster.api import Cluster, Manifest, Resource
from orasi.cluster.memory.workloads.nodes import is_of_whole_pods, resources
from orasi.cluster.memory.workloads.objects import (
    CLAIMS,
    ENDED,
    PODS,
    QUOTAS,
    SERVICES,
    Objects,
)

COUNTED = (
    "configmaps",
    "persistentvolumeclaims",
    "pods",
    "resourcequotas",
    "secrets",
    "services",
)
"""Core kinds that may be counted by this name alone, instead of count/<name>."""

COMPUTE = ("cpu", "memory", "ephemeral-storage")
OF_A_CLASS = ".storageclass.storage.k8s.io/"
CLASS = "volume.beta.kubernetes.io/storage-class"
"""An annotation: where the class of a claim once was, which still comes first."""

Amounts = Mapping[str, Decimal]


def refusal(
    objects: Objects, resource: Resource, manifest: Manifest, old: Manifest | None = None
) -> str:
    """Why *manifest* may not be created, or not take the place of *old*; or ""."""
    if old is not None and resource not in (SERVICES, CLAIMS):
        return ""  # nothing that would count can change
    namespace = manifest["metadata"].get("namespace", "")
    quotas = [each for each in objects.list(QUOTAS, namespace) if _is_enforced(each)]
    if not namespace or not quotas:
        return ""
    before = usage(resource, old) if old else {}
    requested = {
        name: number - before.get(name, 0) for name, number in usage(resource, manifest).items()
    }
    for quota in quotas:
        why = _unspecified(quota, resource, manifest) or _exceeded(
            objects, quota, resource, requested
        )
        if why:
            return why
    return ""


def run(cluster: Cluster, _now: float) -> bool:
    """Keep the status of each quota current; whether anything was written."""
    done = [_report(cluster, each) for each in cluster.list(QUOTAS)]
    return any(done)


def usage(resource: Resource, manifest: Manifest) -> Amounts:
    """What one object takes of each thing that a quota can limit."""
    plural = f"{resource.plural}{'.' * bool(resource.group)}{resource.group}"
    used = {f"count/{plural}": Decimal(1)}
    if resource == PODS:
        return used | _pod_usage(manifest)
    if not resource.group and resource.plural in COUNTED:
        used[plural] = Decimal(1)
    if resource == SERVICES:
        used |= _service_usage(manifest.get("spec", {}))
    if resource == CLAIMS:
        used |= _claim_usage(manifest)
    return used


def _service_usage(service: Manifest) -> dict[str, Decimal]:
    """Ports of nodes are counted before there are any."""
    ports = service.get("ports", ())
    balanced = service.get("type") == "LoadBalancer"
    if balanced and service.get("allocateLoadBalancerNodePorts") is False:
        ports = [each for each in ports if each.get("nodePort")]
    exposed = balanced or service.get("type") == "NodePort"
    return {
        "services.nodeports": Decimal(len(ports) if exposed else 0),
        "services.loadbalancers": Decimal(balanced),
    }


def _claim_usage(claim: Manifest) -> dict[str, Decimal]:
    """What it takes, and takes of its class."""
    spec = claim.get("spec", {})
    storage = spec.get("resources", {}).get("requests", {}).get("storage")
    used = {"requests.storage": parse(storage)} if storage else {}
    annotations = claim["metadata"].get("annotations", {})
    if found := annotations.get(CLASS, spec.get("storageClassName")):
        counted = {CLAIMS.plural: Decimal(1), **used}
        used |= {f"{found}{OF_A_CLASS}{name}": number for name, number in counted.items()}
    return used


def _pod_usage(pod: Manifest) -> dict[str, Decimal]:
    """A pod that has ended is still counted as an object, but takes nothing."""
    if pod.get("status", {}).get("phase") in ENDED:
        return {}
    requests, limits = resources(pod, "requests"), resources(pod, "limits")
    used = {"pods": Decimal(1)}
    used |= {f"requests.{name}": number for name, number in requests.items()}
    used |= {name: number for name, number in requests.items() if name in COMPUTE}
    used |= {f"limits.{name}": number for name, number in limits.items() if name in COMPUTE}
    return used


def _hard(quota: Manifest) -> dict[str, str]:
    found: dict[str, str] = quota.get("spec", {}).get("hard", {})
    return found


def _is_enforced(quota: Manifest) -> bool:
    spec = quota.get("spec", {})
    return bool(spec.get("hard")) and "scopes" not in spec and "scopeSelector" not in spec


def _unspecified(quota: Manifest, resource: Resource, manifest: Manifest) -> str:
    """A limited resource is to be named by every container, unless the whole pod names one."""
    spec = manifest.get("spec", {})
    whole = spec.get("resources", {})
    named_at_all = {*whole.get("requests", ()), *whole.get("limits", ())}
    if resource != PODS or any(map(is_of_whole_pods, named_at_all)):
        return ""
    lacking: dict[str, list[str]] = {}
    for container in (*spec.get("containers", ()), *spec.get("initContainers", ())):
        alone = {"spec": {"containers": [container]}}
        named = _pod_usage(alone)
        for name in _hard(quota):
            base = name.removeprefix("requests.").removeprefix("limits.")
            if base in ("cpu", "memory") and name not in named:
                lacking.setdefault(name, []).append(container["name"])
    if not lacking:
        return ""
    texts = (f"{name} for: {','.join(sorted(lacking[name]))}" for name in sorted(lacking))
    return f"failed quota: {quota['metadata']['name']}: must specify {'; '.join(texts)}"


def _exceeded(objects: Objects, quota: Manifest, resource: Resource, requested: Amounts) -> str:
    hard = _hard(quota)
    wanted = {name: number for name, number in requested.items() if name in hard and number > 0}
    if not wanted:
        return ""
    used = used_of(objects, quota, (resource,))
    over = [name for name in sorted(wanted) if used[name] + wanted[name] > parse(hard[name])]
    if not over:
        return ""

    def shown(texts: Iterable[str]) -> str:
        return ",".join(f"{name}={text}" for name, text in zip(over, texts, strict=True))

    return (
        f"exceeded quota: {quota['metadata']['name']}, "
        f"requested: {shown(written(wanted[name], name) for name in over)}, "
        f"used: {shown(written(used[name], name) for name in over)}, "
        f"limited: {shown(hard[name] for name in over)}"
    )


def used_of(objects: Objects, quota: Manifest, kinds: Sequence[Resource]) -> dict[str, Decimal]:
    """How much of a quota is taken by objects of these *kinds*."""
    used = dict.fromkeys(_hard(quota), Decimal())
    for kind in kinds:
        for manifest in objects.list(kind, quota["metadata"]["namespace"]):
            for name, number in usage(kind, manifest).items():
                if name in used:
                    used[name] += number
    return used


def written(number: Decimal, name: str) -> str:
    """Memory in powers of 1024, as it is mostly asked for; what is asked for is not kept."""
    if name.endswith(("memory", "storage")) and number and number % 1024 == 0:
        return canonical(f"{int(number / 1024)}Ki")
    return canonical(f"{int(number * 1000)}m")  # nothing here is finer


def _report(cluster: Cluster, quota: Manifest) -> bool:
    hard = _hard(quota)
    kinds = [each for each in cluster.resources() if each.namespaced] if hard else []
    used = used_of(cluster, quota, kinds)
    shown = {name: written(number, name) for name, number in used.items()}
    status = {"hard": hard, "used": shown} if hard else {}
    if quota.get("status", {}) == status:
        return False
    cluster.update_status(QUOTAS, {**quota, "status": status})
    return True
