"""What a Document should be made of: the ConfigMap that publishes it."""

from hashlib import sha256
from typing import Any

from hooks.contract import Manifest, Parent
from hooks.kinds.document.model import DocumentSpec
from hooks.metadata import annotation, labels

# The ConfigMap's key by format, so that a mounted one is a file of that type.
KEYS = {
    "text": "content.txt",
    "markdown": "content.md",
    "json": "content.json",
    "yaml": "content.yaml",
}


def identity(document: Parent[Any]) -> Manifest:
    """The published ConfigMap by name alone, which does not depend on the spec."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"{document.name}-document", "namespace": document.namespace},
    }


def config_map(document: Parent[DocumentSpec]) -> Manifest:
    spec = document.spec
    bare = identity(document)
    return bare | {
        "metadata": bare["metadata"]
        | {"labels": labels(document, component="content"), "annotations": annotations(spec)},
        "data": {KEYS[spec.format]: spec.content},
    }


def annotations(spec: DocumentSpec) -> Manifest:
    metadata = spec.metadata
    found = {
        "sha256": sha256_of(spec.content),
        "title": metadata and metadata.title,
        "author": metadata and metadata.author,
        "tags": metadata and ",".join(metadata.tags),
    }
    return {annotation(name): value for name, value in found.items() if value}


def sha256_of(content: str) -> str:
    return sha256(content.encode()).hexdigest()
