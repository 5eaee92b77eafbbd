"""What makes a trace worth keeping, for tail sampling: a name, and exactly one type of policy."""

from typing import Annotated

from pydantic import Field

from hooks.collector.component import literal
from hooks.contract import Manifest
from hooks.model import AS_SET, ApiModel, Distinct
from hooks.patterns import PART
from hooks.rules import exactly_one_of

PolicyName = Annotated[str, Field(min_length=1, max_length=40, pattern=PART)]
Value = Annotated[str, Field(max_length=1024)]


class Errors(ApiModel):
    """Nothing is to be said of it."""

    def settings(self) -> Manifest:
        return {"type": "status_code", "status_code": {"status_codes": ["ERROR"]}}


class Latency(ApiModel):
    threshold_milliseconds: int = Field(
        ge=1,
        le=86_400_000,
        description="Milliseconds from the first start to the last end of a trace's spans, 1 to "
        "86400000 (a day): traces that took longer are kept.",
    )

    def settings(self) -> Manifest:
        return {"type": "latency", "latency": {"threshold_ms": self.threshold_milliseconds}}


class Share(ApiModel):
    percentage: float = Field(
        ge=0.01, le=100, description="Percentage of all traces that is kept, 0.01 to 100."
    )

    def settings(self) -> Manifest:
        return {
            "type": "probabilistic",
            "probabilistic": {"sampling_percentage": self.percentage},
        }


class AttributeValues(ApiModel):
    key: str = Field(
        min_length=1,
        max_length=256,
        description="Name of an attribute of spans, or of their resource.",
    )
    values: Annotated[list[Value], Distinct, AS_SET] = Field(
        min_length=1,
        max_length=64,
        description="Texts: a trace is kept if the attribute is one of them in any of its spans.",
    )

    def settings(self) -> Manifest:
        values = sorted(map(literal, self.values))
        matched = {"key": literal(self.key), "values": values}
        return {"type": "string_attribute", "string_attribute": matched}


class Policy(ApiModel):
    rules = (exactly_one_of("errors", "latency", "random", "attribute"),)

    name: PolicyName = Field(
        description="Name of the policy, distinct within the processor; the collector's own "
        "metrics count by it."
    )
    errors: Errors | None = Field(
        default=None,
        description="Keep traces in which something failed: a span has status code ERROR. It has "
        "no settings: {}.",
    )
    latency: Latency | None = Field(default=None, description="Keep traces that took long.")
    random: Share | None = Field(
        default=None, description="Keep a share of all traces, to know what is usual."
    )
    attribute: AttributeValues | None = Field(
        default=None, description="Keep traces by the value of an attribute."
    )

    def settings(self) -> Manifest:
        types = (self.errors, self.latency, self.random, self.attribute)
        chosen = next(each for each in types if each)
        return {"name": self.name, **chosen.settings()}
