"""The base of every kind's model, and how to say what is wrong with a spec."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from hooks.contract import encode
from hooks.errors import HookError
from hooks.patterns import WORDS
from hooks.rules import Rule

SHOWN_PROBLEMS = 3
SHOWN_LENGTH = 60
REQUIRED = "Field required"
PATTERN = re.compile(r"String should match pattern '(.*)'")
LENGTH = re.compile(r" after validation, not \d+")  # the value is shown

Item = TypeVar("Item")


def distinct(items: list[Item]) -> list[Item]:
    if len(set(items)) < len(items):
        raise ValueError("Items should be distinct")
    return items


# A list that the API server keeps as a set.
Distinct = AfterValidator(distinct)
AS_SET = Field(json_schema_extra={"x-kubernetes-list-type": "set"})


def distinctly_named(items: list[Item]) -> list[Item]:
    names = [getattr(item, "name", None) for item in items]
    if len(set(names)) < len(names):
        raise ValueError("Items should have distinct names")
    return items


# A list that the API server keeps as a map by the items' names.
DistinctlyNamed = AfterValidator(distinctly_named)
AS_MAP = Field(
    json_schema_extra={
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
    }
)


def with_rules(schema: dict[str, Any], model: type["ApiModel"]) -> None:
    if model.rules:
        schema["x-kubernetes-validations"] = [rule.schema for rule in model.rules]


class ApiModel(BaseModel):
    """Accepts exactly what the API server accepts by the schema made from the model.

    So types are strict, unknown fields are dropped, and a null is a field left out.
    """

    rules: ClassVar[tuple[Rule, ...]] = ()

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="ignore",
        alias_generator=to_camel,
        json_schema_extra=with_rules,
    )

    @model_validator(mode="before")
    @classmethod
    def without_nulls(cls, value: Any) -> Any:
        if not isinstance(value, dict) or None not in value.values():
            return value
        return {key: item for key, item in value.items() if item is not None}

    @model_validator(mode="after")
    def rules_hold(self) -> Self:
        for rule in self.rules:
            if not rule.holds(self):
                raise ValueError(rule.message)
        return self


def as_stored(value: Any) -> Any:
    """*value*, of models, as the API server keeps it: no nulls, no empty lists, no empty maps.

    An empty model stays: as a selector, for one, it selects everything.
    """
    if isinstance(value, ApiModel):
        fields = ((field.alias or name, getattr(value, name)) for name, field in members(value))
        return {
            name: as_stored(item) for name, item in fields if item is not None and item not in EMPTY
        }
    return [as_stored(item) for item in value] if isinstance(value, list) else value


def members(model: ApiModel) -> Iterable[tuple[str, Any]]:
    return type(model).model_fields.items()


EMPTY: tuple[Any, ...] = ([], {})


def problems(
    error: ValidationError, root: str = "spec", model: type[BaseModel] | None = None
) -> str:
    """What is wrong, for the author: each field by its path, what it should be, what it is.

    With *model*, of what was validated, also which fields there are where there is no such field.
    """
    found = error.errors(include_url=False)
    shown = [
        problem(root, each["loc"], each["msg"], each["input"], beside(model, each["loc"]))
        for each in found[:SHOWN_PROBLEMS]
    ]
    more = len(found) - len(shown)
    return "; ".join(shown) + (f"; and {more} more." if more else ".")


def problem(
    root: str,
    location: tuple[int | str, ...],
    should: str,
    given: Any,
    allowed: Iterable[str] = (),
) -> str:
    path = root + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in location)
    # pydantic names our classes and Python's here, which no author knows.
    should = "Input should be an object" if "valid dictionary" in should else should
    should = should.removeprefix("Value error, ").replace("valid list", "array")
    should = LENGTH.sub("", should)
    if should.startswith("Extra inputs"):
        others = f"; there are: {', '.join(allowed)}" if allowed else ""
        return f"{path} is {excerpt(given)}, and there is no such field{others}"
    if (pattern := PATTERN.fullmatch(should)) and pattern[1] in WORDS:
        should = f"must be {WORDS[pattern[1]]}"
    return (
        f"{path}: {should}" if should == REQUIRED else f"{path}: {should}, and is {excerpt(given)}"
    )


def beside(model: Any, location: tuple[int | str, ...]) -> list[str]:
    """The fields, as JSON names them, of what within *model* the last of *location* stands in."""
    for name in location[:-1]:
        fields = getattr(model, "model_fields", {}).values()
        model = next((field.annotation for field in fields if field.alias == name), None)
    return [str(field.alias) for field in getattr(model, "model_fields", {}).values()]


def excerpt(value: Any) -> str:
    """The beginning of *value*, which is anything that JSON or a model can hold."""
    try:
        text = encode(value).decode()
    except (HookError, TypeError):
        text = str(value)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"
