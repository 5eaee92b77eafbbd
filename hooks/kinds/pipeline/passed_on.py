"""What is passed on to children, as far as the API server would refuse it there.

It would refuse the whole child then, and say so in an event only.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network

from hooks.kinds.pipeline.annotations import SOURCE_RANGES, expected
from hooks.kinds.pipeline.model import PipelineSpec
from hooks.kinds.pipeline.settings import IpBlock, ServiceSettings
from hooks.model import excerpt
from hooks.pod_settings import PodSettings
from hooks.scheduling import (
    Affinity,
    LabelSelector,
    NodeRequirement,
    NodeSelectorTerm,
    PodAffinity,
    PodTerm,
    SelectorRequirement,
)

NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]")
LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]+")
LONGEST_SUBDOMAIN = 253
NODE_NAME = "metadata.name"

KEY = 'must be a name of letters, digits and -_. (63 at most), or "<domain>/<name>"'
VALUE = "must be letters, digits and -_. (63 at most), beginning and ending with a letter or digit"
DOMAIN = "must be small letters, digits, '-' and '.'"


def mistakes(spec: PipelineSpec) -> Iterator[str]:
    """Each with its path; the first is enough."""
    yield from pod(spec.pod)
    yield from service(spec.service)
    for at, peer in enumerate(spec.network_policy.from_):
        path = f"spec.networkPolicy.from[{at}]"
        yield from selector(f"{path}.podSelector", peer.pod_selector)
        yield from selector(f"{path}.namespaceSelector", peer.namespace_selector)
        yield from ip_block(f"{path}.ipBlock", peer.ip_block)
    monitor = spec.monitoring.pod_monitor
    yield from labels("spec.monitoring.podMonitor.labels", monitor.labels if monitor else {})
    if spec.persistence and spec.persistence.storage_class_name:
        yield from domain("spec.persistence.storageClassName", spec.persistence.storage_class_name)


def service(settings: ServiceSettings) -> Iterator[str]:
    path = "spec.service.annotations"
    yield from keys(path, lowered(settings.annotations))
    ranges = settings.annotations.get(SOURCE_RANGES)
    if ranges is None:
        return
    path = f"{path}[{SOURCE_RANGES}]"
    if settings.type != "LoadBalancer":
        yield f"{path}: needs spec.service.type LoadBalancer, and that is {settings.type}"
    for text in map(str.strip, ranges.split(",") if ranges.strip() else ()):
        if not is_network(text):
            yield said(path, text, RANGE)


def pod_annotations(path: str, found: Mapping[str, str]) -> Iterator[str]:
    yield from keys(path, lowered(found))
    for key, value in sorted(found.items()):
        must = expected(key, value)
        if must:
            yield said(f"{path}[{key}]", value, must)


def pod(settings: PodSettings) -> Iterator[str]:
    yield from labels("spec.pod.labels", settings.labels)
    yield from pod_annotations("spec.pod.annotations", settings.annotations)
    yield from labels("spec.pod.nodeSelector", settings.node_selector)
    for at, variable in enumerate(settings.env):
        source = variable.value_from
        for field, found in (
            ("secretKeyRef", source.secret_key_ref if source else None),
            ("configMapKeyRef", source.config_map_key_ref if source else None),
        ):
            if found and not CONFIG_KEY.fullmatch(found.key):
                path = f"spec.pod.env[{at}].valueFrom.{field}.key"
                yield said(path, found.key, "must be letters, digits and -_.")
    for at, toleration in enumerate(settings.tolerations):
        path = f"spec.pod.tolerations[{at}]"
        if toleration.key is not None:
            yield from keys(f"{path}.key", [toleration.key], named=False)
        if toleration.value is not None:
            yield from values(f"{path}.value", [toleration.value])
    yield from affinity(settings.affinity)
    yield from spread(settings)
    if settings.priority_class_name:
        yield from domain("spec.pod.priorityClassName", settings.priority_class_name)


def spread(settings: PodSettings) -> Iterator[str]:
    path = "spec.pod.topologySpreadConstraints"
    found = settings.topology_spread_constraints
    for at, each in enumerate(found):
        yield from keys(f"{path}[{at}].topologyKey", [each.topology_key], named=False)
    pairs = Counter((each.topology_key, each.when_unsatisfiable) for each in found)
    for (key, when), count in pairs.items():
        if count > 1:
            yield f"{path}: {excerpt(key)} with {when} is there {count} times; once is allowed"


def affinity(wanted: Affinity | None) -> Iterator[str]:
    if wanted is None:
        return
    path = "spec.pod.affinity"
    if wanted.node_affinity:
        required, preferred = wanted.node_affinity.required, wanted.node_affinity.preferred
        for at, term in enumerate(required.node_selector_terms if required else ()):
            yield from node_term(f"{path}.nodeAffinity.{REQUIRED}.nodeSelectorTerms[{at}]", term)
        for at, each in enumerate(preferred):
            where = f"{path}.nodeAffinity.{PREFERRED}[{at}].preference"
            yield from node_term(where, each.preference)
    yield from pod_terms(f"{path}.podAffinity", wanted.pod_affinity)
    yield from pod_terms(f"{path}.podAntiAffinity", wanted.pod_anti_affinity)


REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def node_term(path: str, term: NodeSelectorTerm) -> Iterator[str]:
    for at, each in enumerate(term.match_expressions):
        yield from requirement(f"{path}.matchExpressions[{at}]", each)
    for at, each in enumerate(term.match_fields):
        where = f"{path}.matchFields[{at}]"
        if each.key != NODE_NAME:
            yield said(f"{where}.key", each.key, f"must be {NODE_NAME}")
        if each.operator not in ("In", "NotIn") or len(each.values) != 1:
            yield f"{where}: must be In or NotIn, with one value"
        for value in each.values:
            yield from domain(f"{where}.values", value)


def pod_terms(path: str, wanted: PodAffinity | None) -> Iterator[str]:
    if wanted is None:
        return
    for at, term in enumerate(wanted.required):
        yield from pod_term(f"{path}.{REQUIRED}[{at}]", term)
    for at, each in enumerate(wanted.preferred):
        yield from pod_term(f"{path}.{PREFERRED}[{at}].podAffinityTerm", each.pod_affinity_term)


def pod_term(path: str, term: PodTerm) -> Iterator[str]:
    yield from keys(f"{path}.topologyKey", [term.topology_key], named=False)
    yield from selector(f"{path}.labelSelector", term.label_selector)
    yield from selector(f"{path}.namespaceSelector", term.namespace_selector)
    for name in term.namespaces:
        if not LABEL.fullmatch(name):
            yield said(f"{path}.namespaces", name, "must be small letters, digits and '-'")


def selector(path: str, wanted: LabelSelector | None) -> Iterator[str]:
    if wanted is None:
        return
    yield from labels(f"{path}.matchLabels", wanted.match_labels)
    for at, each in enumerate(wanted.match_expressions):
        yield from requirement(f"{path}.matchExpressions[{at}]", each)


def requirement(path: str, each: SelectorRequirement | NodeRequirement) -> Iterator[str]:
    yield from keys(f"{path}.key", [each.key], named=False)
    count = len(each.values)
    if each.operator in ("In", "NotIn") and not count:
        yield f"{path}.values: {each.operator} needs one at least"
    elif each.operator in ("Exists", "DoesNotExist") and count:
        yield f"{path}.values: {each.operator} has none"
    elif each.operator in ("Gt", "Lt") and count != 1:
        yield f"{path}.values: {each.operator} needs exactly one"
    yield from values(f"{path}.values", each.values)


def ip_block(path: str, block: IpBlock | None) -> Iterator[str]:
    if block is None:
        return
    try:
        whole = network(block.cidr)
    except ValueError:
        yield said(f"{path}.cidr", block.cidr, RANGE)
        return
    for at, text in enumerate(block.except_):
        where = f"{path}.except[{at}]"
        try:
            part = network(text)
        except ValueError:
            yield said(where, text, RANGE)
            continue
        if part.network_address not in whole or part.prefixlen <= whole.prefixlen:
            yield said(where, text, f"must be a part of {block.cidr}, and not all of it")


def is_network(text: str) -> bool:
    try:
        network(text)
    except ValueError:
        return False
    return True


def network(text: str) -> IPv4Network | IPv6Network:
    """Raises ValueError."""
    if "/" not in text:
        raise ValueError(text)
    return ip_network(text)


RANGE = 'must be the first address of a range and its length, such as "10.0.0.0/8"'


def labels(path: str, found: Mapping[str, str]) -> Iterator[str]:
    yield from keys(path, found)
    for key, value in sorted(found.items()):
        yield from values(f"{path}[{key}]", [value])


def lowered(found: Iterable[str]) -> list[str]:
    """As the API server looks at the keys of annotations."""
    return [key.lower() for key in found]


def keys(path: str, found: Iterable[str], *, named: bool = True) -> Iterator[str]:
    """*named*: they are keys of a map at *path*."""
    for key in sorted(found):
        prefix, slash, name = key.rpartition("/")
        sound = NAME.fullmatch(name) and (not slash or is_domain(prefix))
        if not sound:
            yield said(f"{path}: key" if named else path, key, KEY)


def values(path: str, found: Iterable[str]) -> Iterator[str]:
    for value in found:
        if value and not NAME.fullmatch(value):
            yield said(path, value, VALUE)


def domain(path: str, text: str) -> Iterator[str]:
    if not is_domain(text):
        yield said(path, text, DOMAIN)


def is_domain(text: str) -> bool:
    return len(text) <= LONGEST_SUBDOMAIN and bool(SUBDOMAIN.fullmatch(text))


def said(path: str, value: str, must: str) -> str:
    return f"{path}: {excerpt(value)} {must}"
