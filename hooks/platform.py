"""What holds for the whole platform: ConfigMap orasi-platform in the server's namespace.

It reaches a hook as a related object, so every replica answers alike, and a change of it wakes
every parent.
"""

from typing import Annotated, Any

from pydantic import Field, ValidationError

from hooks import NAMESPACE, __version__
from hooks.contract import Manifest, RelatedRule, SyncRequest
from hooks.model import ApiModel, problems
from hooks.patterns import HOST_PATH, IMAGE
from hooks.resources import BUILT_IN, Resources, effective, mistakes
from hooks.safe_yaml import parsed

NAME = "orasi-platform"
KEY = "platform.yaml"
LONGEST = 16 * 1024  # it is read in each call
RULE = RelatedRule("v1", "configmaps", NAMESPACE, names=(NAME,))


# The newest version that the rendered configurations are tested with.
IMAGE_OF_COLLECTORS = "otel/opentelemetry-collector-contrib:0.155.0"

HostPath = Annotated[str, Field(min_length=1, max_length=256, pattern=HOST_PATH)]


class CollectorDefaults(ApiModel):
    """What a Pipeline runs with, unless it says otherwise; and what of nodes its agents may read.

    *host_paths* are folders, each with all that is below: "/var/log", or "/" for hostMetrics.
    """

    image: str = Field(
        default=IMAGE_OF_COLLECTORS,
        min_length=1,
        max_length=512,
        pattern=IMAGE,
    )
    resources: Resources = Resources()
    host_paths: list[HostPath] = Field(default_factory=list, max_length=16)

    def effective(self, resources: Resources) -> Manifest:
        """What a container may use that asks for *resources*."""
        return effective(resources, effective(self.resources, BUILT_IN))


class ProbeDefaults(ApiModel):
    """What probes of Connectors run with."""

    image: str = Field(
        # The server's own, as manifests/ have it: it has the command `orasi`, too.
        default=f"orasi/controller:{__version__}",
        min_length=1,
        max_length=512,
        pattern=IMAGE,
    )


class Platform(ApiModel):
    collector: CollectorDefaults = CollectorDefaults()
    probe: ProbeDefaults = ProbeDefaults()


class InvalidPlatform(Exception):
    """`str()` is one sentence for whoever edits the ConfigMap."""


def platform(request: SyncRequest[Any]) -> Platform:
    """The settings in *request*, the defaults if there are none.

    Raises InvalidPlatform, and MalformedRequest if nobody has looked for them.
    """
    identity = {"name": NAME, "namespace": NAMESPACE}
    request.related.check_asked("v1", "ConfigMap")
    found = request.related.like({"apiVersion": "v1", "kind": "ConfigMap", "metadata": identity})
    if found is None:
        return Platform()
    try:
        return read(found)
    except ValidationError as error:
        reason = problems(error, root=KEY, model=Platform)
    except ValueError as error:
        reason = f"{error}."
    raise InvalidPlatform(f"ConfigMap {NAME} of namespace {NAMESPACE}: {reason}")


def read(config_map: Manifest) -> Platform:
    """Raises ValueError, of which ValidationError is one."""
    data = config_map.get("data")
    keys = sorted(data) if isinstance(data, dict) else []
    if not isinstance(data, dict) or keys != [KEY] or not isinstance(data[KEY], str):
        raise ValueError(f"it must have the one key {KEY}, and has {', '.join(keys) or 'none'}")
    if len(data[KEY]) > LONGEST:
        raise ValueError(f"{KEY} has {len(data[KEY])} characters, of which {LONGEST} are allowed")
    try:
        document = parsed(data[KEY])
    except ValueError as error:
        raise ValueError(f"{KEY} cannot be read as YAML: {error}") from None
    # A misspelt default would be missed by nobody.
    settings = Platform.model_validate({} if document is None else document, extra="forbid")
    mistake = next(mistakes(settings.collector.resources, f"{KEY}.collector.resources"), None)
    if mistake:
        raise ValueError(mistake)
    return settings
