"""Configuration: values, published as a file in a ConfigMap. Start reading here."""

from hooks.composite import Column, Composite, Outcome
from hooks.configuration import ConfigurationSpec
from hooks.contract import Child, SyncRequest
from hooks.frozen import frozen
from hooks.kinds.configuration.children import config_map
from hooks.kinds.configuration.model import ConfigurationStatus
from hooks.kinds.configuration.status import facts, published, unsound
from hooks.publishing import unpublishable


def sync(request: SyncRequest[ConfigurationSpec]) -> Outcome:
    refused = unsound(request.parent.spec)
    if refused:
        return frozen(request, refused)
    desired = config_map(request.parent)
    refused = unpublishable(request, "spec.values", desired)
    if refused:
        return frozen(request, refused)
    return Outcome((desired,), (published(request, desired),))


CONFIGURATION = Composite(
    kind="Configuration",
    plural="configurations",
    short_name="ocfg",
    description=(
        "Configuration is a file of settings, written from values and judged by a schema. It is "
        "published as ConfigMap <name>-configuration in its namespace."
    ),
    spec=ConfigurationSpec,
    status=ConfigurationStatus,
    columns=(
        Column("Format", ".spec.format", description="Format of the file."),
        Column("Keys", ".status.keys", "integer", "Number of top-level keys of the values."),
    ),
    children=(Child("v1", "ConfigMap", "configmaps"),),
    sync=sync,
    facts=facts,
)
