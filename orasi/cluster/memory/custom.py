"""CustomResourceDefinitions: from the object to the kind that it makes the server serve."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from orasi.cluster.api import Manifest, Resource
from orasi.cluster.memory.kinds import Kind
from orasi.cluster.memory.problems import OMITTED, Problem, invalid, required
from orasi.cluster.memory.schema import ANYTHING, Schema


def storage_version(definition: Manifest) -> dict[str, Any]:
    """Of all versions the one that is stored; the others are not served here."""
    for version in definition["spec"]["versions"]:
        if version.get("storage"):
            found: dict[str, Any] = version
            return found
    raise ValueError("must have exactly one version marked as storage version")


def custom_resource(definition: Manifest) -> Resource:
    spec, version = definition["spec"], storage_version(definition)
    return Resource(
        api_version=f"{spec['group']}/{version['name']}",
        kind=spec["names"]["kind"],
        plural=spec["names"]["plural"],
        namespaced=spec["scope"] == "Namespaced",
        has_status="status" in version.get("subresources", {}),
    )


def custom_kind(definition: Manifest) -> Kind:
    """ValueError if a pattern or a CEL rule of its schema cannot be compiled."""
    version = storage_version(definition)
    schema = _parsed(json.dumps(version["schema"]["openAPIV3Schema"]))
    return Kind(
        custom_resource(definition),
        lambda: schema,
        built_in=False,
        knows_finalizers=False,
        always_conditional=True,
        has_status=custom_resource(definition).has_status,
    )


@lru_cache(maxsize=64)
def _parsed(document: str) -> Schema:
    """Once for all clusters of a process: compiling patterns and rules takes a while."""
    return Schema.parse(json.loads(document))


def definition_problems(new: Manifest, _old: Manifest | None) -> Iterator[Problem]:
    try:
        resource = custom_kind(new).resource
    except KeyError as error:
        yield required(f"spec: {error.args[0]}")
    except ValueError as error:
        yield invalid("spec.versions", OMITTED, str(error))
    else:
        name = new["metadata"]["name"]
        if name != f"{resource.plural}.{resource.group}":
            yield invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')


def definition(new: Manifest, old: Manifest | None) -> Manifest:
    """Established at once: nothing here takes time."""
    if old is not None or "names" not in new.get("spec", {}):
        return new
    names = new["spec"]["names"]
    singular = names.get("singular", names.get("kind", "").lower())
    names = {"listKind": f"{names.get('kind')}List", **names, "singular": singular}
    return {
        **new,
        "spec": {"conversion": {"strategy": "None"}, **new["spec"], "names": names},
        "status": established(names, new),
    }


def established(names: dict[str, Any], new: Manifest) -> dict[str, Any]:
    versions = [version["name"] for version in new["spec"].get("versions", ())]
    accepted = "the initial names have been accepted"
    return {
        "acceptedNames": names,
        "storedVersions": versions[:1],
        "conditions": [
            _condition("NamesAccepted", "NoConflicts", "no conflicts found", new),
            _condition("Established", "InitialNamesAccepted", accepted, new),
        ],
    }


def _condition(name: str, reason: str, message: str, new: Manifest) -> dict[str, Any]:
    return {
        "type": name,
        "status": "True",
        "reason": reason,
        "message": message,
        "lastTransitionTime": new["metadata"]["creationTimestamp"],
    }


CUSTOM_RESOURCE_DEFINITION = Kind(
    Resource(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        namespaced=False,
    ),
    lambda: ANYTHING,
    knows_finalizers=False,
    always_conditional=True,
    prepare=definition,
    judge=definition_problems,
)
