"""What the status of a Configuration tells; its spec is in `hooks.configuration`."""

from pydantic import Field

from hooks.model import ApiModel


class ConfigurationStatus(ApiModel):
    config_map: str | None = Field(
        default=None, description="Name of the ConfigMap that publishes the file, if any does."
    )
    hash: str | None = Field(
        default=None, description="SHA-256 of the published file, in hexadecimal digits."
    )
    keys: int | None = Field(
        default=None, ge=0, description="Number of top-level keys of spec.values."
    )
