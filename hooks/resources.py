"""What a container may use: its author's wishes over defaults, as the API server stores them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import GroupedMetadata
from pydantic import AfterValidator, Field, WithJsonSchema

from hooks.contract import Manifest
from hooks.model import ApiModel
from hooks.patterns import matching
from hooks.quantity import MILLI, canonical, parse

# No exponents, no thousandths of a byte: what means something, and what is stored as it is meant.
CPU = r"^([0-9]{1,6}(\.[0-9]{1,3})?|[0-9]{1,9}m)$"
MEMORY = r"^[0-9]{1,15}(\.[0-9]{1,3})?(k|[MGTP]|[KMGTP]i)?$"

# With less a collector does not even start; no node has more.
LEAST_MEMORY, MOST_MEMORY = "64Mi", "64Ti"


@dataclass(frozen=True)
class Amount(GroupedMetadata):
    """A quantity as people write it: a whole number, or a text of *pattern*."""

    pattern: str
    example: str

    def __iter__(self) -> Iterator[Any]:
        schema = {
            "anyOf": [{"type": "integer"}, {"type": "string"}],
            "pattern": self.pattern,
            "x-kubernetes-int-or-string": True,
        }
        yield from (AfterValidator(self._whole_or_text), WithJsonSchema(schema))

    def _whole_or_text(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError(f'Input should be a whole number or a text such as "{self.example}"')
        return matching(self.pattern)(value)


Cpu = Annotated[Any, Amount(CPU, "500m")]
Memory = Annotated[Any, Amount(MEMORY, "512Mi")]


class Amounts(ApiModel):
    cpu: Cpu | None = Field(
        default=None, description='CPUs: a number, or thousandths such as "200m".'
    )
    memory: Memory | None = Field(
        default=None, description='Bytes: a number, or with a unit such as "256Mi".'
    )


class Resources(ApiModel):
    requests: Amounts = Field(
        default=Amounts(),
        description="What is reserved for each pod. Default: what is left out is the platform's, "
        "or the limit if that is less.",
    )
    limits: Amounts = Field(
        default=Amounts(),
        description="What each pod may use at most. Default: what is left out is the platform's, "
        "or the request if that is more; the platform may have no limit of CPU.",
    )


BUILT_IN: Manifest = {
    "requests": {"cpu": "100m", "memory": "256Mi"},
    "limits": {"memory": "512Mi"},
}


def effective(resources: Resources, defaults: Manifest) -> Manifest:
    """*resources* over *defaults*, which are whole; both kinds of each amount fit together."""
    found: Manifest = {"requests": {}, "limits": {}}
    for name in ("cpu", "memory"):
        request, limit = written(resources.requests, name), written(resources.limits, name)
        usual, usual_limit = defaults["requests"][name], defaults["limits"].get(name)
        if limit is None and usual_limit is not None:
            limit = max(usual_limit, request or usual_limit, key=parse)
        if request is None:
            request = min(usual, limit or usual, key=parse)
        found["requests"][name] = canonical(request, finest=MILLI)
        if limit is not None:
            found["limits"][name] = canonical(limit, finest=MILLI)
    return found


def written(amounts: Amounts, name: str) -> str | None:
    value = getattr(amounts, name)
    return None if value is None else str(value)


def mistakes(resources: Resources, path: str) -> Iterator[str]:
    """What is wrong with *resources*, which stand at *path*, beyond what a schema can say."""
    for name in ("cpu", "memory"):
        request, limit = written(resources.requests, name), written(resources.limits, name)
        for kind, value in (("requests", request), ("limits", limit)):
            if value is not None and parse(value) <= 0:
                yield f"{path}.{kind}.{name} is {value}, which must be more than 0"
        if request is not None and limit is not None and parse(request) > parse(limit):
            yield (
                f"{path}.requests.{name} is {request}, which must not be more than "
                f"{path}.limits.{name}, which is {limit}"
            )
    most = written(resources.limits, "memory")
    if most is not None and not parse(LEAST_MEMORY) <= parse(most) <= parse(MOST_MEMORY):
        yield (
            f"{path}.limits.memory is {most}, which must be at least {LEAST_MEMORY} and at most "
            f"{MOST_MEMORY}"
        )
