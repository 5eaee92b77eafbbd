"""What the API server makes of a Service: its address, families of addresses, and ports.

What it has against the first two is said before anything else is judged, and alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address, ip_network
from itertools import count

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.memory.demands.checks import address
from orasi.cluster.memory.demands.networks import HEADLESS, is_checked
from orasi.cluster.memory.openapi.defaults import REACHED_FROM_OUTSIDE, is_reached_from_outside
from orasi.cluster.memory.problems import (
    Problem,
    duplicate,
    forbidden_field,
    invalid,
    refusal,
    unsupported,
)

SERVICES = Resource("v1", "Service", "services")
FAMILIES = ("IPv4", "IPv6")
POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
ADDRESSES = ip_network("10.96.0.0/16")
ONCE = "may not change once set"
LIST, POLICY = "spec.clusterIPs", "spec.ipFamilyPolicy"


def service(new: Manifest, old: Manifest | None) -> Manifest:
    """It has an address and, reached from outside, a port of each node; they stay what they are."""
    before = old["spec"] if old else {}
    spec = _without_leftovers(new["spec"], before)
    if spec["type"] == "ExternalName":
        return {**_without_balancer(new, spec), "spec": spec}
    if before.get("type") == "ExternalName":
        before = {}
    number = int(new["metadata"]["uid"][:8], 16)
    spec = _with_address(spec, before)
    if not _is_settled(spec, before):
        spec = _with_policy(spec, before)
        for problems in PROBLEMS:
            if wrong := list(problems(spec, before)):
                raise refusal(SERVICES, new["metadata"].get("name", ""), wrong)
        found = spec.get("clusterIP") or _address(number)
        spec |= {"clusterIP": found, "clusterIPs": [found], "ipFamilies": _families(spec)}
    if spec["type"] == "NodePort" or spec.get("allocateLoadBalancerNodePorts"):
        spec["ports"] = list(_with_node_ports(spec.get("ports", ()), before, number))
    if is_checked(spec):
        port = before.get("healthCheckNodePort", _node_port(number, 0))
        spec = {"healthCheckNodePort": port, **spec}
    return {**_without_balancer(new, spec), "spec": spec}


def _without_balancer(new: Manifest, spec: Manifest) -> Manifest:
    """Where nobody balances the load, no balancer is shown."""
    if _is_balanced(spec) or not new.get("status", {}).get("loadBalancer"):
        return new
    return {**new, "status": {**new["status"], "loadBalancer": {}}}


def _is_balanced(spec: Manifest) -> bool:
    return bool(spec["type"] == "LoadBalancer")


def _has_address(spec: Manifest) -> bool:
    return bool(spec["type"] != "ExternalName")


# Which Services may have these fields.
MAY_HAVE: Mapping[str, Callable[[Manifest], bool]] = {
    **dict.fromkeys(
        ("clusterIP", "clusterIPs", "internalTrafficPolicy", "ipFamilies", "ipFamilyPolicy"),
        _has_address,
    ),
    **dict.fromkeys(("allocateLoadBalancerNodePorts", "loadBalancerClass"), _is_balanced),
    "externalTrafficPolicy": is_reached_from_outside,
    "healthCheckNodePort": is_checked,
}


def _without_leftovers(spec: Manifest, before: Manifest) -> Manifest:
    """*spec* without what was there *before* and is not for its new type."""
    left = [
        field
        for field, may_have in MAY_HAVE.items()
        if field in spec and spec[field] == before.get(field) and not may_have(spec)
    ]
    kept = {field: value for field, value in spec.items() if field not in left}
    known, found = (_node_ports(each.get("ports", ())) for each in (before, spec))
    if spec["type"] not in REACHED_FROM_OUTSIDE and found and found <= known:
        kept["ports"] = [
            {name: each[name] for name in each if name != "nodePort"} for each in spec["ports"]
        ]
    return kept


def _node_ports(ports: Iterable[Manifest]) -> set[int]:
    return {each["nodePort"] for each in ports if "nodePort" in each}


def _with_address(spec: Manifest, before: Manifest) -> Manifest:
    """Which is said twice, alone and in a list; what is not said stays as it was *before*."""
    one, every = (spec.get(name) or before.get(name) for name in ("clusterIP", "clusterIPs"))
    if one and every in (None, before.get("clusterIPs")):
        every = [one]
    given = {"clusterIP": one, "clusterIPs": every}
    return {**spec, **{name: given[name] for name in given if given[name]}}


def _is_settled(spec: Manifest, before: Manifest) -> bool:
    """Whether it had and prefers several families, and says nothing new of them.

    Then nothing more is asked, not even whether it selects pods now.
    """
    same = all(spec.get(name) == before.get(name) for name in ("type", "clusterIPs", "ipFamilies"))
    policies = {each.get("ipFamilyPolicy") for each in (spec, before)}
    return same and policies == {"PreferDualStack"}


def _is_open(spec: Manifest) -> bool:
    """Without pods to select, a Service without an address may be of any family."""
    return spec.get("clusterIP") == HEADLESS and not spec.get("selector")


def _with_policy(spec: Manifest, before: Manifest) -> Manifest:
    default = "RequireDualStack" if _is_open(spec) else "SingleStack"
    policy = spec.get("ipFamilyPolicy", before.get("ipFamilyPolicy", default))
    families = spec.get("ipFamilies")
    if families and policy == "SingleStack" and families == before.get("ipFamilies"):
        spec = {**spec, "ipFamilies": families[:1]}
    return {**spec, "ipFamilyPolicy": policy}


def _families(spec: Manifest) -> list[str]:
    families = spec.get("ipFamilies") or ["IPv4"]
    if _is_open(spec) and spec["ipFamilyPolicy"] != "SingleStack":
        return [*families, *(each for each in FAMILIES if each not in families)]
    return families


def _field_problems(spec: Manifest, _before: Manifest) -> Iterator[Problem]:
    """What is wrong in whatever cluster."""
    one, every = spec.get("clusterIP"), spec.get("clusterIPs", [])
    if every and not one:
        yield invalid(LIST, every, "must be empty when `clusterIP` is not specified")
    elif every and every[0] != one:
        yield invalid(LIST, every, "first value must match `clusterIP`")
    families, policy = spec.get("ipFamilies", []), spec["ipFamilyPolicy"]
    for index, each in enumerate(families):
        if each not in FAMILIES:
            yield unsupported(f"spec.ipFamilies[{index}]", each, FAMILIES)
        elif each in families[:index]:
            yield duplicate(f"spec.ipFamilies[{index}]", each)
    if policy not in POLICIES:
        yield unsupported(POLICY, policy, POLICIES)
    wrong = list(_wrong_addresses(every))
    yield from wrong or _mismatches(every, families)


def _wrong_addresses(every: list[str]) -> Iterator[Problem]:
    for index, each in enumerate(every):
        if index or each != HEADLESS:
            yield from address(f"{LIST}[{index}]", each)
        elif len(every) > 1:
            yield invalid(LIST, every, "'None' must be the first and only value")


def _mismatches(every: list[str], families: list[str]) -> Iterator[Problem]:
    """Of addresses that are sound, or none."""
    if every == [HEADLESS]:
        return
    found = [_family_of(each) for each in every]
    if len(every) > len(FAMILIES):
        yield invalid(LIST, every, "may only hold up to 2 values")
    if len(set(found)) < len(found):
        yield invalid(LIST, every, "may specify no more than one IP for each IP family")
    for index, (family, wanted) in enumerate(zip(found, families, strict=False)):
        if family != wanted:
            detail = f"expected an {wanted} value as indicated by `ipFamilies[{index}]`"
            yield invalid(f"{LIST}[{index}]", every[index], detail)


def _family_of(text: str) -> str:
    return f"IPv{ip_address(text).version}"


def _stack_problems(spec: Manifest, before: Manifest) -> Iterator[Problem]:
    """Of one family or several."""
    every, families = spec.get("clusterIPs", []), spec.get("ipFamilies", [])
    policy = spec["ipFamilyPolicy"]
    if policy != "SingleStack":
        if 0 < len(families) < len(before.get("ipFamilies", [])):
            yield invalid(
                POLICY, policy, "must be 'SingleStack' to release the secondary IP family"
            )
    else:
        for values, what in ((every, "cluster IPs"), (families, "IP families")):
            if len(values) > 1:
                allowed = "must be 'RequireDualStack' or 'PreferDualStack'"
                yield invalid(POLICY, policy, f"{allowed} when multiple {what} are specified")
    for index, each in enumerate(every):
        if each != HEADLESS and index >= len(families) and _family_of(each) == "IPv6":
            yield invalid(f"{LIST}[{index}]", every, "IPv6 is not configured on this cluster")


def _cluster_problems(spec: Manifest, before: Manifest) -> Iterator[Problem]:
    """This cluster has addresses of one family, and not all of them."""
    policy = spec["ipFamilyPolicy"]
    if _is_open(spec):
        return
    if policy == "RequireDualStack":
        yield invalid(POLICY, policy, "this cluster is not configured for dual-stack services")
    for index, each in enumerate(spec.get("ipFamilies", [])):
        if each != "IPv4":
            yield invalid(f"spec.ipFamilies[{index}]", each, "not configured on this cluster")
    one = spec.get("clusterIP")
    if one and not (before or one == HEADLESS or _is_ours(one)):
        detail = (
            f"failed to allocate IP {one}: the provided network does not match the current range"
        )
        yield invalid(LIST, spec["clusterIPs"], detail)


def _is_ours(text: str) -> bool:
    """Neither the first nor the last of the cluster's addresses is for anybody."""
    ends = ADDRESSES.network_address, ADDRESSES.broadcast_address
    return ip_address(text) in ADDRESSES and ip_address(text) not in ends


