"""What an author may write in a Document, and what its status tells; the source of its CRD."""

from typing import Annotated, Literal

from pydantic import Field

from hooks.model import AS_SET, ApiModel, Distinct

Format = Literal["text", "markdown", "json", "yaml"]
Tag = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[^,]*$")]


class DocumentMetadata(ApiModel):
    title: str | None = Field(
        default=None,
        min_length=1,
        max_length=256,
        description="Title of the document, published as annotation orasi.io/title.",
    )
    author: str | None = Field(
        default=None,
        min_length=1,
        max_length=256,
        description="Who wrote the document, published as annotation orasi.io/author.",
    )
    tags: Annotated[list[Tag], Distinct, AS_SET] = Field(
        default_factory=list,
        max_length=32,
        description=(
            "Distinct words to find the document by, without commas, published together as "
            "annotation orasi.io/tags (separated by commas)."
        ),
    )


class DocumentSpec(ApiModel):
    content: str = Field(
        max_length=204_800,
        description=(
            "The text to publish, in the format that `format` names. The ConfigMap that publishes "
            "it may be at most 200 KiB, encoded as JSON; more is reported as ContentTooLarge."
        ),
    )
    format: Format = Field(
        default="markdown",
        description=(
            "Format of the content: text, markdown, json or yaml. json and yaml must parse, or the "
            "document is reported as InvalidContent and what is published stays. Default: markdown."
        ),
    )
    hidden: bool = Field(
        default=False,
        description=(
            "Whether to withdraw the document: nothing is published while true. Default: false."
        ),
    )
    metadata: DocumentMetadata | None = Field(
        default=None, description="Facts about the document, published beside its content."
    )


class DocumentStatus(ApiModel):
    config_map: str | None = Field(
        default=None, description="Name of the ConfigMap that publishes the content, if any does."
    )
    content_bytes: int | None = Field(
        default=None, ge=0, description="Size of the published content, in bytes of UTF-8."
    )
    content_hash: str | None = Field(
        default=None, description="SHA-256 of the published content, in hexadecimal digits."
    )
    hidden: bool | None = Field(
        default=None, description="Whether the document is hidden and nothing of it is published."
    )
