"""What the API server demands of Services, Ingresses and NetworkPolicies."""

import re
from collections.abc import Iterator
from ipaddress import ip_network

from orasi.cluster.memory.demands.checks import (
    Fields,
    network,
    port,
    port_name,
    port_or_name,
    unique,
)
from orasi.cluster.memory.names import key_problems, name_problems
from orasi.cluster.memory.openapi.defaults import REACHED_FROM_OUTSIDE, is_reached_from_outside
from orasi.cluster.memory.problems import Problem, forbidden_field, invalid, required
from orasi.cluster.names import OBJECT_NAMES, SUBDOMAIN

ANY_HOST = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which "
    "must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric "
    "character (e.g. '*.example.com', regex used for validation is '"
)
HEADLESS = "None"
LONGEST_AFFINITY = 86_400  # seconds
MOST_TYPES = 2
NODE_PORTS = range(30_000, 32_768)
WILDCARD = re.compile(rf"\*\.{SUBDOMAIN}")


def service_spec(path: str, value: Fields) -> Iterator[Problem]:
    ports, kind = value.get("ports", []), value["type"]
    is_headless = value.get("clusterIP") == HEADLESS
    if not ports and not is_headless and kind != "ExternalName":
        yield required(f"{path}.ports")
    if is_headless and kind in REACHED_FROM_OUTSIDE:
        detail = f"may not be set to 'None' for {kind} services"
        yield invalid(f"{path}.clusterIPs[0]", HEADLESS, detail)
    if kind == "ExternalName":
        yield from _external_name(path, value)
    yield from _ports(path, value)
    yield from _outside(path, value)


def _external_name(path: str, value: Fields) -> Iterator[Problem]:
    for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
        if value.get(field) or (field == "clusterIPs" and value.get("clusterIP")):
            yield forbidden_field(f"{path}.{field}", "may not be set for ExternalName services")
    if not value.get("externalName"):
        yield required(f"{path}.externalName")


def _ports(path: str, value: Fields) -> Iterator[Problem]:
    ports = value.get("ports", [])
    yield from unique(f"{path}.ports", ports, "name")
    yield from unique(f"{path}.ports", ports, "port", "protocol")
    for index, each in enumerate(ports):
        at = f"{path}.ports[{index}]"
        if len(ports) > 1 and not each.get("name"):
            yield required(f"{at}.name")
        if value["type"] == "ClusterIP" and each.get("nodePort"):
            yield forbidden_field(f"{at}.nodePort", "may not be used when `type` is 'ClusterIP'")


def _outside(path: str, value: Fields) -> Iterator[Problem]:
    """What is only for Services that are reached from outside the cluster."""
    kind = value["type"]
    for field, shown in (
        ("loadBalancerSourceRanges", "LoadBalancerSourceRanges"),
        ("allocateLoadBalancerNodePorts", "allocateLoadBalancerNodePorts"),
        ("loadBalancerClass", "loadBalancerClass"),
    ):
        if field in value and kind != "LoadBalancer":
            detail = "may only be used when `type` is 'LoadBalancer'"
            yield forbidden_field(f"{path}.{shown}", detail)
    if kind == "LoadBalancer" and "loadBalancerClass" in value:
        yield from key_problems(f"{path}.loadBalancerClass", value["loadBalancerClass"])
    for index, each in enumerate(value.get("loadBalancerSourceRanges", ())):
        yield from network(f"{path}.LoadBalancerSourceRanges[{index}]", each.strip())
    if "healthCheckNodePort" in value and not is_checked(value):
        detail = (
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        )
        yield invalid(f"{path}.healthCheckNodePort", value["healthCheckNodePort"], detail)
    policy = value.get("externalTrafficPolicy")
    if policy and not is_reached_from_outside(value):
        detail = "may only be set for externally-accessible services"
        yield invalid(f"{path}.externalTrafficPolicy", policy, detail)


def is_checked(service: Fields) -> bool:
    """Whether each node tells if it has pods of the Service."""
    return bool(
        service["type"] == "LoadBalancer" and service.get("externalTrafficPolicy") == "Local"
    )


def node_port(path: str, value: int) -> Iterator[Problem]:
    if value and value not in NODE_PORTS:
        detail = "provided port is not in the valid range. The range of valid ports is 30000-32767"
        yield invalid(path, value, detail)


