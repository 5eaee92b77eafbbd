"""What flows can do to telemetry on its way: a name, and exactly one type of processor."""

from typing import Annotated

from pydantic import Field

from hooks.collector.component import Component
from hooks.collector.processors.actions import Attributes, Resource
from hooks.collector.processors.base import ProcessorType
from hooks.collector.processors.batch import Batch
from hooks.collector.processors.filter import Filter
from hooks.model import ApiModel
from hooks.patterns import PART
from hooks.rules import exactly_one_of

PartName = Annotated[str, Field(min_length=1, max_length=40, pattern=PART)]
PROCESSORS = ("batch", "filter", "attributes", "resource")


class Processor(ApiModel):
    rules = (exactly_one_of(*PROCESSORS),)

    name: PartName = Field(description="Name by which flows refer to the processor.")
    batch: Batch | None = Field(
        default=None,
        description="Collect records before they are sent on. Only needed to say how: without it "
        "the sinks of a flow make batches by themselves. What it holds has been taken and is "
        "nowhere else: it is lost in a crash, and when a sink's queue is full.",
    )
    filter: Filter | None = Field(default=None, description="Drop what a condition is true of.")
    attributes: Attributes | None = Field(default=None, description="Change attributes of records.")
    resource: Resource | None = Field(
        default=None, description="Change attributes of the resource that records come from."
    )

    @property
    def chosen(self) -> ProcessorType:
        types = (self.batch, self.filter, self.attributes, self.resource)
        return next(each for each in types if each)

    @property
    def component(self) -> Component:
        type_ = type(self.chosen).__name__.lower()
        return Component(f"{type_}/{self.name}", self.chosen.settings())
