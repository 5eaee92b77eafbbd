"""A custom kind with one of everything, and short ways to write its objects."""

from typing import Any

from orasi.cluster.api import Manifest, Resource

DEFINITIONS = Resource(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", False
)
NAMESPACES = Resource("v1", "Namespace", "namespaces", False)
CONFIG_MAPS = Resource("v1", "ConfigMap", "configmaps")
SECRETS = Resource("v1", "Secret", "secrets")
DEPLOYMENTS = Resource("apps/v1", "Deployment", "deployments")
SERVICES = Resource("v1", "Service", "services")
JOBS = Resource("batch/v1", "Job", "jobs")
DOCUMENTS = Resource("test.orasi.io/v1", "Document", "documents")

STRING = {"type": "string", "maxLength": 100}
FLOW = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": STRING,
        "to": {
            "type": "string",
            "maxLength": 100,
            "default": "lake",
            "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "to is immutable"}],
        },
    },
}
SPEC: dict[str, Any] = {
    "type": "object",
    "required": ["content"],
    "x-kubernetes-validations": [
        {
            "rule": "!has(self.title) || self.title != self.content",
            "messageExpression": "'title repeats the content ' + self.content",
            "fieldPath": ".title",
        }
    ],
    "properties": {
        "content": {"type": "string", "minLength": 1, "maxLength": 20},
        "title": {"type": "string", "nullable": True, "maxLength": 100},
        "hidden": {"type": "boolean", "default": False},
        "format": {"type": "string", "enum": ["text", "markdown"]},
        "code": {"type": "string", "pattern": "^[a-z]+$"},
        "size": {"type": "integer", "minimum": 1, "maximum": 9},
        "port": {"x-kubernetes-int-or-string": True},
        "since": {"type": "string", "format": "date-time"},
        "tags": {
            "type": "array",
            "maxItems": 3,
            "x-kubernetes-list-type": "set",
            "items": STRING,
        },
        "flows": {
            "type": "array",
            "maxItems": 9,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
            "items": FLOW,
        },
        "target": {
            "type": "object",
            "properties": {"file": STRING, "url": STRING},
            "oneOf": [{"required": ["file"]}, {"required": ["url"]}],
        },
        "values": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["spec"],
    "x-kubernetes-validations": [
        {"rule": "self.metadata.name.size() <= 10", "message": "metadata.name: at most 10"}
    ],
    "properties": {
        "apiVersion": STRING,
        "kind": STRING,
        "metadata": {"type": "object"},
        "spec": SPEC,
        "status": {"type": "object", "properties": {"ready": {"type": "boolean"}}},
    },
}


def definition(schema: dict[str, Any]) -> Manifest:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "documents.test.orasi.io"},
        "spec": {
            "group": "test.orasi.io",
            "scope": "Namespaced",
            "names": {"kind": "Document", "plural": "documents"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }


def manifest(
    resource: Resource,
    name: str = "lorem",
    *,
    metadata: dict[str, Any] | None = None,
    **fields: Any,
) -> Manifest:
    return {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "metadata": {"name": name, "namespace": "default", **(metadata or {})},
        **fields,
    }


def document(
    name: str = "lorem", *, metadata: dict[str, Any] | None = None, **spec: Any
) -> Manifest:
    return manifest(DOCUMENTS, name, metadata=metadata, spec=spec)


def config_map(
    name: str = "lorem", *, metadata: dict[str, Any] | None = None, **fields: Any
) -> Manifest:
    return manifest(CONFIG_MAPS, name, metadata=metadata, **fields)


def owner(parent: Manifest, **flags: bool) -> dict[str, Any]:
    """An owner reference to *parent*."""
    metadata = parent["metadata"]
    kind = {name: parent[name] for name in ("apiVersion", "kind")}
    return {**kind, "name": metadata["name"], "uid": metadata["uid"], **flags}