def service_port(path: str, value: Fields) -> Iterator[Problem]:
    yield from port(f"{path}.port", value["port"])
    yield from port_or_name(f"{path}.targetPort", value["targetPort"])


def client_affinity(path: str, value: Fields) -> Iterator[Problem]:
    seconds = value.get("timeoutSeconds", 1)
    if not 0 < seconds <= LONGEST_AFFINITY:
        detail = f"must be greater than 0 and less than {LONGEST_AFFINITY}"
        yield invalid(f"{path}.timeoutSeconds", seconds, detail)


def policy_port(path: str, value: Fields) -> Iterator[Problem]:
    number, last = value.get("port"), value.get("endPort")
    if number is not None:
        yield from port_or_name(f"{path}.port", number)
    if last is None:
        return
    at = f"{path}.endPort"
    if number is None:
        yield invalid(at, last, "may not be specified when `port` is not specified")
    elif isinstance(number, str):
        yield invalid(at, last, "may not be specified when `port` is non-numeric")
    else:
        if last < number:
            yield invalid(at, number, "must be greater than or equal to `port`")
        yield from port(at, last)


def policy_spec(path: str, value: Fields) -> Iterator[Problem]:
    types = value["policyTypes"]
    if len(types) > MOST_TYPES:
        yield invalid(f"{path}.policyTypes", types, "may not specify more than two policyTypes")


def policy_peer(path: str, value: Fields) -> Iterator[Problem]:
    if not value:
        yield required(path, "must specify a peer")
    elif "ipBlock" in value and len(value) > 1:
        yield forbidden_field(path, "may not specify both ipBlock and another peer")


def address_block(path: str, value: Fields) -> Iterator[Problem]:
    if not value["cidr"]:
        return  # which has been said
    yield from network(f"{path}.cidr", value["cidr"])
    for index, each in enumerate(value.get("except", ())):
        at = f"{path}.except[{index}]"
        problems = list(network(at, each))
        yield from problems
        if not problems and not _is_part(each, value["cidr"]):
            yield invalid(at, each, "must be a strict subset of `cidr`")


def _is_part(one: str, other: str) -> bool:
    """Of what is no network nothing more is said."""
    if any(network("", other)):
        return True
    part, whole = (ip_network(each, strict=False) for each in (one, other))
    same_family = part.version == whole.version
    return same_family and part.network_address in whole and part.prefixlen > whole.prefixlen


def ingress_spec(path: str, value: Fields) -> Iterator[Problem]:
    if not (value.get("rules") or value.get("defaultBackend")):
        yield invalid(path, None, "either `defaultBackend` or `rules` must be specified")


def ingress_backend(path: str, value: Fields) -> Iterator[Problem]:
    if not value:
        yield invalid(path, "", "resource or service backend is required")
    elif len(value) > 1:
        yield invalid(path, "", "cannot set both resource and service backends")


def ingress_service(path: str, value: Fields) -> Iterator[Problem]:
    found = value.get("port", {})
    if not (found.get("name") or found.get("number")):
        yield required(path, "port name or number is required")
    elif len(found) > 1:
        yield invalid(path, "", "cannot set both port name & port number")
    elif "number" in found:
        yield from port(f"{path}.port.number", found["number"])
    else:
        yield from port_name(f"{path}.port.name", found["name"])


def ingress_path(path: str, value: Fields) -> Iterator[Problem]:
    kind, text = value.get("pathType"), value.get("path", "")
    if kind not in ("Exact", "Prefix"):
        return
    if not text.startswith("/"):
        yield invalid(f"{path}.path", text, "must be an absolute path")
    for part in ("//", "/./", "/../", "%2f", "%2F"):
        if part in text:
            yield invalid(f"{path}.path", part, f"must not contain '{part}'")
    for part in ("/..", "/."):
        if text.endswith(part):
            yield invalid(f"{path}.path", part, f"cannot end with '{part}'")


def host(path: str, value: str) -> Iterator[Problem]:
    """Of a rule of an Ingress."""
    if value.replace(".", "").isdigit():
        yield invalid(path, value, "must be a DNS name, not an IP address")
    yield from tls_host(path, value)


def tls_host(path: str, value: str) -> Iterator[Problem]:
    """The first label may be any."""
    if "*" in value and not WILDCARD.fullmatch(value):
        yield invalid(path, value, f"{ANY_HOST}{WILDCARD.pattern}')")
    elif "*" not in value:
        yield from name_problems(OBJECT_NAMES["subdomain"], path, value)
