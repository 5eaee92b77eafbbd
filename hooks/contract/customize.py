"""The customize hook: which other objects a parent's sync needs to see.

Metacontroller keeps an answer for 20 minutes by the parent's generation, so it may depend on the
spec, the name and the namespace only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hooks.contract.json import Manifest, encode
from hooks.contract.request import Parent, parent_of
from hooks.errors import BrokenAnswer


@dataclass(frozen=True)
class RelatedRule:
    """Objects of one kind: by name, by labels, or all of them."""

    api_version: str
    resource: str  # the plural: "configmaps"
    namespace: str = ""  # "": all namespaces, or a cluster-scoped kind
    names: tuple[str, ...] = ()
    match_labels: Mapping[str, str] = field(default_factory=dict)
    every: bool = False  # else a rule without names and labels is one that should not be there


def customize_request(kind: str, envelope: Any) -> Parent[Any]:
    """The parent of *kind* that is asked about. Raises MalformedRequest."""
    return parent_of(kind, envelope)


def customize_body(rules: Iterable[RelatedRule]) -> bytes:
    """The JSON of an answer. Raises BrokenAnswer unless each rule selects in one way."""
    return encode({"relatedResources": [related_resource(rule) for rule in rules]})


def related_resource(rule: RelatedRule) -> Manifest:
    if [bool(rule.names), bool(rule.match_labels), rule.every].count(True) != 1:
        raise BrokenAnswer(f"{rule.resource} are not asked for by names, labels or as a whole.")
    resource: Manifest = {"apiVersion": rule.api_version, "resource": rule.resource}
    if rule.namespace:
        resource["namespace"] = rule.namespace
    if rule.names:
        resource["names"] = sorted(rule.names)
    if rule.match_labels:
        resource["labelSelector"] = {"matchLabels": dict(rule.match_labels)}
    return resource
