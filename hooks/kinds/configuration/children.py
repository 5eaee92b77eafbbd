"""What a Configuration should be made of: the ConfigMap that publishes its file."""

from hashlib import sha256
from typing import Any

from hooks.configuration import ConfigurationSpec, file
from hooks.contract import Manifest, Parent
from hooks.metadata import annotation, labels


def identity(configuration: Parent[Any]) -> Manifest:
    """The published ConfigMap by name alone, which does not depend on the spec."""
    name = f"{configuration.name}-configuration"
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": configuration.namespace},
    }


def config_map(configuration: Parent[ConfigurationSpec]) -> Manifest:
    bare = identity(configuration)
    name, text = file(configuration.spec)
    described = {
        "labels": labels(configuration, component="file"),
        "annotations": {annotation("sha256"): sha256_of(text)},
    }
    return bare | {"metadata": bare["metadata"] | described, "data": {name: text}}


def sha256_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()
