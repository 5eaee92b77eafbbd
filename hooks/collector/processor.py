"""What flows can do to telemetry on its way: a name, and exactly one type of processor."""

from typing import Annotated

from pydantic import Field

from hooks.collector.component import Component
from hooks.collector.processors.actions import Attributes, Resource
from hooks.collector.processors.base import ProcessorType
from hooks.collector.processors.batch import Batch
from hooks.collector.processors.filter import Filter
from hooks.collector.processors.redact import Redact
from hooks.collector.processors.sample import Sample
from hooks.collector.processors.transform import Transform
from hooks.model import ApiModel
from hooks.patterns import PART
from hooks.rules import exactly_one_of

PartName = Annotated[str, Field(min_length=1, max_length=40, pattern=PART)]
PROCESSORS = ("batch", "filter", "transform", "attributes", "resource", "redact", "sample")


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
    transform: Transform | None = Field(
        default=None, description="Change telemetry by statements, where nothing simpler will do."
    )
    attributes: Attributes | None = Field(default=None, description="Change attributes of records.")
    resource: Resource | None = Field(
        default=None, description="Change attributes of the resource that records come from."
    )
    redact: Redact | None = Field(
        default=None, description="Hide or remove what must not be passed on, such as passwords."
    )
    sample: Sample | None = Field(
        default=None, description="Keep a part: at random, or of whole traces what matters."
    )

    @property
    def chosen(self) -> ProcessorType:
        types: list[ProcessorType | None] = [getattr(self, name) for name in PROCESSORS]
        return next(each for each in types if each)

    @property
    def component(self) -> Component:
        return Component(f"{self.chosen.component_type}/{self.name}", self.chosen.settings())
