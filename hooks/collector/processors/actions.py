"""Processors attributes and resource: actions on the attributes of records, or of their source."""

from typing import Annotated, Literal

from pydantic import Field

from hooks.collector.component import literal
from hooks.collector.processors.base import ProcessorType
from hooks.contract import Manifest
from hooks.model import ApiModel
from hooks.rules import Rule, enumerated

WRITING = ("insert", "update", "upsert")


class Action(ApiModel):
    rules = (
        Rule(
            "self.action in ['insert', 'update', 'upsert'] == "
            "(has(self.value) || has(self.fromAttribute))",
            "actions insert, update and upsert need value or fromAttribute, others have neither",
            lambda action: (
                (action.action in WRITING)
                == (action.value is not None or action.from_attribute is not None)
            ),
            given=enumerated("action"),
        ),
        Rule(
            "!(has(self.value) && has(self.fromAttribute))",
            "only one of value and fromAttribute may be set",
            lambda action: action.value is None or action.from_attribute is None,
        ),
        Rule(
            "(self.action == 'convert') == has(self.convertedType)",
            "action convert needs convertedType, others have none",
            lambda action: (action.action == "convert") == (action.converted_type is not None),
            given=enumerated("action"),
        ),
    )

    key: str = Field(min_length=1, max_length=256, description="Name of the attribute.")
    action: Literal["insert", "update", "upsert", "delete", "hash", "convert"] = Field(
        description="insert: if it is not there. update: if it is there. upsert: in any case. "
        "delete: take it away. hash: replace the value by a hash of it. convert: to convertedType."
    )
    value: str | None = Field(
        default=None, max_length=1024, description="Text to write, exactly as it stands here."
    )
    from_attribute: str | None = Field(
        default=None,
        min_length=1,
        max_length=256,
        description="Name of the attribute to copy the value of.",
    )
    converted_type: Literal["int", "double", "string"] | None = Field(
        default=None, description="Type to convert the value to: int, double or string."
    )


Actions = Annotated[list[Action], Field(min_length=1, max_length=64)]


class Attributes(ProcessorType):
    actions: Actions = Field(
        description="What to do to attributes of records (spans, data points, log records), in "
        "this order."
    )

    def settings(self) -> Manifest:
        return {"actions": rendered(self.actions)}


class Resource(ProcessorType):
    actions: Actions = Field(
        description="What to do to attributes of the resource that records come from, in this "
        "order."
    )

    def settings(self) -> Manifest:
        return {"attributes": rendered(self.actions)}


def rendered(actions: list[Action]) -> list[Manifest]:
    return [
        {
            key: literal(value)
            for key, value in (
                ("key", action.key),
                ("action", action.action),
                ("value", action.value),
                ("from_attribute", action.from_attribute),
                ("converted_type", action.converted_type),
            )
            if value is not None
        }
        for action in actions
    ]