PROBLEMS = (_field_problems, _stack_problems, _cluster_problems)


def _address(number: int) -> str:
    """Of the Service that is the cluster's object of this *number*."""
    return f"10.96.{number >> 8 & 255}.{number & 255}"


def _node_port(number: int, index: int) -> int:
    return 30_000 + (number * 8 + index) % 2768


def _with_node_ports(
    ports: Sequence[Manifest], before: Manifest, number: int
) -> Iterator[Manifest]:
    """A port keeps that of a node that it has had by this name."""
    had = {each.get("name"): each.get("nodePort") for each in before.get("ports", ())}
    given = _node_ports(ports)
    numbers = (_node_port(number, index) for index in count(1))
    free = (each for each in numbers if each not in given | _node_ports(before.get("ports", ())))
    for each in ports:
        known = had.get(each.get("name"))
        if each.get("nodePort"):
            yield each
        else:
            yield {"nodePort": known if known and known not in given else next(free), **each}


def service_problems(new: Manifest, old: Manifest | None) -> Iterator[Problem]:
    spec, before = new["spec"], old["spec"] if old else {}
    one, was = (each.get("clusterIP") for each in (spec, before))
    if one and was and one != was:
        yield invalid(f"{LIST}[0]", [one], ONCE)
    both = spec, before
    if before and all(map(_is_balanced, both)):
        balancer = spec.get("loadBalancerClass")
        if balancer != before.get("loadBalancerClass"):
            yield invalid("spec.loadBalancerClass", balancer, ONCE)
        if (
            all(map(is_checked, both))
            and spec["healthCheckNodePort"] != before["healthCheckNodePort"]
        ):
            yield forbidden_field("spec.healthCheckNodePort", "field is immutable")
    if new.get("status", {}).get("loadBalancer", {}).get("ingress") and not _is_balanced(spec):
        detail = "may only be used when `spec.type` is 'LoadBalancer'"
        yield forbidden_field("status.loadBalancer.ingress", detail)
