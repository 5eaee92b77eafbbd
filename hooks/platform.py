"""What holds for the whole platform: ConfigMap orasi-platform in the server's namespace.

It reaches a hook as a related object, so every replica answers alike, and a change of it wakes
every parent.
"""

from typing import Any

from pydantic import Field, ValidationError

from hooks import NAMESPACE
from hooks.contract import Manifest, RelatedRule, SyncRequest
from hooks.model import ApiModel, problems
from hooks.resources import Resources
from hooks.safe_yaml import parsed

NAME = "orasi-platform"
KEY = "platform.yaml"
RULE = RelatedRule("v1", "configmaps", NAMESPACE, names=(NAME,))


class CollectorDefaults(ApiModel, extra="forbid"):
    """What a Pipeline runs with, unless it says otherwise."""

    image: str = Field(
        # The newest version that the rendered configurations are tested with.
        default="otel/opentelemetry-collector-contrib:0.155.0",
        min_length=1,
        max_length=512,
    )
    resources: Resources = Resources()


class Platform(ApiModel, extra="forbid"):
    """An unknown name is refused here: nobody would notice a misspelt default."""

    collector: CollectorDefaults = CollectorDefaults()


class InvalidPlatform(Exception):
    """`str()` is one sentence for whoever edits the ConfigMap."""


def platform(request: SyncRequest[Any]) -> Platform:
    """The settings in *request*, the defaults if there are none. Raises InvalidPlatform."""
    identity = {"name": NAME, "namespace": NAMESPACE}
    found = request.related.like({"apiVersion": "v1", "kind": "ConfigMap", "metadata": identity})
    if found is None:
        return Platform()
    where = f"ConfigMap {NAME} of namespace {NAMESPACE}"
    try:
        return Platform.model_validate(parsed(text_of(found)) or {})
    except ValidationError as error:
        raise InvalidPlatform(f"{where}: {problems(error, root=KEY)}") from None
    except ValueError as error:
        raise InvalidPlatform(f"{where}: {KEY} cannot be read as YAML: {error}.") from None


def text_of(config_map: Manifest) -> str:
    data = config_map.get("data")
    text = data.get(KEY, "") if isinstance(data, dict) else ""
    return text if isinstance(text, str) else ""
