"""Values judged by their author's JSON Schema, which is anybody's: in bounded time, and alone.

Nothing is ever fetched, and patterns run in linear time.
"""

from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from hooks.configuration.effort import Effort
from hooks.configuration.files import ordered
from hooks.configuration.subschemas import InvalidSchema, Subschemas, subschemas
from hooks.configuration.values import DEEPEST, too_deep, unsayable
from hooks.contract import encoded_size
from hooks.model import SHOWN_LENGTH, excerpt
from hooks.paths import Path, shown

LARGEST = 64 * 1024
# Steps, times the levels of their paths, up to which every failure is told: there may be one a
# step, each is kept for about a microsecond a level, and is made a sentence in twenty.
MOST_TOLD = 20_000
VALUE = "it"  # stands for the value in messages, which would else quote all of it

# What would name the value in the middle, or tell a whole schema.
REPHRASED = {
    "falseSchema": f"{VALUE} is not allowed",
    "not": f"{VALUE} is what 'not' forbids",
    "contains": f"{VALUE} has not as many items that meet 'contains' as it should",
}
ABSENT = object()
MOST_GIVEN = {dict: 0, list: 0, str: SHOWN_LENGTH}

# Bytes of a compiled pattern, and the steps that a character then takes of a text that is chosen to
# be slow: 1, 6 and 25 microseconds were measured.
SIZES = ((8 * 1024, 4), (64 * 1024, 24), (256 * 1024, 100))
# Of all patterns of a schema together: to compile them takes time, too.
MOST_COMPILED = 2 * 1024 * 1024


class Judge:
    """A schema that is sound. Raises InvalidSchema if it is not."""

    def __init__(self, schema: dict[str, Any]) -> None:
        check_extent(schema)
        # Failures are found in the order that the schema has.
        self._root = schema = ordered(schema)
        self._schemas = subschemas(schema)
        self._patterns = slow_patterns(self._schemas)
        try:
            self._validator = validator(schema, SIZES[-1][0])
        except ValidationError as error:
            raise InvalidSchema(failure("spec.schema", error)) from None

    def failures(self, values: dict[str, Any]) -> list[str]:
        """Where *values* do not meet the schema: each failure as a sentence without its stop.

        Only the first if there could be very many. Raises TooMuch.
        """
        effort = Effort(self._schemas, self._patterns)
        _, tellable = effort.of(self._root, values)
        if self._validator.is_valid(values):
            return []
        # Failures name keys in the order that the values have.
        values = ordered(values)
        if tellable * (effort.deepest + 1) <= MOST_TOLD:
            errors = self._validator.iter_errors(values)
            return sorted({failure("spec.values", error, values) for error in errors})
        return [*self._first(values), "there is too much to tell all failures"]

    def _first(self, values: dict[str, Any]) -> list[str]:
        try:
            self._validator.validate(values)
        except ValidationError as error:
            return [failure("spec.values", error, values)]
        return []


def check_extent(schema: dict[str, Any]) -> None:
    """Raises InvalidSchema for a schema that is too large, too deep, or has such a number."""
    if too_deep(schema):
        raise InvalidSchema.at((), f"nests deeper than {DEEPEST} levels")
    for path, reason in unsayable(schema, "json"):
        raise InvalidSchema.at(path, reason)
    size = encoded_size(schema)
    if size > LARGEST:
        raise InvalidSchema.at((), f"takes {size} bytes, encoded as JSON; {LARGEST} are allowed")


def validator(schema: dict[str, Any], size_limit: int) -> Draft202012Validator:
    """Raises ValidationError: what the metaschema has against it, or a pattern is too large."""
    return Draft202012Validator(
        schema,
        pattern_options=RegexOptions(size_limit=size_limit),
        offline=True,
        validate_formats=False,
        mask=VALUE,
    )


def slow_patterns(schemas: Subschemas) -> dict[str, int]:
    """Steps that a character of a text may take, by pattern. Raises InvalidSchema."""
    found: dict[str, int] = {}
    compiled = 0
    for path, pattern in schemas.patterns():
        fitting = next((each for each in SIZES if compiles(pattern, each[0])), None)
        if fitting is None:
            raise InvalidSchema.at(
                path,
                f"is {excerpt(pattern)}, which cannot be used: it is no regular expression, or a "
                "very large one, or has lookaround or backreferences",
            )
        size, found[pattern] = fitting
        compiled += size
        if compiled > MOST_COMPILED:
            raise InvalidSchema.at(
                path,
                f"is {excerpt(pattern)}, and with the patterns before it that is too much to "
                "compile: use fewer, or smaller ones",
            )
    return found


def compiles(pattern: str, size_limit: int) -> bool:
    try:
        validator({"pattern": pattern}, size_limit)
    except ValidationError:
        return False
    return True


def failure(root: str, error: ValidationError, values: Any = ABSENT) -> str:
    """Where in *root* something fails, what should be, and what is in *values*, in short."""
    path = tuple(error.instance_path)
    place = shown(root, path)
    message = REPHRASED.get(error.kind.name, error.message)
    if not message.startswith(f"{VALUE} "):
        return f"{place}: {message}"
    text = f"{place} {message.removeprefix(f'{VALUE} ')}"
    nearest = nearest_of(error)
    if nearest is not error:
        return f"{text}; the nearest: {failure(root, nearest, values)}"
    return f"{text}{given(values, path)}"


def given(values: Any, path: Path) -> str:
    """What stands at *path*, unless that is long, or unknown."""
    if values is ABSENT:
        return ""
    for key in path:
        values = values[key]
    if isinstance(values, dict | list | str) and len(values) > MOST_GIVEN[type(values)]:
        return ""
    return f", and is {excerpt(values)}"


def nearest_of(error: ValidationError) -> ValidationError:
    """Of choices that all fail, the first failure of the one with the fewest, to the very end."""
    context = getattr(error.kind, "context", None)
    choices = [choice for choice in context or () if choice]
    return nearest_of(min(choices, key=len)[0]) if choices else error
