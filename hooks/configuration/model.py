"""What an author may write in a Configuration; the source of its CRD."""

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from hooks.model import ApiModel

Format = Literal["yaml", "json", "toml", "env", "properties"]

# A ConfigMap's key: neither "." nor "..", nor anything that begins with "..".
FILE_NAME = r"^([-_a-zA-Z0-9]|\.[-_a-zA-Z0-9])[-._a-zA-Z0-9]*$"

# Stored as it is written: its fields are the author's.
AnyObject = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", "x-kubernetes-preserve-unknown-fields": True}),
]


class ConfigurationSpec(ApiModel):
    format: Format = Field(
        description=(
            "Format of the file: yaml, json, toml, env or properties. env is read by a shell, and "
            "by most readers of .env files. env and properties are flat: texts, numbers, true and "
            "false. toml, env and properties have no null. What the format cannot say is reported "
            "as InvalidValues."
        )
    )
    file_name: str | None = Field(
        default=None,
        min_length=1,
        max_length=253,
        pattern=FILE_NAME,
        description=(
            "Name of the file, which is the ConfigMap's key: letters, digits, '-', '_' and '.', "
            "and not '..' at the beginning. Default: config.<format>."
        ),
    )
    values: AnyObject = Field(
        description=(
            "What the file says: any object, at most 64 levels deep. It is written with sorted "
            "keys. The ConfigMap that publishes it may be at most 200 KiB, encoded as JSON; more "
            "is reported as ContentTooLarge. No secrets: whoever may read ConfigMaps reads them."
        )
    )
    json_schema: AnyObject | None = Field(
        default=None,
        alias="schema",
        description=(
            "JSON Schema 2020-12 that the values must meet; what does not is reported as "
            "SchemaMismatch, each failure by its path. At most 64 KiB, encoded as JSON, and 64 "
            "levels deep. $ref and $dynamicRef may only point inside, such as #/$defs/port, format "
            "is a comment, and a pattern has neither lookaround nor backreferences. "
            "Default: none, so that any values will do."
        ),
    )

    @property
    def file_key(self) -> str:
        """The file's name, which is its key in a ConfigMap."""
        return self.file_name or f"config.{self.format}"
